import type { RegisteredResource } from "../../../model/access/from-resources";
import { assignmentName } from "../../../model/access/names";
import { expandMatrix, roleGuidFor } from "../../../model/access/matrix";
import { roleDefinitionId, roleGuids } from "../../../model/access/roles";
import { customRoles, customRoleGuid } from "../../../model/access/custom-roles";
import { parseSettings } from "../../../model/config";
import { registryId } from "../../../model/physical-names";
import { provePath } from "../../../model/proof";
import { factsFromResources } from "../../../model/proof/facts-from-resources";
import { factsFromSettings } from "../../../model/proof/facts-from-settings";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const application = (environment: string) => ({ kind: "application", githubEnvironment: environment });
const settings = (access: object = {}) =>
  parseSettings({
    project: "contoso",
    stack: "shared",
    values: {
      kind: "shared",
      subscriptionId,
      github: { owner: "contoso", repository: "platform" },
      path: [
        { environment: "dev", registry: "contosodev" },
        { environment: "prod", registry: "contosoprod", protected: true },
      ],
      teams: { iam_team: ["iam/*"] },
      identities: {
        iam_team: { kind: "group" },
        promoter: application("prod"),
        iam_promoter: { ...application("iam"), team: "iam_team" },
        deployer: application("deploy"),
      },
      access: {
        iam_team: { dev: ["pull", "push"] },
        promoter: { prod: ["pull", "import", "lock"] },
        deployer: { prod: ["pull"] },
        ...access,
      },
    },
  });

const factsIn = (facts: ReturnType<typeof factsFromSettings>, environment: string) =>
  facts.environments?.find(({ name }) => name === environment);
const said = (facts: ReturnType<typeof factsFromSettings>) =>
  provePath(facts).problems.map(({ fact, where }) => `${fact} ${where}`);

describe("an environment with two registries", () => {
  const two = (standard: object, access: object = {}) =>
    parseSettings({
      project: "contoso",
      stack: "prod",
      values: {
        kind: "environment",
        subscriptionId,
        github: { owner: "contoso", repository: "platform" },
        path: [
          { environment: "dev", registries: { secure: {}, standard: { mode: "rbac" } } },
          { environment: "prod", protected: true, registries: { secure: {}, standard } },
        ],
        identities: {
          promoter: application("prod"),
          deployer: application("deploy"),
          builder: application("dev"),
        },
        access: {
          builder: { dev: ["pull", "push"] },
          promoter: { prod: ["pull", "import", "lock"] },
          deployer: { prod: ["pull"] },
          ...access,
        },
      },
    });

  test("is judged by each of them, in the column of each", () => {
    const facts = factsFromSettings(two({ promotions: true }));
    expect(
      facts.environments?.map(({ name, imports, isSource, locks, mode, promoters = [], pullers = [] }) => ({
        name,
        path: [imports, isSource, locks, mode],
        promoters: promoters.map(({ where }) => where),
        pullers: pullers.map(({ identity }) => identity),
      })),
    ).toEqual([
      { name: "dev", path: [false, true, false, "abac"], promoters: [], pullers: ["builder"] },
      { name: "dev.standard", path: [false, false, false, "rbac"], promoters: [], pullers: ["builder"] },
      {
        name: "prod",
        path: [true, false, true, "abac"],
        promoters: ["access.promoter.prod"],
        pullers: ["promoter", "deployer"],
      },
      {
        name: "prod.standard",
        path: [true, false, true, "abac"],
        promoters: ["access.promoter.prod.standard"],
        pullers: ["promoter", "deployer"],
      },
    ]);
    expect(said(facts)).toEqual([]);
  });

  test("needs nobody to promote into a registry without promotions", () => {
    const facts = factsFromSettings(two({}));
    expect(factsIn(facts, "prod.standard")).toMatchObject({ imports: false, locks: false, promoters: [] });
    expect(said(facts)).toEqual([]);
  });

  test("needs a promoter and a puller for both when a column says otherwise of one", () => {
    const otherwise = { promoter: { prod: ["pull", "import", "lock"], "prod.standard": ["none"] } };
    const unpulled = { deployer: { prod: ["pull"], "prod.standard": ["none"] } };
    expect(said(factsFromSettings(two({ promotions: true }, { ...otherwise, ...unpulled })))).toEqual([
      "promoter access",
      "puller access",
    ]);
  });
});

