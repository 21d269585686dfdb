import { createHash } from "node:crypto";
import { UserError } from "../../model/errors";
import type { Exemption, Settings } from "../../model/settings";
import { exemptedPrefix, exemptionDiscloseUse } from "../../policies/disclosure";
import { levelOf } from "../../policies/levels";
import { policyTexts } from "../../policies/pack";
import type { PolicyText } from "../../policies/rule";
import { scopeOf, stackFacts, type StackFacts } from "../../policies/stack-facts";
import { howToLog, plain, type EngineEvent, type PolicyEvent } from "./events";

/** What the pack said about one stack. The names of these fields are a promise: `version` grows when one changes. */
export interface StackReport {
  readonly stack: string;
  /** Environment, or `shared`: what levels and exemptions call the stack by. */
  readonly environment: string;
  readonly pack: { readonly name: string; readonly version: string };
  /** Resources that were judged. */
  readonly resources: number;
  /** Why the run ended before every policy had judged everything; absent when it did not. */
  readonly failure?: string;
  readonly policies: readonly PolicyResult[];
  /** What stands. */
  readonly findings: readonly ReportedFinding[];
  /** Exemptions of this stack, whether they took anything back or not. */
  readonly exemptions: readonly ReportedExemption[];
}

export interface PolicyReport {
  /** Version of this shape. */
  readonly version: 1;
  readonly stacks: readonly StackReport[];
}

export interface PolicyResult {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly remediationSteps: string;
  readonly severity: string;
  /** As enforced in this stack. */
  readonly level: string;
  /** Its page. */
  readonly url: string;
  /** Resources that it let pass; a policy about the whole stack judges the stack once. */
  readonly passed: number;
  readonly failed: number;
}

export interface ReportedFinding {
  readonly policy: string;
  readonly level: string;
  readonly severity: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Absent when the policy could not judge. */
  readonly property?: string;
  readonly message: string;
  /** The same for the same finding in every run. */
  readonly fingerprint: string;
}

export interface ReportedExemption extends Exemption {
  /** Findings that it took back. */
  readonly findings: readonly ReportedFinding[];
  /** What is wrong with an exemption that took nothing back. */
  readonly remark?: string;
}

const packName = "airlock";

/** Makes a stack's report of what the engine told while it ran. @throws UserError (2) when the pack was not among the run's. */
export function stackReport(
  stack: string,
  settings: Settings,
  events: readonly EngineEvent[],
  links: { readonly pageOf: (policy: string) => string },
  today: string,
): StackReport {
  const facts = stackFacts(settings, today);
  const said = events
    .flatMap(({ policyEvent }) => policyEvent ?? [])
    .filter((event) => event.policyPackName === packName);
  const summaries = events
    .flatMap((one) => one.policyAnalyzeSummaryEvent ?? one.policyAnalyzeStackSummaryEvent ?? [])
    .filter((summary) => summary.policyPackName === packName);
  const ends = whyEnded(events);
  if (summaries.length === 0 && ends === undefined) {
    throw new UserError({
      what: `the pack did not judge stack ${stack}`,
      fix: `Run the engine with it: ${howToLog}`,
      exitCode: 2,
    });
  }
  const byText = new Map<string, number>();
  const findingOf = (event: PolicyEvent, text: string, policy: string): ReportedFinding =>
    reported(event, text, policyNamed(policy), byText);
  const disclosed = said.filter(({ policyName }) => policyName === exemptionDiscloseUse.name);
  const exemptions = settings.policies.exemptions
    .filter(({ environment }) => environment === scopeOf(facts))
    .map((exemption) => exemptionReport(exemption, disclosed, findingOf));
  return {
    stack,
    environment: scopeOf(facts),
    pack: { name: packName, version: summaries[0]?.policyPackVersion ?? "unknown" },
    resources: new Set(summaries.flatMap(({ resourceUrn }) => resourceUrn ?? [])).size,
    ...(ends !== undefined && { failure: ends }),
    policies: policyTexts.map((text) => ({
      name: text.name,
      displayName: text.displayName,
      description: text.description,
      remediationSteps: text.remediationSteps,
      severity: text.severity,
      level: levelIn(text, facts),
      url: links.pageOf(text.name),
      passed: summaries.filter(({ passed }) => passed?.includes(text.name)).length,
      failed: summaries.filter(({ failed }) => failed?.includes(text.name)).length,
    })),
    findings: said
      // What the configuration here knows nothing of shows as advice.
      .filter((event) => !disclosed.includes(event) || !isReported(textOf(event), exemptions))
      .map((event) => findingOf(event, textOf(event), event.policyName))
      .sort(byImportance),
    exemptions,
  };
}

