import { whoCan, type Answers } from "../../model/access/questions";
import type { AccessGraph, Capability, Principal, Reason } from "../../model/access/types";
import type { Asked } from "./declared";
import { reachOf, type Column, type Patterns } from "./effective";

/** The three ways to a capability: held, by changing access, by importing from anywhere. */
export type Way = keyof Answers;

/** Why: in words, and what the words are about. */
export interface Because {
  /** The assignment, or whatever else lets it; several capabilities may come from the same. */
  readonly source: string;
  readonly text: string;
}

/** One identity can do one thing in one column. */
export interface Statement {
  readonly identity: string;
  readonly kind: Principal["kind"];
  readonly column: string;
  readonly way: Way;
  readonly capability: Capability;
  /** `["*"]` for every one; left out where repositories play no part. */
  readonly repositories?: readonly string[];
  readonly because: readonly Because[];
}

/** Everything that anybody can do in one column. @param patterns repositories to try, by pattern. */
export function statementsOf(graph: AccessGraph, column: Column, patterns: Patterns): Statement[] {
  return column.capabilities.flatMap((capability) => {
    const answers = whoCan(graph, capability, column.resource);
    return (["direct", "byChangingAccess", "byImport"] as const).flatMap((way) =>
      answers[way].map(({ principal, reasons }): Statement => {
        const reach =
          way === "direct" ? reachOf(graph, principal.id, capability, column, patterns) : undefined;
        return {
          identity: principal.name,
          kind: principal.kind,
          column: column.name,
          way,
          capability,
          ...(reach === undefined || reach === "all" ? {} : { repositories: reach }),
          because: reasons.map((reason) => ({ source: sourceOf(reason), text: reason.text })),
        };
      }),
    );
  });
}

// What leads to several capabilities is told once: `… holds "Owner" on …: it can assign any role`.
function sourceOf({ assignmentId, text }: Reason): string {
  const [head, way = ""] = text.split(": it can ");
  return `${assignmentId ?? head} ${way.split(" ")[0]}`;
}

/**
 * The same graph in which no two principals look alike: whoever shares name and kind with another has the object id
 * behind the name. Anybody may call an application as they like.
 */
export function withDistinctNames<T extends Asked>(asked: T): T {
  const { graph } = asked;
  const alike = new Map<string, number>();
  const look = ({ kind, name }: Principal) => `${kind} ${name}`;
  for (const principal of graph.principals) alike.set(look(principal), (alike.get(look(principal)) ?? 0) + 1);
  if (![...alike.values()].some((count) => count > 1)) return asked;
  const principals = graph.principals.map((principal) =>
    alike.get(look(principal))! > 1
      ? { ...principal, name: `${principal.name} (${principal.id})` }
      : principal,
  );
  return { ...asked, graph: { ...graph, principals } };
}
