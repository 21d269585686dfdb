import { resourceRequireKnownType } from "../../../policies/rules/resource-require-known-type";
import { type Properties, unknown } from "../../../policies/values";
import { registryId, stack, subscriptionId } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const check = (type: string, properties: Properties = {}, facts = stack("prod")) =>
  verdicts(resourceRequireKnownType, facts, type, properties);
const fix = (where: string, type: string) =>
  `Declare what it does as resources that can be judged, or add { policy: resource-require-known-type, resource: it, type: "${type}", environment: ${where}, reason, owner, until } to policies.exemptions`;

test.each([
  ["command:local:Command", "may run anything"],
  ["docker:index/container:Container", "may run anything"],
  ["docker:index/service:Service", "may run anything"],
  ["pulumi:providers:command", "is the provider of command, whose functions may run anything"],
  ["pulumi:providers:aws", "is the provider of aws, whose functions may do what nobody judges"],
  [
    "azuread:index/claimsMappingPolicy:ClaimsMappingPolicy",
    "may grant access in a way that this pack does not know",
  ],
  [
    "github:index/repositoryCollaborator:RepositoryCollaborator",
    "may grant access in a way that this pack does not know",
  ],
  ["pulumi-nodejs:dynamic:Resource", "runs code of the program, whatever that does"],
  [
    "megacloud:compute:Runner",
    "is of the package megacloud, which this pack does not know: it may run an image or grant access",
  ],
  [
    "azure-native:quantum:Workspace",
    "is of a type that this pack does not know: it may run an image or grant access",
  ],
  [
    "azure-native:compute:VirtualMachine",
    "is of a type that this pack does not know: it may run an image or grant access",
  ],
  [
    "azure-native:batch:Pool",
    "is of a type that this pack does not know: it may run an image or grant access",
  ],
])(
  "%s is refused in a protected environment and in the shared stack; in dev when it reaches further",
  (type, why) => {
    expect(check(type)).toEqual([`${type} ${why} (it: type). ${fix("prod", type)}`]);
    expect(check(type, {}, stack("shared"))).toEqual([`${type} ${why} (it: type). ${fix("shared", type)}`]);
    // There is one directory and one repository, whichever stack's program changes them.
    const reaching = /^(?:azuread|github):/.test(type);
    expect(check(type, {}, stack("dev"))).toEqual(
      reaching ? [`${type} ${why} (it: type). ${fix("dev", type)}`] : [],
    );
  },
);

test.each([
  "pulumi:pulumi:Stack",
  "pulumi:pulumi:StackReference",
  "pulumi:providers:azure-native",
  "pulumi:providers:kubernetes",
  "airlock:index:ImageLock",
  "random:index/randomId:RandomId",
  "github:index/branchProtection:BranchProtection",
  "azuread:index/servicePrincipal:ServicePrincipal",
  "azure-native:network/v20240101:VirtualNetwork",
  "azure-native:containerservice:AgentPool",
  "azure-native:authorization:PolicyAssignment",
  "azure:compute/managedDisk:ManagedDisk",
  "azure:management/lock:Lock",
])("%s is known", (type) => {
  expect(check(type)).toEqual([]);
  expect(check(type, {}, stack("shared"))).toEqual([]);
});

test.each<[string, Properties, string]>([
  [
    "azure-native:management:ManagementGroupSubscription",
    { groupId: "root" },
    "may grant access in a way that this pack does not know",
  ],
  [
    "azure-native:authorization:PolicyDefinition",
    { policyRule: { then: { effect: "[parameters('effect')]", details: { deployment: {} } } } },
    "deploys a template wherever its rule finds something",
  ],
  [
    "azure:policy/definition:Definition",
    { policyRule: '{"then":{"effect":"DeployIfNotExists"}}' },
    "deploys a template wherever its rule finds something",
  ],
  ["azure-native:policyinsights:RemediationAtSubscription", {}, "deploys the template of a policy"],
  [
    "azure-native:resources:Deployment",
    {},
    "is a template: what it deploys, and where, this pack does not read",
  ],
  [
    "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment",
    {},
    "is a template: what it deploys, and where, this pack does not read",
  ],
  ["azure-native:resources:AzureCliScript", {}, "is a script, whatever that does"],
  [
    "azure-native:managedservices:RegistrationAssignment",
    { scope: `/subscriptions/${subscriptionId}` },
    "may grant access in a way that this pack does not know",
  ],
  ["azure-native:authorization:SomethingNew", {}, "may grant access in a way that this pack does not know"],
  [
    "azure-native:resources:Resource",
    { resourceProviderNamespace: unknown, resourceType: "registries" },
    "may grant access in a way that this pack does not know",
  ],
  [
    "azure-native:resources:Resource",
    {
      resourceProviderNamespace: "Microsoft.Web",
      resourceType: "sites/x/../../../Microsoft.ContainerRegistry",
    },
    "may grant access in a way that this pack does not know",
  ],
])("%s may reach a protected registry from any stack", (type, properties, why) => {
  expect(check(type, properties)).toEqual([`${type} ${why} (it: type). ${fix("prod", type)}`]);
  expect(check(type, properties, stack("dev"))).toEqual([`${type} ${why} (it: type). ${fix("dev", type)}`]);
});