describe("the configuration alone", () => {
  test("a matrix that works has no problem", () => {
    expect(said(factsFromSettings(settings()))).toEqual([]);
    expect(factsIn(factsFromSettings(settings()), "prod")).toMatchObject({
      imports: true,
      isSource: false,
      locks: true,
      promoters: [{ identity: "promoter", readsSource: true, pulls: true, locks: true }],
    });
  });

  // The configuration is refused before; the function judges what it is given.
  const stating = (access: object) => ({ ...settings(), access: { ...settings().access, ...access } });

  test("cells that no role can be made of are problems, not errors", () => {
    expect(
      said(factsFromSettings(stating({ promoter: { prod: ["pull", "import iam/*", "lock"] } }))),
    ).toEqual(["import-not-narrowed access.promoter.prod"]);
    expect(said(factsFromSettings(stating({ iam_promoter: { prod: ["pull", "import", "lock"] } })))).toEqual([
      "import-not-narrowed access.iam_promoter.prod",
    ]);
    expect(
      said(factsFromSettings(stating({ promoter: { dev: ["none"], prod: ["pull", "import", "lock"] } }))),
    ).toEqual(["promoter access.promoter.prod"]);
  });

  test("an environment that nobody promotes into or pulls from", () => {
    const nobody = settings({ promoter: { prod: ["lock"] }, deployer: { prod: ["none"] } });
    expect(said(factsFromSettings(nobody))).toEqual(["promoter access", "puller access"]);
    // Who reads the registry's settings runs the tool, and deploys nothing.
    const reading = settings({ promoter: { prod: ["lock"] }, deployer: { prod: ["read", "pull"] } });
    expect(said(factsFromSettings(reading))).toContain("puller access");
  });
});

const objectId = (identity: string) => `id-of-${identity}`;

/** The resources that a program registers for these settings. */
function program(
  stated = settings(),
  registryProperties: object = {},
  more: RegisteredResource[] = [],
): RegisteredResource[] {
  const { organization } = stated;
  const resource = (type: string, name: string, id: string, inputs: object, outputs: object = inputs) =>
    ({ type, name, id, inputs, outputs }) as RegisteredResource;
  const registries = stated.path.environments.map((environment) =>
    resource("azure-native:resources:Resource", environment.name, registryId(stated, environment), {
      resourceProviderNamespace: "Microsoft.ContainerRegistry",
      parentResourcePath: "",
      resourceType: "registries",
      resourceName: environment.registry,
      sku: { name: "Premium" },
      properties: { roleAssignmentMode: "AbacRepositoryPermissions", ...registryProperties },
    }),
  );
  const principals = Object.keys(stated.identities).map((name) =>
    resource(
      "azuread:index/group:Group",
      name,
      objectId(name),
      { displayName: name },
      {
        displayName: name,
        objectId: objectId(name),
      },
    ),
  );
  const roles = customRoles(organization).map((role) => {
    const guid = customRoleGuid(subscriptionId, organization, role.key);
    return resource("azure-native:authorization:RoleDefinition", role.key, guid, {
      roleDefinitionId: guid,
      roleName: role.displayName,
      permissions: [{ actions: role.actions, dataActions: role.dataActions }],
    });
  });
  const assignments = expandMatrix(stated).flatMap((grant) => {
    if (grant.target.kind !== "registry") return [];
    const { environment } = grant.target;
    const scope = registryId(
      stated,
      stated.path.environments.find(({ name }) => name === environment)!,
    );
    const role = roleDefinitionId(subscriptionId, roleGuidFor(grant.role, subscriptionId, organization));
    const name = assignmentName(scope, objectId(grant.identity), role);
    return resource(
      "azure-native:authorization:RoleAssignment",
      `${environment}-${grant.identity}-${role.slice(-4)}`,
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      {
        roleAssignmentName: name,
        scope,
        principalId: objectId(grant.identity),
        roleDefinitionId: role,
        ...(grant.condition !== undefined && { condition: grant.condition }),
      },
    );
  });
  return [...registries, ...principals, ...roles, ...assignments, ...more];
}

