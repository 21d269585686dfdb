import type { PolicyReport, PolicyResult, ReportedExemption, ReportedFinding, StackReport } from "./report";

/** Where results are shown. */
export interface SarifPlaces {
  /** The repository's page. */
  readonly repository: string;
  /** Path of a stack's file from the root of the repository. */
  readonly stackFile: (stack: string) => string;
}

// What code scanning takes for critical, high, medium and low.
const securitySeverity: Readonly<Record<string, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/** SARIF 2.1.0, as code scanning reads it: one run a stack, exempted findings as suppressed ones. */
export function sarif({ stacks }: PolicyReport, places: SarifPlaces): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: stacks.map((stack) => run(stack, places)),
  };
}

function run(stack: StackReport, places: SarifPlaces): object {
  const { policies, pack, failure, findings, exemptions } = stack;
  const resultOf = (finding: ReportedFinding) => result(finding, stack, places);
  return {
    tool: {
      driver: {
        name: `${pack.name} policies`,
        semanticVersion: pack.version,
        informationUri: places.repository,
        rules: policies.map(rule),
      },
    },
    // Each stack is an analysis of its own: what one finds does not close what another found.
    automationDetails: { id: `${pack.name}-policies/${stack.stack}/` },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: failure === undefined,
        ...(failure !== undefined && {
          toolExecutionNotifications: [{ level: "error", message: { text: failure } }],
        }),
      },
    ],
    results: [
      ...findings.map(resultOf),
      ...exemptions.flatMap((exemption) =>
        exemption.findings.map((finding) => ({ ...resultOf(finding), ...suppressed(exemption) })),
      ),
      ...exemptions.flatMap((exemption) => useless(exemption, stack, places)),
    ],
  };
}

function rule(policy: PolicyResult): object {
  const { name, displayName, description, remediationSteps, severity, level, url } = policy;
  return {
    id: name,
    name: pascal(name),
    shortDescription: { text: displayName },
    fullDescription: { text: description },
    help: {
      text: `${description} ${remediationSteps}`,
      markdown: `${description}\n\n${remediationSteps}\n\n[About this policy](${url})`,
    },
    helpUri: url,
    defaultConfiguration: { level: levelOf(level), enabled: level !== "disabled" },
    properties: {
      "security-severity": securitySeverity[severity] ?? securitySeverity.medium,
      precision: "very-high",
      tags: ["security", "supply-chain"],
    },
  };
}

function result(finding: ReportedFinding, stack: StackReport, { stackFile }: SarifPlaces): object {
  const { policy, level, message, urn, name, type, fingerprint } = finding;
  return {
    ruleId: policy,
    ...indexOf(policy, stack),
    level: levelOf(level),
    message: { text: message },
    locations: [
      {
        physicalLocation: location(stackFile(stack.stack)),
        logicalLocations: [{ name, fullyQualifiedName: urn, kind: "resource", properties: { type } }],
      },
    ],
    // By the words that code scanning looks for: a line of the file says nothing about which finding it is.
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

function suppressed({ reason, owner, until }: ReportedExemption): object {
  const justification = `${reason} (${owner}, until ${until})`;
  return { suppressions: [{ kind: "external", status: "accepted", justification }] };
}

function useless(exemption: ReportedExemption, stack: StackReport, { stackFile }: SarifPlaces): object[] {
  const { remark, policy, resource, property } = exemption;
  if (remark === undefined) return [];
  const ruleId = "exemption-disclose-use";
  return [
    {
      ruleId,
      ...indexOf(ruleId, stack),
      level: "note",
      message: { text: remark },
      locations: [
        {
          physicalLocation: location(stackFile(stack.stack)),
          logicalLocations: [{ name: resource, kind: "resource" }],
        },
      ],
      partialFingerprints: {
        primaryLocationLineHash: `${[ruleId, stack.stack, policy, resource, property ?? ""].join("/")}:1`,
      },
    },
  ];
}

function location(uri: string): object {
  return { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, region: { startLine: 1 } };
}

// Of an event log of another version of the pack, a policy may be missing here.
function indexOf(policy: string, { policies }: StackReport): { ruleIndex?: number } {
  const ruleIndex = policies.findIndex(({ name }) => name === policy);
  return ruleIndex === -1 ? {} : { ruleIndex };
}

function levelOf(level: string): "error" | "warning" | "note" {
  if (level === "advisory") return "warning";
  return level === "disabled" ? "note" : "error";
}

function pascal(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
