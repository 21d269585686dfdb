import { repositoryCondition } from "../../../model/access/condition";
import { repositoryDataActions, roleGuids } from "../../../model/access/roles";
import { promotionRequireWorkingPath } from "../../../policies/rules/promotion-require-working-path";
import type { Resource } from "../../../policies/rule";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { registryId, roleId, stack } from "../support/stacks";
import { judge, verdicts } from "../support/verdicts";

const generic = "azure-native:resources:Resource";
const registry = (environment: string, properties: Properties = {}, outer: Properties = {}): Properties => ({
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  parentResourcePath: "",
  resourceType: "registries",
  resourceName: `contoso${environment}`,
  resourceGroupName: `contoso-${environment}-rg`,
  sku: { name: "Premium" },
  properties: { roleAssignmentMode: "AbacRepositoryPermissions", ...properties },
  ...outer,
});
const check = (type: string, properties: Properties, facts = stack("prod")) =>
  verdicts(promotionRequireWorkingPath, facts, type, properties);

test("a registry as the component makes it", () => {
  const properties = {
    networkRuleBypassOptions: "AzureServices",
    publicNetworkAccess: "Disabled",
    policies: { exportPolicy: { status: "enabled" }, retentionPolicy: { status: "disabled", days: 0 } },
  };
  expect(check(generic, registry("prod", properties))).toEqual([]);
  expect(check(generic, registry("staging", properties), stack("staging"))).toEqual([]);
});

test("a source that forbids exports, whichever type token names it", () => {
  const policies = { exportPolicy: { status: "disabled" } };
  const said = (root: string) =>
    `staging forbids exports, so the environment after it can't import from its registry (it: ${root}policies.exportPolicy.status). Enable the export policy; only the last environment of the path can forbid exports`;
  const off = { publicNetworkAccess: "Disabled", networkRuleBypassOptions: "AzureServices", policies };
  expect(check(generic, registry("staging", off), stack("staging"))).toEqual([said("properties.")]);
  const typed = { registryName: "contosostaging", sku: { name: "Premium" }, ...off };
  const messages = check("azure-native:containerregistry/v20230701:Registry", typed, stack("staging"));
  expect(messages).toContain(said(""));
  expect(check(generic, registry("prod", off))).toEqual([]);
});

test("a private endpoint that comes after the registry is judged with it, known or not yet", () => {
  const facts = stack("prod");
  const endpoint = (target: Value): Resource => ({
    type: "azure-native:network:PrivateEndpoint",
    name: "endpoint",
    properties: {
      privateEndpointName: "to-registry",
      privateLinkServiceConnections: [
        { name: "registry", privateLinkServiceId: target, groupIds: ["registry"] },
      ],
    },
  });
  const made = (bypass: string): Resource => ({
    type: generic,
    name: "prod",
    properties: registry("prod", { networkRuleBypassOptions: bypass }),
  });
  const said =
    "trusted services may not bypass the network rules of prod, so no image is imported into or out of its registry (endpoint: prod: networkRuleBypassOptions). Set networkRuleBypassOptions to AzureServices";
  for (const target of [registryId("prod"), unknown] as const) {
    expect(judge(promotionRequireWorkingPath, facts, [made("None"), endpoint(target)])).toEqual([said]);
    expect(judge(promotionRequireWorkingPath, facts, [made("AzureServices"), endpoint(target)])).toEqual([]);
  }
});

const assignment = (role: string, more: Properties = {}): Properties => ({
  scope: registryId("prod"),
  principalId: unknown,
  roleDefinitionId: roleId(role),
  ...more,
});
const assign = (properties: Properties, facts = stack("prod")) =>
  check("azure-native:authorization:RoleAssignment", properties, facts);