test("what grants access to dev alone passes in dev", () => {
  const type = "azure-native:authorization:SomethingNew";
  expect(check(type, { scope: registryId("dev") }, stack("dev"))).toEqual([]);
  expect(check(type, { scope: registryId("prod") }, stack("dev"))).toEqual([
    'azure-native:authorization:SomethingNew may grant access in a way that this pack does not know (it: type). Declare what it does as resources that can be judged, or add { policy: resource-require-known-type, resource: it, type: "azure-native:authorization:SomethingNew", environment: dev, reason, owner, until } to policies.exemptions',
  ]);
});

test.each<[string, Properties, string, string]>([
  ["kubernetes:helm.sh/v3:Release", {}, "a Helm release renders its own manifests", "kind"],
  [
    "kubernetes:argoproj.io/v1alpha1:Application",
    {},
    "an Argo CD application fetches its own manifests",
    "kind",
  ],
  [
    "azure-native:web:WebApp",
    { siteConfig: { linuxFxVersion: "COMPOSE|dmVyc2lvbg==" } },
    "a compose file names its images in an encoded text",
    "siteConfig.linuxFxVersion",
  ],
])(
  "%s hides its images, and is refused in a protected environment alone",
  (type, properties, why, property) => {
    expect(check(type, properties)).toEqual([
      `images can't be judged: ${why} (it: ${property}). ${fix("prod", type)}`,
    ]);
    expect(check(type, properties, stack("dev"))).toEqual([]);
  },
);

test("a component only groups, whatever it is called", () => {
  const component = { type: "megacloud:platform:Service", name: "it", properties: {}, custom: false };
  expect(resourceRequireKnownType.check(component, stack("prod"), [])).toEqual([]);
});

test("a provider is no component, though it has no provider either", () => {
  const provider = { type: "pulumi:providers:command", name: "default", properties: {}, custom: false };
  const [{ what, property }, ...more] = resourceRequireKnownType.check(provider, stack("prod"), []);
  expect({ what, property, more }).toEqual({
    what: "pulumi:providers:command is the provider of command, whose functions may run anything",
    property: "type",
    more: [],
  });
});

describe("a template", () => {
  const type = "azure-native:resources:Deployment";
  const deploy = (resources: Properties[], more: Properties = {}) =>
    check(type, { resourceGroupName: "g", properties: { template: { resources }, ...more } });
  const network = { type: "Microsoft.Network/virtualNetworks", name: "v", properties: {} };
  const containers = { type: "Microsoft.ContainerInstance/containerGroups", name: "c", properties: {} };
  const nested = (...resources: Properties[]) => ({
    type: "Microsoft.Resources/deployments",
    name: "d",
    properties: { template: { resources } },
  });
  const role = { type: "Microsoft.Authorization/roleAssignments", name: "r", properties: {} };
  const said = (why: string) => [`${type} is a template${why} (it: type). ${fix("prod", type)}`];

  test("of what is harmless, or runs images that are judged, passes", () => {
    expect(deploy([network, containers, nested(network)])).toEqual([]);
    expect(deploy([network], { mode: "Incremental" })).toEqual([]);
  });

  test.each<[string, Properties[], Properties, string]>([
    [
      "a role assignment",
      [network, role],
      {},
      " with RoleAssignment of authorization in it, which this pack judges as a resource of its own alone",
    ],
    [
      "one in a nested template",
      [nested(nested(role))],
      {},
      " with RoleAssignment of authorization in it, which this pack judges as a resource of its own alone",
    ],
    [
      "a type that a template computes",
      [{ type: "[variables('t')]", name: "x" }],
      {},
      ": what it deploys, and where, this pack does not read",
    ],
    [
      "the complete mode",
      [network],
      { mode: "Complete" },
      " that deletes what it leaves out: deploy it in the incremental mode",
    ],
    [
      "an earlier deployment when this one fails",
      [network],
      { onErrorDeployment: { type: "LastSuccessful" } },
      ": what it deploys, and where, this pack does not read",
    ],
  ])("with %s is refused", (_, resources, more, why) => {
    expect(deploy(resources, more)).toEqual(said(why));
  });

  test("with what may run an image in another way is refused", () => {
    const source = { type: "Microsoft.App/containerApps/sourceControls", name: "a/current", properties: {} };
    expect(deploy([source])).toEqual([
      `images can't be judged: containerapps/sourcecontrols in the template may run an image in a property that this pack does not know (it: type). ${fix("prod", type)}`,
    ]);
  });

  test("of a deployment stack is refused", () => {
    const stackType = "azure-native:resources:DeploymentStackAtResourceGroup";
    expect(check(stackType, { template: { resources: [network] } })).toEqual([
      'azure-native:resources:DeploymentStackAtResourceGroup is a template: what it deploys, and where, this pack does not read (it: type). Declare what it does as resources that can be judged, or add { policy: resource-require-known-type, resource: it, type: "azure-native:resources:DeploymentStackAtResourceGroup", environment: prod, reason, owner, until } to policies.exemptions',
    ]);
  });
});

