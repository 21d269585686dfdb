import { declaredResources, isDeployment, templateResources } from "../../../model/azure/template";
import { azureResource } from "../../../model/azure/resource";
import { type Properties, unknown } from "../../../model/values";

const subscription = "/subscriptions/s";
const group = `${subscription}/resourceGroups/g`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/onestreamprod`;

const contentsOf = (type: string, properties: Properties) =>
  declaredResources({ type, properties }, "s")
    .slice(1)
    .map(({ kind, properties: { scope, registryName }, id, root }) => ({
      kind,
      scope,
      registryName,
      id,
      root,
    }));
const deploy = (template: object | string, more: Properties = {}) =>
  contentsOf("azure-native:resources:Deployment", {
    resourceGroupName: "g",
    properties: { mode: "Incremental", template: template as Properties, ...more },
  });

test("a resource, one inside of it, and one on it", () => {
  const found = deploy({
    resources: [
      {
        type: "Microsoft.ContainerRegistry/registries",
        name: "onestreamprod",
        properties: {},
        resources: [{ type: "tokens", name: "ci", properties: {} }],
      },
      {
        type: "Microsoft.Authorization/roleAssignments",
        name: "a",
        scope: "Microsoft.ContainerRegistry/registries/onestreamprod",
        properties: {},
      },
      {
        type: "Microsoft.ContainerRegistry/registries/providers/roleAssignments",
        name: "onestreamprod/Microsoft.Authorization/b",
        properties: {},
      },
      { type: "Microsoft.Authorization/roleAssignments", name: "c", properties: {} },
    ],
  });
  const at = "properties.template.resources";
  expect(found).toEqual([
    { kind: "Registry", registryName: "onestreamprod", id: registry, root: `${at}[0].properties` },
    {
      kind: "Token",
      registryName: "onestreamprod",
      id: `${registry}/tokens/ci`,
      root: `${at}[0].resources[0].properties`,
    },
    {
      kind: "RoleAssignment",
      scope: registry,
      id: `${registry}/providers/Microsoft.Authorization/roleAssignments/a`,
      root: `${at}[1].properties`,
    },
    {
      kind: "RoleAssignment",
      scope: registry,
      id: `${registry}/providers/Microsoft.Authorization/roleAssignments/b`,
      root: `${at}[2].properties`,
    },
    {
      kind: "RoleAssignment",
      scope: group,
      id: `${group}/providers/Microsoft.Authorization/roleAssignments/c`,
      root: `${at}[3].properties`,
    },
  ]);
});

test("a nested deployment, by symbolic name, in another group", () => {
  const inner = { resources: [{ type: "Microsoft.Authorization/roleAssignments", name: "a" }] };
  const found = deploy({
    languageVersion: "2.0",
    resources: {
      inner: {
        type: "Microsoft.Resources/deployments",
        name: "inner",
        resourceGroup: "other",
        properties: { template: inner },
      },
      there: { existing: true, type: "Microsoft.ContainerRegistry/registries", name: "x" },
    },
  });
  expect(found.map(({ kind, scope, root }) => ({ kind, scope, root }))).toEqual([
    { kind: "Deployment", scope: undefined, root: "properties.template.resources.inner.properties" },
    {
      kind: "RoleAssignment",
      scope: `${subscription}/resourceGroups/other`,
      root: "properties.template.resources.inner.properties.template.resources[0].properties",
    },
  ]);
});

test.each<[string, string, Properties, string]>([
  ["a subscription", "azure-native:resources:DeploymentAtSubscriptionScope", {}, subscription],
  [
    "a management group",
    "azure-native:resources:DeploymentAtManagementGroupScope",
    { groupId: "platform" },
    "/providers/Microsoft.Management/managementGroups/platform",
  ],
  ["the tenant", "azure-native:resources:DeploymentAtTenantScope", {}, "/"],
  ["a scope", "azure-native:resources:DeploymentAtScope", { scope: "/subscriptions/t" }, "/subscriptions/t"],
])("a template of %s", (_, type, more, scope) => {
  const template = { resources: [{ type: "Microsoft.Authorization/roleAssignments", name: "a" }] };
  expect(contentsOf(type, { ...more, properties: { template } })[0]).toMatchObject({
    kind: "RoleAssignment",
    scope,
  });
});

test("the classic provider and a stack have their template elsewhere", () => {
  const template = { resources: [{ type: "Microsoft.Authorization/roleAssignments", name: "a" }] };
  const classic = "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment";
  const found = contentsOf(classic, { resourceGroupName: "g", templateContent: JSON.stringify(template) });
  expect(found[0]).toMatchObject({ kind: "RoleAssignment", scope: group });
  const stack = "azure-native:resources:DeploymentStackAtSubscription";
  expect(contentsOf(stack, { template })[0]).toMatchObject({ scope: subscription });
});

test("what a template computes is unknown, and a doubled bracket is a text", () => {
  const [, assignment, text] = declaredResources(
    {
      type: "azure-native:resources:Deployment",
      properties: {
        resourceGroupName: "g",
        properties: {
          template: {
            resources: [
              {
                type: "Microsoft.Authorization/roleAssignments",
                name: "[guid('x')]",
                scope: "[resourceId('a')]",
                properties: { principalId: "[parameters('who')]" },
              },
              { type: "Microsoft.Web/sites", name: "[[x]", properties: {} },
            ],
          },
        },
      },
    },
    "s",
  );
  expect(assignment.properties).toEqual({
    principalId: unknown,
    roleAssignmentName: unknown,
    scope: unknown,
  });
  expect(text.properties.name).toBe("[x]");
});

test("a type that is computed hides the resource, and so does what is none", () => {
  const hidden = { kind: "a hidden type" };
  expect(deploy({ resources: [{ type: "[variables('x')]", name: "a" }, "[x]"] })).toMatchObject([
    hidden,
    hidden,
  ]);
});

test.each<[string, Properties]>([
  ["a link", { templateLink: { uri: "https://x" } }],
  ["a value that is not known yet", { template: unknown }],
  ["text that is no JSON", { template: "bicep" }],
  ["an expression for all resources", { template: { resources: "[variables('all')]" } }],
])("%s can't be read", (_, properties) => {
  const type = "azure-native:resources:Deployment";
  const azure = azureResource({ type, properties: { resourceGroupName: "g", properties } }, "s")!;
  expect(isDeployment(azure)).toBe(true);
  expect(templateResources(azure)).toBeUndefined();
});
