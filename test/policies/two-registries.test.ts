import { customRoleGuid } from "../../model/access/custom-roles";
import { roleGuids } from "../../model/access/roles";
import type { Resource } from "../../policies/rule";
import { accessRestrictMatrix } from "../../policies/rules/access-restrict-matrix";
import { imageRequireLock } from "../../policies/rules/image-require-lock";
import { imageRequireOwnRegistry } from "../../policies/rules/image-require-own-registry";
import { promotionRequireWorkingPath } from "../../policies/rules/promotion-require-working-path";
import { promotionRestrictPath } from "../../policies/rules/promotion-restrict-path";
import { registryDisallowProdPush } from "../../policies/rules/registry-disallow-prod-push";
import { type Properties, unknown, type Value } from "../../policies/values";
import { digest, publicKey, registryId, roleId, stack, subscriptionId } from "./support/stacks";
import { judge, verdicts } from "./support/verdicts";

const beside = (environment: string, more: object = {}) => ({
  secure: { name: `contoso${environment}`, customHost: `${environment}.secure-registry.contoso.com` },
  standard: {
    name: `contoso${environment}standard`,
    customHost: `${environment}.registry.contoso.com`,
    ...more,
  },
});
const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
const standardId = (environment: string, inGroup = `contoso-${environment}-rg`) =>
  `${group(inGroup)}/providers/Microsoft.ContainerRegistry/registries/contoso${environment}standard`;
const existing = { mode: "rbac", existing: { resourceGroup: "legacy" } };

/** The facts of a stack whose environments have two registries each; staging's other one was there before. */
function facts(name: Parameters<typeof stack>[0], extra: Record<string, unknown> = {}, promotions = true) {
  return stack(name, "contoso", {
    path: [
      { environment: "dev", registries: beside("dev") },
      { environment: "staging", registries: beside("staging", existing) },
      { environment: "prod", protected: true, registries: beside("prod", { promotions }) },
    ],
    ...extra,
  });
}

const target = (environment: string, standard = false) =>
  standard
    ? { registryId: standardId(environment), loginServer: `contoso${environment}standard.azurecr.io` }
    : { registryId: registryId(environment), loginServer: `contoso${environment}.azurecr.io` };
const image = (into: object, from: object, more: Properties = {}): Properties => ({
  ...into,
  repository: "iam/auth-service",
  digest,
  publicKey,
  source: { ...from },
  ...more,
});

describe("a promotion", () => {
  const check = (properties: Properties, promotions?: boolean) =>
    verdicts(promotionRestrictPath, facts("prod", {}, promotions), "airlock:index:ImageImport", properties);

  test("goes to both registries when the other one's promotions are stated", () => {
    expect(check(image(target("prod"), target("staging")))).toEqual([]);
    expect(check(image(target("prod", true), target("staging")))).toEqual([]);
    expect(check(image({ ...target("prod", true), registryId: unknown }, target("staging")))).toEqual([]);
  });

  test("goes to the path's own alone when they are not", () => {
    expect(check(image(target("prod", true), target("staging")), false)).toEqual([
      "the target is contosoprodstandard.azurecr.io, not contosoprod.azurecr.io (it: loginServer). Let the stack of prod write to contosoprod alone",
      `the target is ${standardId("prod")}, not ${registryId("prod")} (it: registryId). Let the stack of prod write to contosoprod alone`,
    ]);
  });

  test("is into one registry by host and by id", () => {
    const mixed = { ...target("prod", true), registryId: registryId("prod") };
    expect(check(image(mixed, target("staging")))).toEqual([
      `the target is ${registryId("prod")}, not ${standardId("prod")} (it: registryId). Let the stack of prod write to contosoprod and contosoprodstandard alone`,
    ]);
  });

  test("comes from the path's own registry, never from the one beside it", () => {
    const old = {
      registryId: standardId("staging", "legacy"),
      loginServer: "contosostagingstandard.azurecr.io",
    };
    const fix = "Import from contosostaging, the registry of staging";
    expect(check(image(target("prod"), old))).toEqual([
      `the source is ${old.loginServer}, not contosostaging.azurecr.io (it: source.loginServer). ${fix}`,
      `the source is ${old.registryId}, not ${registryId("staging")} (it: source.registryId). ${fix}`,
    ]);
  });
});

test("an image of the configuration is imported and locked in both", () => {
  const images = { images: { "iam/auth-service": { version: "1.0.0", digest } } };
  const common = { repository: "iam/auth-service", digest, tags: ["1.0.0-prod"] };
  const program = (...standard: boolean[]): Resource[] =>
    standard.flatMap((one) =>
      ["ImageImport", "ImageLock"].map((kind) => ({
        type: `airlock:index:${kind}`,
        name: "it",
        properties: { ...common, ...target("prod", one) },
      })),
    );
  expect(judge(imageRequireLock, facts("prod", images), program(false, true))).toEqual([]);
  expect(judge(imageRequireLock, facts("prod", images), program(false))).toEqual([
    `iam/auth-service@${digest} (1.0.0-prod) stands in the configuration, and the program does not import it into contosoprodstandard (it: images.iam/auth-service). Make a PromotedImage of every entry of \`images\`, as the reference program does`,
  ]);
  expect(judge(imageRequireLock, facts("prod", images, false), program(false))).toEqual([]);
});

