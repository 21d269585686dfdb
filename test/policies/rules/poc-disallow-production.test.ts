import { pocDisallowProduction } from "../../../policies/rules/poc-disallow-production";
import type { Properties } from "../../../policies/values";
import { pocStack, stack, subscriptionId } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(pocDisallowProduction);
const it = (properties: Properties, type = "azure-native:network:VirtualNetwork") => ({
  type,
  name: "it",
  properties,
});
const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
const fix = "Make what is needed in the proof of concept itself";

test("its own ids pass, in any spelling of case, and those of its clusters' machines", () => {
  const ids = [
    group("contoso-poc-shared-rg"),
    `${group("CONTOSO-POC-DEV-RG")}/providers/Microsoft.ContainerRegistry/registries/contosopocdev`,
    `${group("contoso-poc-dev-aks-nodes")}/providers/Microsoft.Network/loadBalancers/kubernetes`,
    `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`,
  ];
  expect(says(it({ ids }), pocStack())).toEqual([]);
});

test.each<[string, string]>([
  [group("contoso-prod-rg"), "the resource group contoso-prod-rg"],
  [`see ${group("somebody-rg")}/x`, "the resource group somebody-rg"],
  [
    "/subscriptions/33333333-3333-4333-8333-333333333333",
    "the subscription 33333333-3333-4333-8333-333333333333",
  ],
  [`/subscriptions/${subscriptionId}`, "the whole subscription"],
  ["https://ContosoProd.azurecr.io/v2/", "contosoprod, the registry of prod"],
  ["contosoprod-a1b2.eastus2.data.azurecr.io", "contosoprod, the registry of prod"],
  ["https://contoso-signing-kv.vault.azure.net/keys/cosign", "the vault contoso-signing-kv"],
  ["contoso-vnet", "the network contoso-vnet"],
])("%s is not its own", (text, what) => {
  const expected = `a proof of concept names ${what} (it: deep[0].value). ${fix}`;
  expect(says(it({ deep: [{ value: text }] }), pocStack())).toEqual([expected]);
});

test("an id is found as the key of a mapping too", () => {
  expect(says(it({ identities: { [group("contoso-prod-rg")]: {} } }), pocStack())).toEqual([
    `a proof of concept names the resource group contoso-prod-rg (it: identities). ${fix}`,
  ]);
});

test("other stacks are not judged, and words that only resemble a name are no name", () => {
  const named = it({ id: group("contoso-prod-rg") });
  expect(says(named, stack("prod"))).toEqual([]);
  expect(says(it({ text: "contosoprods, contoso-poc-vnet, contosopocdev.azurecr.io" }), pocStack())).toEqual(
    [],
  );
});

test("a role's definition stands in the subscription, and nothing else does", () => {
  const scope = `/subscriptions/${subscriptionId}`;
  expect(says(it({ scope }, "azure-native:authorization:RoleDefinition"), pocStack())).toEqual([]);
  expect(says(it({ scope }, "azure-native:authorization:RoleAssignment"), pocStack())).toEqual([
    `a proof of concept names the whole subscription (it: scope). ${fix}`,
  ]);
});