test("AcrPull on an ABAC registry gives nothing, also on the group above, or when the registry is made in the same run", () => {
  const said =
    "it gets AcrPull, which a registry in abac mode ignores (it: roleDefinitionId). Assign Container Registry Repository Reader, and Catalog Lister to list";
  expect(assign(assignment(roleGuids.acrPull))).toEqual([said]);
  expect(assign(assignment(roleGuids.acrPull, { scope: unknown }))).toEqual([said]);
  const group = registryId("prod").split("/providers/")[0];
  expect(assign(assignment(roleGuids.acrPull.toUpperCase(), { scope: group }))).toEqual([said]);
  expect(assign(assignment(roleGuids.acrPull, { scope: "/subscriptions/other/resourceGroups/x" }))).toEqual(
    [],
  );
});

test("an eligible AcrPull gives nothing either, once somebody activates it", () => {
  const eligible = assignment(roleGuids.acrPull);
  const types = ["authorization:RoleEligibilityScheduleRequest", "authorization:PimRoleEligibilitySchedule"];
  for (const type of types) {
    expect(check(`azure-native:${type}`, eligible)).toEqual([
      "it gets AcrPull, which a registry in abac mode ignores (it: roleDefinitionId). Assign Container Registry Repository Reader, and Catalog Lister to list",
    ]);
  }
});

test("a name that Azure refuses, typed or generic", () => {
  const said = (property: string) =>
    `workspace name "-" is not usable (it: ${property}). Expected 4 to 63 letters, digits and dashes`;
  expect(check("azure-native:operationalinsights:Workspace", { workspaceName: "-" })).toEqual([
    said("workspaceName"),
  ]);
  const workspace = registry("prod", {}, { resourceProviderNamespace: "Microsoft.OperationalInsights" });
  expect(check(generic, { ...workspace, resourceType: "workspaces", resourceName: "-" })).toEqual([
    said("resourceName"),
  ]);
});

test("a repository role is narrowed when all cells that ask for it are", () => {
  const facts = stack("dev");
  const dev = { scope: registryId("dev") };
  const writer = assignment(roleGuids.repositoryWriter, dev);
  expect(assign(writer, facts)).toEqual([
    "it reaches all of dev: the cell is narrowed to iam/*, and the role has no condition (it: condition). Add the condition that `airlock access` shows for the cell",
  ]);
  const { contentRead, contentWrite } = repositoryDataActions;
  const condition = repositoryCondition([contentRead, contentWrite], ["iam/*"]);
  expect(assign({ ...writer, condition }, facts)).toEqual([]);
  // The pipeline's cell has no team: its role reaches everything, and is meant to.
  expect(assign(assignment(roleGuids.repositoryContributor, dev), facts)).toEqual([]);
});

test("a condition on a role that does not honour it narrows nothing", () => {
  const condition = repositoryCondition([repositoryDataActions.metadataWrite], ["iam/*"]);
  const importer = assignment(roleGuids.dataImporter, { condition });
  expect(assign(importer)).toEqual([
    "the condition on Container Registry Data Importer and Data Reader of it narrows nothing: the role reaches all of prod (it: condition). Use a repository role, or take the condition away and trust the identity with the whole registry",
  ]);
});

test("the example of the page: a wildcard that Azure does not know", () => {
  const map = {
    registryName: "contosoprod",
    scopeMapName: "v1-2-3-prod",
    actions: ["repositories/iam*/content/read", "repositories/a/*/b/content/read"],
  };
  expect(check("azure-native:containerregistry:ScopeMap", map)).toEqual([
    "Azure refuses the action repositories/iam*/content/read of scope map it and 1 more (it: actions). Name a repository, namespace/*, or * for all of them",
  ]);
  const many = Array.from({ length: 501 }, (_, index) => `repositories/iam/r${index}/content/read`);
  expect(check("azure-native:containerregistry:ScopeMap", { ...map, actions: many })).toEqual([
    "scope map it has 501 actions; Azure allows 500 (it: actions). Write namespace/* instead of single repositories, or use a token for each half",
  ]);
});

