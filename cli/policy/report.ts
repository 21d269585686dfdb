import { createHash } from "node:crypto";
import { UserError } from "../../model/errors";
import { type Exemption, scopeOf, type Settings } from "../../model/settings";
import { exemptedPrefix, exemptionDiscloseUse, uselessPrefix } from "../../policies/disclosure";
import { levelOf } from "../../policies/levels";
import { policyTexts } from "../../policies/pack";
import type { PolicyText } from "../../policies/rule";
import { stackFacts, type StackFacts } from "../../policies/stack-facts";
import { howToLog, plain, type EngineEvent, type PolicyEvent, type SummaryEvent } from "./events";

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
  const failure = whyEnded(events);
  if (summaries.length === 0 && failure === undefined) {
    throw new UserError({
      what: `the pack did not judge stack ${stack}`,
      fix: `Run the engine with it: ${howToLog}`,
      exitCode: 2,
    });
  }
  const disclosed = said.filter(({ policyName }) => policyName === exemptionDiscloseUse.name);
  const exemptions = settings.policies.exemptions
    .filter(({ environment }) => environment === scopeOf(settings))
    .map((exemption) => exemptionReport(exemption, disclosed, facts));
  // What the configuration here knows nothing of shows as advice.
  const standing = said.filter(
    (event) => !disclosed.includes(event) || !isReported(textOf(event), exemptions),
  );
  return {
    stack,
    environment: scopeOf(settings),
    pack: { name: packName, version: summaries[0]?.policyPackVersion ?? "unknown" },
    resources: new Set(summaries.flatMap(({ resourceUrn }) => resourceUrn ?? [])).size,
    ...(failure !== undefined && { failure }),
    policies: policyTexts.map((text) =>
      policyResult(
        text,
        levelOf(text, () => facts),
        summaries,
        links,
      ),
    ),
    findings: numbered(standing.map((event) => finding(event, textOf(event), event.policyName)))
      .map((one, index) => ({ ...one, level: standing[index].enforcementLevel }))
      .sort(byImportance),
    exemptions,
  };
}

/** Findings that fail a run. */
export function mandatoryFindings({ stacks }: PolicyReport): ReportedFinding[] {
  return stacks.flatMap(({ findings }) => findings.filter(({ level }) => level !== "advisory"));
}

function policyResult(
  { name, displayName, description, remediationSteps, severity }: PolicyText,
  level: string,
  summaries: readonly SummaryEvent[],
  { pageOf }: { readonly pageOf: (policy: string) => string },
): PolicyResult {
  return {
    name,
    displayName,
    description,
    remediationSteps,
    severity,
    level,
    url: pageOf(name),
    passed: summaries.filter(({ passed }) => passed?.includes(name)).length,
    failed: summaries.filter(({ failed }) => failed?.includes(name)).length,
  };
}

function exemptionReport(
  exemption: Exemption,
  disclosed: readonly PolicyEvent[],
  facts: StackFacts,
): ReportedExemption {
  const { policy } = exemption;
  const prefix = exemptedPrefix(exemption);
  const text = policyTexts.find(({ name }) => name === policy);
  const level = text ? levelOf(text, () => facts) : "mandatory";
  const findings = numbered(
    disclosed
      .filter((event) => textOf(event).startsWith(prefix))
      .map((event) => finding(event, textOf(event).slice(prefix.length), policy)),
  ).map((one) => ({ ...one, level }));
  const about = uselessPrefix(exemption);
  const useless =
    findings.length > 0 ? undefined : disclosed.find((event) => textOf(event).startsWith(about));
  return { ...exemption, findings, ...(useless && { remark: textOf(useless) }) };
}

function isReported(text: string, exemptions: readonly ReportedExemption[]): boolean {
  return exemptions.some((one) => text.startsWith(exemptedPrefix(one)) || text === one.remark);
}

type Unlevelled = Omit<ReportedFinding, "level">;

function finding({ resourceUrn = "" }: PolicyEvent, message: string, policy: string): Unlevelled {
  const [, , types = "", name = ""] = resourceUrn.split("::");
  const property = propertyIn(message, name);
  // What identifies a finding is not its words, which a later version may change.
  const identity = JSON.stringify([policy, resourceUrn, property ?? message]);
  return {
    policy,
    severity: policyNamed(policy).severity ?? "medium",
    urn: resourceUrn,
    type: types.split("$").at(-1) ?? "",
    name,
    ...(property !== undefined && { property }),
    message,
    fingerprint: createHash("sha256").update(identity).digest("hex").slice(0, 16),
  };
}

// One property can be wrong in two ways.
function numbered(findings: readonly Unlevelled[]): Unlevelled[] {
  return findings.map((one, index) => {
    const alike = findings.slice(0, index).filter(({ fingerprint }) => fingerprint === one.fingerprint);
    return { ...one, fingerprint: `${one.fingerprint}:${alike.length + 1}` };
  });
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
