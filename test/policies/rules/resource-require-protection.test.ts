import type { Resource } from "../../../policies/rule";
import { resourceRequireProtection } from "../../../policies/rules/resource-require-protection";
import { stack } from "../support/stacks";
import { typedRegistry } from "../support/registry";
import { asking } from "../support/verdicts";

const says = asking(resourceRequireProtection);

test("protect is asked of registries, vaults and keys in every stack", () => {
  for (const type of [typedRegistry, "azure-native:keyvault:Vault", "azure-native:keyvault:Key"]) {
    const one: Resource = { type, name: "it", properties: {}, protect: true };
    expect(says(one, stack("dev"))).toEqual([]);
    expect(says({ ...one, protect: false }, stack("dev"))).toEqual([
      `${type} can be deleted by the engine (it: protect). Set the resource option protect: true`,
    ]);
  }
});

test("what decides ignores no changes", () => {
  const lock: Resource = {
    type: "airlock:index:ImageLock",
    name: "it",
    properties: {},
    ignoreChanges: ["tags"],
  };
  const message =
    "airlock:index:ImageLock ignores changes of tags, so that nobody sees them (it: ignoreChanges). Take ignoreChanges out of the resource's options";
  expect(says(lock)).toEqual([message]);
  expect(says(lock, stack("dev"))).toEqual([]);
  const cluster = {
    ...lock,
    type: "azure-native:containerservice:ManagedCluster",
    ignoreChanges: ["kubernetesVersion"],
  };
  expect(says(cluster)).toEqual([]);
});
