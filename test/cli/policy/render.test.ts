import { markdown } from "../../../cli/policy/markdown";
import { stackReport, type PolicyReport } from "../../../cli/policy/report";
import { sarif } from "../../../cli/policy/sarif";
import { exemptedPrefix } from "../../../policies/disclosure";
import { stack, today } from "../../policies/support/stacks";
import { byTag, deployment, recorded, says, urnOf } from "./recorded";

const vault = urnOf("azure-native:keyvault:Vault", "keys");
const exemption = {
  policy: "resource-require-tags",
  resource: "keys",
  type: "azure-native:keyvault:Vault",
  environment: "prod",
  reason: "moves <b>soon</b> | @everybody",
  owner: "platform_team",
  until: "2026-12-31",
};
const idle = { ...exemption, resource: "gone", reason: "was needed" };
const untagged = "Vault has no tag owner (keys: tags). Add owner";
const remark = "the exemption of gone from resource-require-tags takes back nothing. Take it out";

function reportOf(error?: string): PolicyReport {
  const { settings } = stack("prod", "contoso", { policies: { exemptions: [exemption, idle] } });
  const events = recorded(
    [deployment, vault],
    [
      byTag,
      says("exemption-disclose-use", vault, exemptedPrefix(exemption) + untagged, "advisory"),
      says("exemption-disclose-use", urnOf("pulumi:pulumi:Stack", "contoso-prod"), remark, "advisory"),
    ],
    error,
  );
  const pageOf = (policy: string) => `https://pages/${policy}.md`;
  return { version: 1, stacks: [stackReport("prod", settings, events, { pageOf }, today)] };
}

describe("SARIF", () => {
  const places = {
    repository: "https://repository",
    stackFile: (name: string) => `infra/Pulumi.${name}.yaml`,
  };
  const log = sarif(reportOf(), places) as any;
  const [run] = log.runs;

  test("is a log of version 2.1.0 with one run of its own category for the stack", () => {
    expect(log).toMatchObject({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [{ automationDetails: { id: "airlock-policies/prod/" }, columnKind: "utf16CodeUnits" }],
    });
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);
  });

  test("every policy is a rule with what code scanning shows of it", () => {
    const { rules } = run.tool.driver;
    for (const rule of rules) {
      expect(rule).toMatchObject({
        id: expect.stringMatching(/^[a-z]+(-[a-z]+)+$/),
        name: expect.stringMatching(/^([A-Z][a-z]+)+$/),
        shortDescription: { text: expect.stringMatching(/./) },
        fullDescription: { text: expect.stringMatching(/\.$/) },
        help: { text: expect.stringMatching(/\.$/), markdown: expect.stringContaining(rule.helpUri) },
        helpUri: `https://pages/${rule.id}.md`,
        properties: { "security-severity": expect.stringMatching(/^(?:9\.5|8\.0|5\.5|2\.0)$/) },
      });
    }
    expect(new Set(rules.map(({ id }: { id: string }) => id)).size).toBe(rules.length);
  });

  test("every result points to its rule, to the stack's file and to the resource", () => {
    for (const { ruleId, ruleIndex, locations, partialFingerprints } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(locations[0].physicalLocation).toEqual({
        artifactLocation: { uri: "infra/Pulumi.prod.yaml", uriBaseId: "%SRCROOT%" },
        region: { startLine: 1 },
      });
      expect(partialFingerprints.primaryLocationLineHash).toMatch(/^\S+:\d+$/);
    }
    expect(run.results[0].locations[0].logicalLocations).toEqual([
      {
        name: "api",
        fullyQualifiedName: deployment,
        kind: "resource",
        properties: { type: "kubernetes:apps/v1:Deployment" },
      },
    ]);
  });

  test("what stands is an error, what is exempted is suppressed with its reason, what does nothing is a note", () => {
    expect(
      run.results.map(({ ruleId, level, message, suppressions }: any) => [
        ruleId,
        level,
        message.text,
        suppressions?.map(({ kind, status, justification }: any) => [kind, status, justification]),
      ]),
    ).toEqual([
      ["image-require-digest", "error", expect.stringContaining("is named by a tag"), undefined],
      [
        "resource-require-tags",
        "error",
        untagged,
        [["external", "accepted", "moves <b>soon</b> | @everybody (platform_team, until 2026-12-31)"]],
      ],
      ["exemption-disclose-use", "note", remark, undefined],
    ]);
  });

  test("a run that failed is no clean one", () => {
    const [failed] = (sarif(reportOf("the program threw"), places) as any).runs;
    expect(failed.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: "error", message: { text: "the program threw" } }],
      },
    ]);
  });
});

describe("Markdown", () => {
  test("findings and exemptions, as tables", () => {
    const lines = markdown(reportOf()).split("\n");
    expect(lines.splice(-2)).toEqual([
      expect.stringMatching(/^airlock 0\.1\.0: 2 resources judged by \d+ policies\.$/),
      "",
    ]);
    expect(lines).toEqual([
      "## Policies: prod, 1 finding",
      "",
      "| Severity | Policy | Resource | Finding |",
      "| --- | --- | --- | --- |",
      '| critical | [image-require-digest](https://pages/image-require-digest.md) | api | image "contosoprod.azurecr.io/iam/api:1" is named by a tag, which can be moved (api: spec.containers&#91;0&#93;.image). Name the image as &#60;host&#62;/&#60;repository&#62;&#64;sha256:… |',
      "",
      "### Exemptions",
      "",
      "| Policy | Resource | Reason | Owner | Until | Takes back |",
      "| --- | --- | --- | --- | --- | --- |",
      "| [resource-require-tags](https://pages/resource-require-tags.md) | keys | moves &#60;b&#62;soon&#60;/b&#62; \\| &#64;everybody | platform&#95;team | 2026-12-31 | Vault has no tag owner (keys: tags). Add owner |",
      `| [resource-require-tags](https://pages/resource-require-tags.md) | gone | was needed | platform&#95;team | 2026-12-31 | ${remark} |`,
      "",
    ]);
  });

  test("nothing to say", () => {
    const { settings } = stack("dev");
    const clean = stackReport("dev", settings, recorded([vault], []), { pageOf: String }, today);
    expect(markdown({ version: 1, stacks: [clean] })).toMatch(
      /^## Policies: dev, no findings\n\nairlock 0\.1\.0: 1 resource judged by \d+ policies\.\n$/,
    );
  });

  test("a run that failed says so first", () => {
    expect(markdown(reportOf("the program <threw>"))).toContain(
      "## Policies: prod, 1 finding\n\n**The run failed, and not everything was judged:** the program &#60;threw&#62;\n",
    );
  });
});
