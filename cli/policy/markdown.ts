import { markdownTable } from "../output/table";
import type { PolicyReport, ReportedExemption, ReportedFinding, StackReport } from "./report";

/** The report for a comment on a pull request. */
export function markdown({ stacks }: PolicyReport): string {
  return stacks.map(section).join("\n");
}

function section(stack: StackReport): string {
  const { policies, findings, exemptions, failure, resources, pack } = stack;
  const mandatory = findings.filter(({ level }) => level !== "advisory");
  const judged = policies.filter(({ level }) => level !== "disabled").length;
  return [
    `## Policies: ${stack.stack}, ${count(mandatory.length, "finding")}\n`,
    ...(failure === undefined
      ? []
      : [`**The run failed, and not everything was judged:** ${safe(failure)}\n`]),
    ...(findings.length === 0 ? [] : [findingsTable(findings, stack)]),
    ...(exemptions.length === 0 ? [] : ["### Exemptions\n", exemptionsTable(exemptions, stack)]),
    `${pack.name} ${pack.version}: ${count(resources, "resource")} judged by ${count(judged, "policy", "policies")}.\n`,
  ].join("\n");
}

function findingsTable(findings: readonly ReportedFinding[], stack: StackReport): string {
  const rows = findings.map(({ policy, severity, level, name, message }) => [
    level === "advisory" ? `${severity}, advice` : severity,
    link(policy, stack),
    safe(name),
    safe(message),
  ]);
  return markdownTable(["Severity", "Policy", "Resource", "Finding"], rows);
}

function exemptionsTable(exemptions: readonly ReportedExemption[], stack: StackReport): string {
  const rows = exemptions.map(({ policy, resource, property, reason, owner, until, findings, remark }) => [
    link(policy, stack),
    safe(property === undefined ? resource : `${resource}: ${property}`),
    safe(reason),
    safe(owner),
    until,
    findings.length > 0
      ? findings.map(({ message }) => safe(message)).join("\n")
      : safe(remark ?? "not judged"),
  ]);
  return markdownTable(["Policy", "Resource", "Reason", "Owner", "Until", "Takes back"], rows);
}

function link(policy: string, { policies }: StackReport): string {
  const found = policies.find(({ name }) => name === policy);
  return found ? `[${policy}](${found.url})` : safe(policy);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number === 0 ? "no" : number} ${number === 1 ? one : many}`;
}

// Names and reasons are anybody's text: as entities they are no Markdown, no HTML and no mention.
function safe(text: string): string {
  return text.replace(/[&<>`_[\]~#@!]/g, (character) => `&#${character.charCodeAt(0)};`);
}
