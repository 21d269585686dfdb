import type { Resource } from "../../../policies/rule";
import { resourceRequireTags } from "../../../policies/rules/resource-require-tags";
import { type Properties, unknown } from "../../../policies/values";
import { asking } from "../support/verdicts";

const says = asking(resourceRequireTags);

const tags = { project: "contoso", environment: "prod", owner: "platform", purpose: "images" };
const group = (given: Properties[string]): Resource => ({
  type: "azure-native:resources:ResourceGroup",
  name: "group",
  properties: { resourceGroupName: "contoso-prod-rg", tags: given },
});

test.each<[Properties[string], string[]]>([
  [tags, []],
  [{ ...tags, team: "iam" }, []],
  [
    undefined,
    [
      "ResourceGroup has no tag project, environment, owner, purpose (group: tags). Add project, environment, owner, purpose",
    ],
  ],
  [
    { ...tags, owner: "" },
    ["ResourceGroup has no tag owner (group: tags). Add project, environment, owner, purpose"],
  ],
  [
    { ...tags, environment: "dev" },
    [
      "ResourceGroup is tagged with environment dev, and stands in prod (group: tags.environment). Set it to prod",
    ],
  ],
  [
    unknown,
    ["the tags are not known before `pulumi up` (group: tags). Add project, environment, owner, purpose"],
  ],
])("%j", (given, messages) => {
  expect(says(group(given))).toEqual(messages);
});

test("a network in the generic form takes tags as well", () => {
  const properties = {
    resourceGroupName: "contoso-prod-rg",
    resourceProviderNamespace: "Microsoft.Network",
    resourceType: "virtualNetworks",
    resourceName: "net",
  };
  expect(says({ type: "azure-native:resources:Resource", name: "net", properties })).toEqual([
    "VirtualNetwork has no tag project, environment, owner, purpose (net: tags). Add project, environment, owner, purpose",
  ]);
});

test("a type that takes none passes; one that states some is judged", () => {
  expect(says({ type: "azure-native:network:Subnet", name: "it", properties: {} })).toEqual([]);
  expect(says({ type: "azure-native:sql:Server", name: "it", properties: { tags: {} } })).toEqual([
    "Server has no tag project, environment, owner, purpose (it: tags). Add project, environment, owner, purpose",
  ]);
});
