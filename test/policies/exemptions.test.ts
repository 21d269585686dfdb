import type { Exemption } from "../../model/settings";
import { withExemptions } from "../../policies/exemptions";
import type { Finding, PolicyText, Resource } from "../../policies/rule";
import { stack, today } from "./support/stacks";

const rule: PolicyText = {
  name: "resource-require-tags",
  displayName: "Tags",
  description: "Every resource is tagged.",
  severity: "low",
  remediationSteps: "Add the tags.",
  looksAt: ["Tags."],
  why: "Nobody knows whose it is.",
};
const resource: Resource = { type: "azure-native:storage:StorageAccount", name: "logs", properties: {} };
const finding: Finding = { what: "tag owner is missing", property: "tags.owner", fix: "Add it" };
const exemption: Exemption = {
  policy: "resource-require-tags",
  resource: "logs",
  type: "azure-native:storage:StorageAccount",
  environment: "prod",
  reason: "moves to another project",
  owner: "platform_team",
  until: "2026-12-31",
};

function judged(one: Partial<Exemption>, text: PolicyText = rule, name: "prod" | "dev" | "shared" = "prod") {
  const facts = stack(name, "contoso", { policies: { exemptions: [{ ...exemption, ...one }] } });
  const { standing, exempted } = withExemptions(text, [finding], resource, facts);
  return { fixes: standing.map(({ fix }) => fix), exempted: exempted.map((entry) => entry.exemption.until) };
}

const takenBack = { fixes: [], exempted: ["2026-12-31"] };
const stands = { fixes: ["Add it"], exempted: [] };

test.each<[string, Partial<Exemption>]>([
  ["the resource, in every property", {}],
  ["the property", { property: "tags.owner" }],
  ["what is above the property", { property: "tags" }],
])("an exemption of %s takes the finding back", (_, one) => {
  expect(judged(one)).toEqual(takenBack);
});

test.each<[string, Partial<Exemption>]>([
  ["another policy", { policy: "resource-require-logs" }],
  ["another resource", { resource: "log" }],
  ["another type of the same name", { type: "azure-native:keyvault:Vault" }],
  ["another environment", { environment: "staging" }],
  ["another property", { property: "tags.project" }],
  ["a property whose name begins alike", { property: "tag" }],
  ["a property below", { property: "tags.owner.name" }],
])("an exemption of %s takes nothing back", (_, one) => {
  expect(judged(one)).toEqual(stands);
});

test("the shared stack is called shared", () => {
  expect(judged({ environment: "shared" }, rule, "shared")).toEqual(takenBack);
  expect(judged({ environment: "shared" })).toEqual(stands);
});

test("it holds on its last day, and from the next day on the finding says that it has ended", () => {
  expect(judged({ until: today })).toEqual({ fixes: [], exempted: [today] });
  expect(judged({ until: "2026-11-20" })).toEqual({
    fixes: ["Add it. The exemption by platform_team ended on 2026-11-20"],
    exempted: [],
  });
});

test("it may run for 90 more days and not for 91", () => {
  expect(judged({ until: "2027-02-19" })).toEqual({ fixes: [], exempted: ["2027-02-19"] });
  expect(judged({ until: "2027-02-20" }).fixes).toEqual([
    "Add it. The exemption by platform_team does not count: until 2027-02-20 is more than 90 days",
  ]);
});

test("what the product's promise rests on has no exemptions, in dev neither", () => {
  const absolute = { ...rule, absolute: true };
  expect(judged({}, absolute).fixes).toEqual(["Add it. resource-require-tags has no exemptions"]);
  expect(judged({ environment: "dev" }, absolute, "dev").fixes).toEqual([
    "Add it. resource-require-tags has no exemptions",
  ]);
});

test("one that has ended does not spoil another that holds", () => {
  const exemptions = [{ ...exemption, until: "2026-01-01" }, exemption];
  const facts = stack("prod", "contoso", { policies: { exemptions } });
  expect(withExemptions(rule, [finding], resource, facts)).toMatchObject({
    standing: [],
    exempted: [{ exemption: { until: "2026-12-31" } }],
  });
});