describe("an image that runs", () => {
  const check = (host: string, promotions?: boolean) =>
    verdicts(imageRequireOwnRegistry, facts("prod", {}, promotions), "kubernetes:core/v1:Pod", {
      spec: { containers: [{ image: `${host}/iam/auth-service@${digest}` }] },
    });
  const refused = (host: string) => [
    `image "${host}/iam/auth-service@${digest}" comes from ${host}, not from prod's own registry (it: spec.containers[0].image). Promote the image to prod and name it prod.secure-registry.contoso.com/<repository>@sha256:…`,
  ];

  test.each([
    "prod.secure-registry.contoso.com",
    "contosoprod.azurecr.io",
    "prod.registry.contoso.com",
    "contosoprodstandard.azurecr.io",
  ])("comes from %s", (host) => {
    expect(check(host)).toEqual([]);
  });

  test("comes from the registry beside the path's own only when promotions go there", () => {
    expect(check("prod.registry.contoso.com", false)).toEqual(refused("prod.registry.contoso.com"));
    expect(check("contosoprodstandard.azurecr.io", false)).toEqual(refused("contosoprodstandard.azurecr.io"));
  });

  test.each([
    "staging.secure-registry.contoso.com",
    "registry.contoso.com",
    "prod.secure-registry.contoso.com.example",
  ])("does not come from %s", (host) => {
    expect(check(host)).toEqual(refused(host));
  });
});

describe("nobody pushes to either registry of a protected environment", () => {
  const push = (type: string, properties: Properties, name: "dev" | "prod" = "dev") =>
    verdicts(registryDisallowProdPush, facts(name), type, properties);

  test("by a role, from any stack", () => {
    const properties = {
      scope: standardId("prod"),
      principalId: "somebody",
      roleDefinitionId: roleId(roleGuids.repositoryWriter),
    };
    expect(push("azure-native:authorization:RoleAssignment", properties)).toEqual([
      "Container Registry Repository Writer would let somebody push images and unlock images in contosoprodstandard, the registry of prod (it: roleDefinitionId). Remove the assignment: images enter a protected environment by promotion alone",
    ]);
  });

  test("by the admin user", () => {
    const properties = { registryName: "contosoprodstandard", adminUserEnabled: true };
    expect(push("azure-native:containerregistry:Registry", properties, "prod")[0]).toBe(
      "the admin user, one shared password for everything, can push to contosoprodstandard, the registry of prod (it: adminUserEnabled). Set it to false",
    );
  });

  test.each([
    "prod.registry.contoso.com",
    "prod.secure-registry.contoso.com",
    "contosoprodstandard.azurecr.io",
  ])("by a build, as %s", (host) => {
    const [said] = push("docker-build:index:Image", { tags: [`${host}/iam/auth-service:1`], push: true });
    expect(said).toMatch(
      /^the image is pushed to contosoprod(?:standard)?, the registry of prod \(it: tags\[0\]\)/,
    );
  });

  test("by a task of another registry that names its custom host", () => {
    const step = { type: "Docker", imageNames: ["prod.registry.contoso.com/iam/auth-service:1"] };
    expect(push("azure-native:containerregistry:Task", { registryName: "contosodev", step })).toEqual([
      "Task names contosoprodstandard, the registry of prod, and may write to it (it: step.imageNames[0]). Build into the first environment's registry and promote the image from there",
    ]);
  });
});

describe("the matrix", () => {
  const own = (key: string) => customRoleGuid(subscriptionId, "contoso", key);
  const check = (name: "staging" | "prod", role: string, scope: Value, extra: Record<string, unknown> = {}) =>
    verdicts(accessRestrictMatrix, facts(name, extra), "azure-native:authorization:RoleAssignment", {
      scope,
      roleDefinitionId: roleId(role),
      principalId: "aaaaaaaa-0000-4000-8000-000000000001",
      principalType: "ServicePrincipal",
    });
  const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";

  test("accounts for the same cells in both registries, each in its mode", () => {
    expect(check("prod", own("importer"), standardId("prod"))).toEqual([]);
    expect(check("prod", own("custodian"), standardId("prod"))).toEqual([]);
    expect(check("staging", roleGuids.acrPull, standardId("staging", "legacy"))).toEqual([]);
  });

  test("accounts for nothing that only the other registry's mode or promotions ask for", () => {
    expect(check("staging", own("importer"), standardId("staging", "legacy"))).toEqual([
      `no cell of the access matrix accounts for contoso image importer on contosostagingstandard (it: roleDefinitionId). ${fix}`,
    ]);
    expect(check("staging", roleGuids.acrPull, registryId("staging"))).toEqual([
      `no cell of the access matrix accounts for AcrPull on contosostaging (it: roleDefinitionId). ${fix}`,
    ]);
  });

  test("knows the registry that was there before in its own group alone", () => {
    expect(check("staging", roleGuids.acrPull, standardId("staging"))).toEqual([
      `no cell of the access matrix accounts for AcrPull on …/registries/contosostagingstandard (it: scope). ${fix}`,
    ]);
  });
});

test("of a registry that is made in the same run, a role is judged in the mode that it is for", () => {
  const legacy = {
    path: [
      { environment: "dev", registries: beside("dev", { mode: "rbac" }) },
      { environment: "prod", protected: true },
    ],
    identities: { builder: { kind: "application", githubEnvironment: "dev" } },
    access: { builder: { dev: ["pull"] } },
  };
  const check = (guid: string) =>
    verdicts(promotionRequireWorkingPath, facts("dev", legacy), "azure-native:authorization:RoleAssignment", {
      scope: unknown,
      principalId: unknown,
      roleDefinitionId: roleId(guid),
    });
  expect(check(roleGuids.acrPull)).toEqual([]);
  expect(check(roleGuids.repositoryReader)).toEqual([]);
  // Nobody asks for it in either.
  expect(check(roleGuids.acrPush)).not.toEqual([]);
});