describe("what a program registers", () => {
  test("the whole path is proven, but for what else stands in the subscription", () => {
    const proof = provePath(factsFromResources(program(), settings()));
    expect(proof.problems).toEqual([]);
    expect(proof.unproven.map(({ fact }) => fact)).toEqual(["role-assignments"]);
    expect(new Set(proof.proven.map(({ fact }) => fact))).toContain("promoter");
  });

  test("a promoter without its role on the source is found, whatever the matrix says", () => {
    const without = program().filter(({ name }) => !name.startsWith("dev-promoter"));
    expect(said(factsFromResources(without, settings()))).toEqual(["promoter access.promoter.prod"]);
  });

  test("a deployer without its role pulls nothing", () => {
    const without = program().filter(({ name }) => !/^prod-(?:deployer|promoter)/.test(name));
    expect(said(factsFromResources(without, settings()))).toEqual(["promoter access", "puller access"]);
  });

  test("a condition that is left out of a narrowed cell", () => {
    const wide = program().map((one) =>
      one.name.startsWith("dev-iam_team") ? { ...one, inputs: { ...one.inputs, condition: undefined } } : one,
    );
    const [problem] = provePath(factsFromResources(wide, settings())).problems;
    expect(problem).toMatchObject({
      fact: "unconditioned-role",
      environment: "dev",
      what: "iam_team reaches all of dev: the cell is narrowed to iam/*, and the role has no condition",
    });
  });

  test("private endpoints, replications, scope maps, tokens and their prohibition belong to their registry", () => {
    const inGroup = { resourceGroupName: "contoso-prod-rg", registryName: "contosoprod" };
    const child = (type: string, name: string, inputs: object) =>
      ({ type: `azure-native:${type}`, name, inputs, outputs: inputs }) as RegisteredResource;
    const id = registryId(settings(), settings().path.environments[1]);
    const more = [
      child("network:PrivateEndpoint", "endpoint", {
        privateLinkServiceConnections: [{ privateLinkServiceId: id.toUpperCase(), groupIds: ["registry"] }],
      }),
      child("containerregistry/v20230701:Replication", "westus", inGroup),
      child("containerregistry:ScopeMap", "map", {
        ...inGroup,
        scopeMapName: "release-1",
        actions: ["pull"],
      }),
      child("containerregistry:Token", "token", { ...inGroup, tokenName: "v0.0.1" }),
      child("authorization:PolicyAssignment", "tokens-off", {
        scope: `/subscriptions/${subscriptionId}`,
        policyDefinitionId:
          "/providers/Microsoft.Authorization/policyDefinitions/ff05e24e-195c-447e-b322-5e90c9f9f366",
      }),
    ];
    const facts = factsFromResources(
      program(settings(), { networkRuleBypassOptions: "None" }, more),
      settings(),
    );
    expect(factsIn(facts, "prod")?.registry).toMatchObject({ privateEndpoints: 1, replications: 1 });
    expect(factsIn(facts, "dev")?.registry).toMatchObject({ privateEndpoints: 0, replications: 0 });
    expect(said(facts)).toEqual([
      "tokens-forbidden token",
      "trusted-services prod",
      "scope-map-wildcards map",
      "names token",
    ]);
  });

  test("an image is locked by its own lock alone, and has to be in reach of somebody", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const image = (type: string, repository: string) =>
      ({
        type: `airlock:index:${type}`,
        name: repository,
        inputs: { loginServer: "contosodev.azurecr.io", repository, digest },
        outputs: {},
      }) as RegisteredResource;
    const more = [
      image("ImageImport", "iam/a"),
      image("ImageLock", "iam/a"),
      image("ImageImport", "utility/b"),
    ];
    const facts = factsFromResources(program(settings(), {}, more), settings());
    expect(factsIn(facts, "dev")?.images).toEqual([
      { where: "iam/a", repository: "iam/a", locked: true },
      { where: "utility/b", repository: "utility/b", locked: false },
    ]);
    expect(said(facts)).toEqual(["puller utility/b"]);
  });

  test("AcrPull by hand, beside the matrix", () => {
    const scope = registryId(settings(), settings().path.environments[1]);
    const byHand = {
      type: "azure-native:authorization:RoleAssignment",
      name: "by-hand",
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/x`,
      inputs: {
        scope,
        principalId: objectId("iam_team"),
        roleDefinitionId: roleDefinitionId(subscriptionId, roleGuids.acrPull),
      },
      outputs: {},
    };
    expect(said(factsFromResources(program(settings(), {}, [byHand]), settings()))).toEqual([
      "ignored-role by-hand",
    ]);
  });
});
