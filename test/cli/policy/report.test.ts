import { mandatoryFindings, stackReport } from "../../../cli/policy/report";
import type { EngineEvent } from "../../../cli/policy/events";
import { exemptedPrefix } from "../../../policies/disclosure";
import { policyTexts } from "../../../policies/pack";
import { stack, today } from "../../policies/support/stacks";
import { byTag, deployment, recorded, says, urnOf } from "./recorded";

const pageOf = (policy: string) => `https://pages/${policy}`;
const vault = urnOf("azure-native:keyvault:Vault", "keys");
const exemption = {
  policy: "resource-require-tags",
  resource: "keys",
  type: "azure-native:keyvault:Vault",
  environment: "prod",
  reason: "moves (soon): next week",
  owner: "platform_team",
  until: "2026-12-31",
};
const untagged = "Vault has no tag owner (keys: tags). Add owner";

function report(events: readonly EngineEvent[], policies: object = {}, name: "prod" | "dev" = "prod") {
  const { settings } = stack(name, "contoso", { policies });
  return stackReport(name, settings, events, { pageOf }, today);
}

test("a run without findings: every policy with its level, severity, page and counts", () => {
  const { findings, policies, exemptions, ...rest } = report(recorded([deployment, vault], []));
  expect(rest).toEqual({
    stack: "prod",
    environment: "prod",
    pack: { name: "airlock", version: "0.1.0" },
    resources: 2,
  });
  expect({ findings, exemptions }).toEqual({ findings: [], exemptions: [] });
  expect(policies.map(({ name }) => name)).toEqual(policyTexts.map(({ name }) => name));
  expect(policies[0]).toMatchObject({
    name: "image-require-digest",
    severity: "critical",
    level: "mandatory",
    url: "https://pages/image-require-digest",
    passed: 2,
    failed: 0,
  });
  expect(policies.at(-1)).toMatchObject({ name: "exemption-disclose-use", level: "advisory" });
});

test("a finding: whose, where and what, without the engine's colours and the policy's description", () => {
  const { findings, policies, failure } = report(recorded([deployment], [byTag]));
  expect(findings).toEqual([
    {
      policy: "image-require-digest",
      level: "mandatory",
      severity: "critical",
      urn: deployment,
      type: "kubernetes:apps/v1:Deployment",
      name: "api",
      property: "spec.containers[0].image",
      message:
        'image "contosoprod.azurecr.io/iam/api:1" is named by a tag, which can be moved (api: spec.containers[0].image). Name the image as <host>/<repository>@sha256:…',
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}:1$/),
    },
  ]);
  expect(policies[0]).toMatchObject({ passed: 0, failed: 1 });
  // "preview failed" is what the engine says after findings: nothing else went wrong.
  expect(failure).toBeUndefined();
});

test("findings come in the order of their severity", () => {
  const tags = says("resource-require-tags", vault, untagged);
  const { findings } = report(recorded([vault, deployment], [tags, byTag]));
  expect(findings.map(({ policy }) => policy)).toEqual(["image-require-digest", "resource-require-tags"]);
});

test("a fingerprint outlives other words and other resources, and two findings of one property have two", () => {
  const [before] = report(recorded([vault], [says("resource-require-tags", vault, untagged)])).findings;
  const reworded = says("resource-require-tags", vault, "the vault has no owner (keys: tags). Add the tag");
  const { findings } = report(recorded([vault, deployment], [byTag, reworded, reworded]));
  const [after, second] = findings.slice(1).map(({ fingerprint }) => fingerprint);
  expect(after).toBe(before.fingerprint);
  expect(second).toBe(before.fingerprint.replace(/1$/, "2"));
});

test("a policy that could not judge has no property", () => {
  const text = "image-require-digest could not judge: no such thing (api). Correct this first: …";
  const [finding] = report(recorded([deployment], [says("image-require-digest", deployment, text)])).findings;
  expect(finding).not.toHaveProperty("property");
  expect(finding.message).toBe(text);
});

describe("exemptions", () => {
  const policies = { exemptions: [exemption] };
  const used = says("exemption-disclose-use", vault, `${exemptedPrefix(exemption)}${untagged}`, "advisory");

  test("one that took a finding back shows with it, and the finding is not among those that stand", () => {
    const { findings, exemptions } = report(recorded([vault], [used]), policies);
    expect(findings).toEqual([]);
    expect(exemptions).toEqual([
      {
        ...exemption,
        findings: [
          expect.objectContaining({
            policy: "resource-require-tags",
            level: "mandatory",
            severity: "low",
            property: "tags",
            message: untagged,
          }),
        ],
      },
    ]);
  });

  test("one that does nothing shows with what is wrong with it", () => {
    const remark =
      "the exemption of keys from resource-require-tags takes back nothing. Take it out of policies.exemptions";
    const useless = says(
      "exemption-disclose-use",
      urnOf("pulumi:pulumi:Stack", "contoso-prod"),
      remark,
      "advisory",
    );
    const { findings, exemptions } = report(recorded([vault], [useless]), policies);
    expect(findings).toEqual([]);
    expect(exemptions).toEqual([{ ...exemption, findings: [], remark }]);
  });

  test("those of another stack don't show here, and one that this configuration knows nothing of shows as advice", () => {
    const elsewhere = { exemptions: [{ ...exemption, environment: "dev" }] };
    const { findings, exemptions } = report(recorded([vault], [used]), elsewhere);
    expect(exemptions).toEqual([]);
    expect(findings).toMatchObject([{ policy: "exemption-disclose-use", level: "advisory" }]);
  });
});

test("levels are those of the stack", () => {
  const policies = { levels: { "resource-require-tags": { dev: "disabled" } } };
  const levelIn = (name: "prod" | "dev") =>
    report(recorded([vault], []), policies, name).policies.find(
      (policy) => policy.name === "resource-require-tags",
    )?.level;
  expect({ dev: levelIn("dev"), prod: levelIn("prod") }).toEqual({ dev: "disabled", prod: "mandatory" });
});

test("only advice stands in nobody's way", () => {
  const advice = says("resource-require-tags", vault, untagged, "advisory");
  const only = report(recorded([vault], [advice]));
  expect(mandatoryFindings({ version: 1, stacks: [only] })).toEqual([]);
  const more = report(recorded([vault, deployment], [advice, byTag]));
  expect(mandatoryFindings({ version: 1, stacks: [only, more] })).toHaveLength(1);
});

test("a run that failed for another reason says so", () => {
  expect(report(recorded([vault], [], "the program threw")).failure).toBe("the program threw");
  const cut = recorded([vault], []).filter((event) => !event.policyAnalyzeStackSummaryEvent);
  expect(report(cut).failure).toBe("the run ended before its stack was judged as a whole");
});

test("a run without the pack is no report", () => {
  const without = recorded([], [])
    .filter((event) => event.summaryEvent)
    .concat({ sequence: 9, policyAnalyzeStackSummaryEvent: { policyPackName: "other" } });
  expect(() => report(without)).toThrow("the pack did not judge stack prod");
});