test.each<[string, Properties, string, string]>([
  ["pkg.crossplane.io/v1:Provider", {}, "a Crossplane package runs an image of its own", "kind"],
  [
    "operators.coreos.com/v1alpha1:Subscription",
    {},
    "an operator's subscription fetches its own manifests",
    "kind",
  ],
  ["argoproj.io/v1alpha1:ApplicationPatch", {}, "an Argo CD application fetches its own manifests", "kind"],
  [
    "core/v1:List",
    { items: [{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" }] },
    "an Argo CD application fetches its own manifests",
    "items[0].kind",
  ],
  [
    "tekton.dev/v1:PipelineRun",
    { spec: { pipelineRef: { resolver: "git" } } },
    "Tekton fetches its steps from elsewhere",
    "spec.pipelineRef.resolver",
  ],
  [
    "tekton.dev/v1beta1:TaskRun",
    { spec: { taskRef: { name: "build", bundle: "example.com/catalog:1" } } },
    "Tekton fetches its steps from elsewhere",
    "spec.taskRef.bundle",
  ],
  [
    "argoproj.io/v1alpha1:WorkflowTemplate",
    { spec: { templates: [{ resource: { manifest: "kind: Pod\nspec:\n  containers:\n  - image: x" } }] } },
    "a text in it is a manifest of its own",
    "spec.templates[0].resource.manifest",
  ],
  [
    "argoproj.io/v1alpha1:Workflow",
    { spec: { podSpecPatch: "containers: [{{inputs}}]" } },
    "a text in it is a manifest of its own",
    "spec.podSpecPatch",
  ],
  [
    "admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    { webhooks: [{ rules: [{ resources: ["services"] }, { resources: ["pods/ephemeralcontainers"] }] }] },
    "it changes pods as they start, their images too",
    "kind",
  ],
  [
    "admissionregistration.k8s.io/v1beta1:MutatingAdmissionPolicy",
    {},
    "it changes pods as they start, their images too",
    "kind",
  ],
  [
    "mutations.gatekeeper.sh/v1alpha1:AssignImage",
    { spec: { parameters: { assignTag: ":1" } } },
    "it changes pods as they start, their images too",
    "kind",
  ],
  [
    "kyverno.io/v1:ClusterPolicy",
    { spec: { rules: [{ validate: {} }, { mutate: {} }] } },
    "it changes pods as they start, their images too",
    "kind",
  ],
  ["policies.kyverno.io/v1:GeneratingPolicy", {}, "it makes objects of its own", "kind"],
])("kubernetes:%s hides its images", (type, properties, why, property) => {
  expect(check(`kubernetes:${type}`, properties)).toEqual([
    `images can't be judged: ${why} (it: ${property}). ${fix("prod", `kubernetes:${type}`)}`,
  ]);
  expect(check(`kubernetes:${type}`, properties, stack("dev"))).toEqual([]);
});

test.each<[string, Properties]>([
  [
    "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
    { spec: { validations: [{ expression: "true" }] } },
  ],
  [
    "admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    { webhooks: [{ rules: [{ resources: ["services"] }] }] },
  ],
  ["mutations.gatekeeper.sh/v1:AssignMetadata", {}],
  ["kyverno.io/v1:ClusterPolicy", { spec: { rules: [{ validate: {} }] } }],
  [
    "tekton.dev/v1:PipelineRun",
    { spec: { pipelineRef: { name: "build" }, params: [{ name: "resolver", value: "git" }] } },
  ],
  [
    "monitoring.coreos.com/v1:PrometheusRule",
    { spec: { groups: [{ rules: [{ expr: 'image{image!=""}' }] }] } },
  ],
])("kubernetes:%s hides nothing", (type, properties) => {
  expect(check(`kubernetes:${type}`, properties)).toEqual([]);
});
