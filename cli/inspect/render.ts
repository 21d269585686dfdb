import { shortDigest } from "../../model/image-reference";
import { labelNames, type LabelName } from "../../model/labels";
import { printable } from "../../model/printable";
import type { Lock } from "../../provider/azure/azure";
import { table } from "../output/table";
import type { Attached } from "./attached";
import type { ImageReport, LockReport } from "./report";

/** What `airlock inspect` prints. */
export function inspectText(report: ImageReport, terminal: boolean): string {
  const { attached, promotions } = report;
  return [
    `${report.image}\n`,
    fields(report),
    attached.length === 0
      ? "Nothing is attached to it.\n"
      : table({ terminal }, ["attached", "about", "digest", "signed by"], attached.map(evidenceRow)),
    promotions.length === 0
      ? "No stack file has it.\n"
      : table(
          { terminal },
          ["environment", "version", "", "promoted from"],
          promotions.map(({ environment, version, state, from }) => [
            environment,
            version,
            state === "running" ? "runs" : "ran before",
            from ?? "(built there)",
          ]),
        ),
    ...(report.pulled === undefined ? [] : [`${report.pulled}\n`]),
  ].join("\n");
}

function fields(report: ImageReport): string {
  const { registry, labels, signature, platforms } = report;
  const label = (name: LabelName) => [name, labels[name] ?? `- (no label ${labelNames[name]})`];
  const bond = (name: "environment" | "registry") =>
    labels[name] === undefined
      ? `any (no label ${labelNames[name]})`
      : `${labels[name]} (label ${labelNames[name]})`;
  const rows = [
    ["registry", `${registry.name} of ${registry.environment} (${registry.host})`],
    ["media type", report.mediaType],
    ["platforms", platforms.map(({ platform }) => platform).join(", ") || "-"],
    ["size", `${report.size.toLocaleString("en-US")} bytes`],
    label("source"),
    label("revision"),
    label("version"),
    label("created"),
    ["built for", bond("environment")],
    ["", `registry: ${bond("registry")}`],
    ...(report.misplaced === undefined ? [] : [["", `It ${report.misplaced}`]]),
    ["signed by", signature.verified ? signature.signedBy! : `nobody who counts: it ${signature.problem}`],
    ["lock", lockText(report.lock)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${printable(value)}\n`).join("");
}

function evidenceRow(evidence: Attached) {
  const { kind, artifactType, predicateType, promotion, subject, digest, ...verdict } = evidence;
  const what = promotion
    ? promotionText(promotion)
    : (predicateType ?? (kind === "other" ? artifactType : undefined));
  return [
    what === undefined ? kind : `${kind}: ${what}`,
    subject === undefined ? "-" : shortDigest(subject),
    shortDigest(digest),
    verdict.signedBy ?? `- (${verdict.problem})`,
  ].map(printable);
}

function promotionText({ environment, registry, release }: NonNullable<Attached["promotion"]>): string {
  return `promotion to ${environment} (${registry})${release === undefined ? "" : `, release ${release}`}`;
}

function lockText({ manifest, tags, unread }: LockReport): string {
  if (unread !== undefined) return `unknown: ${unread}`;
  const all = [
    ...(manifest ? [`the manifest ${may(manifest)}`] : []),
    ...tags.map(({ tag, ...lock }) => `${tag} ${may(lock)}`),
  ];
  return all.join("; ") || "-";
}

function may({ canWrite, canDelete }: Lock): string {
  if (!canWrite && !canDelete) return "is locked";
  if (canWrite && canDelete) return "is not locked";
  return canWrite ? "can't be deleted" : "can't be changed";
}
