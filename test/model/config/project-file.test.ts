import { engineValues, parseSettings } from "../../../model/config";
import { overrideFindings, projectNamed, projectValues } from "../../../model/config/project-file";

const text = `name: contoso
config:
  contoso:subscriptionId: 22222222-2222-4222-8222-222222222222
  contoso:location: { default: westeurope }
  github: { value: { owner: contoso, repository: platform, ownerId: 7 } }
  contoso:path:
    value:
      - { environment: dev, registry: contosodev }
      - { environment: prod, registry: contosoprod, protected: true }
  other:key: 1
`;
const shared = projectValues(text, "contoso");

test("values stand under `value`, or are a default", () => {
  expect([projectNamed(text, "contoso"), projectNamed(text, "other")]).toEqual([true, false]);
  expect(Object.keys(shared)).toEqual(["subscriptionId", "location", "github", "path"]);
  expect(shared.location).toBe("westeurope");
  expect(shared.github).toEqual({ owner: "contoso", repository: "platform", ownerId: 7 });
});

test("what the engine makes of a project's values is no override", () => {
  const values = engineValues("contoso", {
    "contoso:subscriptionId": "22222222-2222-4222-8222-222222222222",
    "contoso:location": "northeurope",
    "contoso:environment": "prod",
    "contoso:github": '{"ownerId":7,"repository":"platform","owner":"contoso"}',
    "contoso:path":
      '[{"registry":"contosodev","environment":"dev"},{"environment":"prod","protected":true,"registry":"contosoprod"}]',
  });
  expect(overrideFindings(values, shared)).toEqual([]);
});

const why = "Change it in Pulumi.yaml, and take it out of this file";

test.each<[string, unknown]>([
  ["path", [{ environment: "dev", registry: "contosodev" }]],
  [
    "path",
    [
      { environment: "dev", registry: "contosodev" },
      { environment: "prod", registry: "contosoprod", protected: false },
    ],
  ],
  ["path", null],
  ["teams", { evil: ["iam/*"] }],
  ["identities", { evil: { kind: "group" } }],
  ["access", { evil: { prod: ["pull"] } }],
  ["github", { owner: "evil", repository: "platform" }],
  ["signing", { publicKey: "x" }],
  ["policies", { levels: {} }],
  ["organization", "evil"],
  ["stackOrganization", "evil"],
  ["subscriptionId", "33333333-3333-4333-8333-333333333333"],
  ["tenantId", "33333333-3333-4333-8333-333333333333"],
])("%s belongs to the project: %j is refused in one line", (key, value) => {
  const values = { ...shared, kind: "environment", [key]: value };
  expect(() => parseSettings({ project: "contoso", stack: "prod", values, shared })).toThrow(
    `${key} is the whole project's, and this stack has another (Pulumi.prod.yaml, contoso:${key}). ${why}`,
  );
});

test("a stack has its kind, its environment, its images, its place and its tags to itself", () => {
  const own = {
    kind: "environment",
    environment: "prod",
    location: "uksouth",
    tags: { owner: "me" },
    images: {},
  };
  const settings = parseSettings({
    project: "contoso",
    stack: "prod",
    values: { ...shared, ...own },
    shared,
  });
  expect(settings).toMatchObject({ environment: "prod", location: "uksouth", tags: { owner: "me" } });
});

test("a key that nobody knows is that, and no override", () => {
  const values = { ...shared, kind: "environment", imags: {} };
  expect(() => parseSettings({ project: "contoso", stack: "prod", values, shared })).toThrow(
    /^unknown key "imags" [^\n]*$/,
  );
});

test("a day that stands in YAML without quotes is that day, though the engine hands over its midnight", () => {
  const exemption = {
    policy: "resource-require-tags",
    resource: "logs",
    type: "azure-native:storage:StorageAccount",
    environment: "prod",
    reason: "moves",
    owner: "platform_team",
  };
  const text = JSON.stringify({ exemptions: [{ ...exemption, until: "2026-12-31T00:00:00Z" }] });
  const values = { ...shared, kind: "environment", ...engineValues("contoso", { "contoso:policies": text }) };
  const inFile = { ...shared, policies: { exemptions: [{ ...exemption, until: "2026-12-31" }] } };
  const settings = parseSettings({ project: "contoso", stack: "prod", values, shared: inFile });
  expect(settings.policies.exemptions[0].until).toBe("2026-12-31");
});
