import { resourceRequireKnownType } from "../../../policies/rules/resource-require-known-type";
import { type Properties, unknown } from "../../../policies/values";
import { registryId, stack, subscriptionId } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const check = (type: string, properties: Properties = {}, facts = stack("prod")) =>
  verdicts(resourceRequireKnownType, facts, type, properties);
const fix = (where: string) =>
  `Declare what it does as resources that can be judged, or add { policy: resource-require-known-type, resource: it, environment: ${where}, reason, owner, until } to policies.exemptions`;

test.each([
  ["command:local:Command", "may run anything"],
  ["docker:index/container:Container", "may run anything"],
  ["docker:index/service:Service", "may run anything"],
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
])("%s is refused in a protected environment and in the shared stack, and passes in dev", (type, why) => {
  expect(check(type)).toEqual([`${type} ${why} (it: type). ${fix("prod")}`]);
  expect(check(type, {}, stack("shared"))).toEqual([`${type} ${why} (it: type). ${fix("shared")}`]);
  expect(check(type, {}, stack("dev"))).toEqual([]);
});

test.each<[string, Properties, string]>([
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
  expect(check(type, properties)).toEqual([`${type} ${why} (it: type). ${fix("prod")}`]);
  expect(check(type, properties, stack("dev"))).toEqual([`${type} ${why} (it: type). ${fix("dev")}`]);
});

test("what grants access to dev alone passes in dev", () => {
  const type = "azure-native:authorization:SomethingNew";
  expect(check(type, { scope: registryId("dev") }, stack("dev"))).toEqual([]);
  expect(check(type, { scope: registryId("prod") }, stack("dev"))).toHaveLength(1);
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
      `images can't be judged: ${why} (it: ${property}). ${fix("prod")}`,
    ]);
    expect(check(type, properties, stack("dev"))).toEqual([]);
  },
);

test("a component only groups, whatever it is called", () => {
  const component = { type: "megacloud:platform:Service", name: "it", properties: {}, custom: false };
  expect(resourceRequireKnownType.check(component, stack("prod"), [])).toEqual([]);
});