/** Findings that fail a run. */
export function mandatoryFindings({ stacks }: PolicyReport): ReportedFinding[] {
  return stacks.flatMap(({ findings }) => findings.filter(({ level }) => level !== "advisory"));
}

function exemptionReport(
  exemption: Exemption,
  disclosed: readonly PolicyEvent[],
  findingOf: (event: PolicyEvent, text: string, policy: string) => ReportedFinding,
): ReportedExemption {
  const prefix = exemptedPrefix(exemption);
  const findings = disclosed
    .filter((event) => textOf(event).startsWith(prefix))
    .map((event) => findingOf(event, textOf(event).slice(prefix.length), exemption.policy));
  const about = `the exemption of ${exemption.resource} from ${exemption.policy} `;
  const useless =
    findings.length > 0 ? undefined : disclosed.find((event) => textOf(event).startsWith(about));
  return { ...exemption, findings, ...(useless && { remark: textOf(useless) }) };
}

function isReported(text: string, exemptions: readonly ReportedExemption[]): boolean {
  return exemptions.some((one) => text.startsWith(exemptedPrefix(one)) || text === one.remark);
}

function reported(
  { resourceUrn = "", enforcementLevel }: PolicyEvent,
  message: string,
  policy: Pick<PolicyText, "name" | "severity">,
  earlier: Map<string, number>,
): ReportedFinding {
  const [, , types = "", name = ""] = resourceUrn.split("::");
  const property = propertyIn(message, name);
  // What identifies a finding is not its words, which a later version may change.
  const identity = JSON.stringify([policy.name, resourceUrn, property ?? message]);
  const count = (earlier.get(identity) ?? 0) + 1;
  earlier.set(identity, count);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  return {
    policy: policy.name,
    level: enforcementLevel,
    severity: policy.severity ?? "medium",
    urn: resourceUrn,
    type: types.split("$").at(-1) ?? "",
    name,
    ...(property !== undefined && { property }),
    message,
    fingerprint: `${hash}:${count}`,
  };
}

// A finding reads `<what> (<resource>: <property>). <fix>`.
function propertyIn(message: string, name: string): string | undefined {
  const opening = ` (${name}: `;
  const from = message.lastIndexOf(opening);
  const to = message.indexOf("). ", from);
  return from === -1 || to === -1 ? undefined : message.slice(from + opening.length, to);
}

// The engine puts the policy's description in front, as a line of its own.
function textOf({ message, policyName }: PolicyEvent): string {
  const text = plain(message).trim();
  const { description } = policyNamed(policyName);
  return description && text.startsWith(`${description}\n`) ? text.slice(description.length + 1) : text;
}

// An event log may come from another version of the pack.
function policyNamed(name: string): Pick<PolicyText, "name" | "severity"> & Partial<PolicyText> {
  return policyTexts.find((text) => text.name === name) ?? { name, severity: "medium" };
}

function levelIn(text: PolicyText, facts: StackFacts): string {
  return text === exemptionDiscloseUse ? "advisory" : levelOf(text, () => facts);
}

function whyEnded(events: readonly EngineEvent[]): string | undefined {
  const errors = events
    .flatMap(({ diagnosticEvent }) => (diagnosticEvent?.severity === "error" ? [diagnosticEvent] : []))
    .map(({ message }) => plain(message).trim())
    // What the engine says after findings of its own policies.
    .filter((message) => message !== "preview failed" && message !== "update failed");
  if (errors.length > 0) return errors[0];
  const whole = events.some((event) => event.policyAnalyzeStackSummaryEvent !== undefined);
  return whole ? undefined : "the run ended before its stack was judged as a whole";
}

const severities = ["critical", "high", "medium", "low"];

function byImportance(a: ReportedFinding, b: ReportedFinding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    a.policy.localeCompare(b.policy) ||
    a.urn.localeCompare(b.urn)
  );
}
