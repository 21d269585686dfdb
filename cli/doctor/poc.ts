import { evaluate } from "../../model/access/evaluate";
import { askedOf } from "../../model/access/operations";
import { capabilities, type AccessGraph } from "../../model/access/types";
import type { PocFinding } from "../../model/poc/finding";
import { monitoringFindings } from "../../model/poc/monitoring";
import { networkFindings } from "../../model/poc/network";
import { productionFindings } from "../../model/poc/production";
import { listed } from "../../model/sentence";
import type { Settings } from "../../model/settings";
import type { Properties } from "../../model/values";
import type { Column } from "../access/effective";
import type { DeclaredPoc } from "../access/run-program";
import type { SetupRow } from "./setup";

/** Whether a proof of concept has nothing in common with production, as its resources have it; nothing is taken from its configuration's word. */
export function isolationRows(
  { resources, settings }: DeclaredPoc,
  graph: AccessGraph,
  columns: readonly Column[],
): SetupRow[] {
  const declared = resources.map(({ type, name, inputs }) => ({
    type,
    name,
    properties: inputs as Properties,
  }));
  type Named = PocFinding & { readonly resource: { readonly name: string } };
  const each = (judge: typeof networkFindings): Named[] =>
    declared.flatMap((resource) => judge(resource, settings).map((finding) => ({ ...finding, resource })));
  return [
    row("network", "nothing connects it, and its ranges are its own", each(networkFindings)),
    row(
      "production",
      `none of ${resources.length} resources names anything of production`,
      each(productionFindings),
    ),
    row(
      "operations",
      "a workspace and alerts of its own",
      monitoringFindings(declared, settings.subscriptionId),
    ),
    noneRow(settings, graph, columns),
  ];
}

function row(
  name: string,
  good: string,
  found: readonly (PocFinding & { readonly resource: { readonly name: string } })[],
): SetupRow {
  if (found.length === 0) return { name, status: "ok", detail: good };
  const detail = listed(
    found.map(({ what, resource, property }) => `${what} (${resource.name}: ${property})`),
  );
  return { name, status: "problem", detail, fix: found[0].fix };
}

/** A cell that says none is true when its identity can do nothing there, by any assignment, group or inheritance. */
function noneRow(settings: Settings, graph: AccessGraph, columns: readonly Column[]): SetupRow {
  const cells = Object.entries(settings.access).flatMap(([identity, row]) =>
    Object.entries(row).flatMap(([column, stated]) =>
      stated.includes("none") ? [{ identity, column }] : [],
    ),
  );
  const untrue = cells.flatMap(({ identity, column }) => {
    const principal = graph.principals.find(({ name }) => name === identity);
    const resource = columns.find(({ name }) => name === column)?.resource;
    if (principal === undefined || resource === undefined) return [`${identity} in ${column} (not made)`];
    const held = capabilities.filter(
      (one) =>
        askedOf(one) === resource.kind && evaluate(graph, principal.id, one, resource, "worstCase").allowed,
    );
    return held.length === 0 ? [] : [`${identity} may ${listed(held)} in ${column}`];
  });
  const name = "access";
  if (untrue.length === 0)
    return { name, status: "ok", detail: `all ${cells.length} cells that say none are true` };
  const fix = "Remove the assignment, or state it in the cell: airlock access --poc says why";
  return { name, status: "problem", detail: listed(untrue), fix };
}
