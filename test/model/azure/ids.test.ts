import { azureResource } from "../../../model/azure/resource";
import type { Properties } from "../../../model/values";
import { idFrom } from "../../../sandbox/azure/resource-path";
import { resourceTypes } from "../../../sandbox/azure/types";

const subscription = "22222222-2222-4222-8222-222222222222";
const scope = `/subscriptions/${subscription}/resourceGroups/a-group`;

const idOf = (type: string, properties: Properties) => azureResource({ type, properties }, subscription)?.id;

const inputsOf = (path: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    path.map((name) => [name, ["scope", "resourceUri"].includes(name) ? scope : `a-${name.toLowerCase()}`]),
  );

// Policies and the access model are told of all but these: nothing there asks what stands in a storage account.
const inAccounts = "Microsoft.Storage/storageAccounts/";
const told = resourceTypes.filter(({ armType }) => !armType.startsWith(inAccounts));

test.each(told.map((type) => [type.token, type] as const))("knows the id of a %s", (token, type) => {
  const inputs = inputsOf(type.path);
  expect(idOf(token, inputs)).toBe(idFrom(type, inputs, subscription));
  const versioned = token.replace(/^(azure-native:[^:]+)/, "$1/v20250101");
  expect(idOf(versioned, inputs)).toBe(idFrom(type, inputs, subscription));
});

test("knows the id of a generic resource", () => {
  const inputs = {
    resourceGroupName: "a-group",
    resourceProviderNamespace: "Microsoft.ContainerRegistry",
    parentResourcePath: "",
    resourceType: "registries",
    resourceName: "contosoprod",
  };
  expect(idOf("azure-native:resources:Resource", inputs)).toBe(
    `${scope}/providers/Microsoft.ContainerRegistry/registries/contosoprod`,
  );
});

test("claims none for other types, other providers, and inputs that are not plain", () => {
  expect(
    idOf("azure-native:batch:BatchAccount", { resourceGroupName: "g", accountName: "b" }),
  ).toBeUndefined();
  expect(idOf("azuread:index/group:Group", { displayName: "g" })).toBeUndefined();
  const secret = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "v1:…",
  };
  const inputs = { resourceGroupName: secret, workspaceName: "logs" };
  expect(idOf("azure-native:operationalinsights:Workspace", inputs)).toBeUndefined();
});