test("the 21st federated credential of one application, whatever it is called", () => {
  const credential = (owner: Value, index: number): Resource => ({
    type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    name: `credential-${index}`,
    properties: { applicationId: owner, displayName: `workflow-${index}` },
  });
  const shared = stack("shared");
  const twenty = Array.from({ length: 20 }, (_, index) => credential("/applications/one", index));
  expect(judge(promotionRequireWorkingPath, shared, twenty)).toEqual([]);
  expect(
    judge(promotionRequireWorkingPath, shared, [...twenty, credential("/applications/one", 20)]),
  ).toEqual([
    "one has 21 federated credentials; Entra ID allows 20 (credential-20: applicationId). Shard it: one identity for each group of workflows, with the same cells",
  ]);
  expect(judge(promotionRequireWorkingPath, shared, [...twenty, credential("two", 20)])).toEqual([]);
});

test("tokens beside a policy that forbids them, in either order", () => {
  const token: Resource = {
    type: "azure-native:containerregistry:Token",
    name: "token",
    properties: { registryName: "contosoprod", tokenName: "v1-2-3-prod" },
  };
  const policy: Resource = {
    type: "azure-native:authorization:PolicyAssignment",
    name: "tokens-off",
    properties: {
      scope: registryId("prod").split("/resourceGroups/")[0],
      policyDefinitionId:
        "/providers/Microsoft.Authorization/policyDefinitions/a9b426fe-8856-4945-8600-18c5dd1cca2a",
    },
  };
  const said = [
    expect.stringContaining(
      "an Azure Policy assignment of this project forbids registry tokens, and token is one",
    ),
  ];
  expect(judge(promotionRequireWorkingPath, stack("prod"), [token, policy])).toEqual(said);
  expect(judge(promotionRequireWorkingPath, stack("prod"), [policy, token])).toEqual(said);
  expect(judge(promotionRequireWorkingPath, stack("prod"), [token])).toEqual([]);
});

test("names that Azure refuses", () => {
  expect(check("azure-native:keyvault:Vault", { vaultName: "contoso-signing-vault-of-2026" })).toEqual([
    'vault name "contoso-signing-vault-of-2026" is not usable (it: vaultName). Expected 3 to 24 letters, digits and single dashes, with a letter first and no dash last',
  ]);
});

test("a subscription is full at 4000 assignments", () => {
  const one = { type: "azure-native:authorization:RoleAssignment", properties: assignment(roleGuids.reader) };
  const earlier = Array.from({ length: 3999 }, (_, index) => ({ ...one, name: `a${index}` }));
  const last: Resource = { ...one, name: "last" };
  expect(promotionRequireWorkingPath.check(last, stack("prod"), earlier.slice(0, 3998))).toEqual([]);
  expect(promotionRequireWorkingPath.check(last, stack("prod"), earlier)).toMatchObject([
    { what: expect.stringContaining("has 4000 of 4000 role assignments") },
  ]);
});

test("a deciding value that is not known is refused where it is strict, and passed elsewhere", () => {
  const hidden: Properties = { policies: unknown };
  const messages = check(generic, registry("prod", hidden));
  expect(messages).toContain(
    "whether prod may be exported from is not known (it: properties.policies.exportPolicy.status). Write it as a plain value, or take it from the configuration",
  );
  expect(check(generic, registry("staging", hidden), stack("staging"))).toEqual([]);
});

test("a registry whose properties are hidden as a whole is refused where it is strict", () => {
  const whole: Properties = { ...registry("prod"), properties: unknown };
  expect(check(generic, whole)).toContain(
    "the permission mode of the registry of prod is not known (it: properties.roleAssignmentMode). Write it as a plain value, or take it from the configuration",
  );
  expect(check(generic, { ...whole, resourceName: "contosodev" }, stack("dev"))).toEqual([]);
});

test.each<[string, Properties]>([
  ["kubernetes:core/v1:Pod", {}],
  ["azure-native:storage:StorageAccount", { accountName: "x" }],
  ["airlock:index:AccessMatrix", { roleDefinitionId: roleId(roleGuids.acrPull) }],
])("%s is left alone", (type, properties) => {
  expect(check(type, properties)).toEqual([]);
});
