import * as kinds from "../../../model/azure/kinds";
import { azureResource } from "../../../model/azure/resource";
import { families, type Family, familyOfType } from "../../../model/azure/types";
import { named } from "../../../model/proof/read/names";
import type { Properties } from "../../../model/values";
import { taggable } from "../../../policies/rules/resource-require-tags";

const group = "/subscriptions/s/resourceGroups/g";
const typeOf = ({ module, kind }: Family) => `${module}:${kind}`;
const read = (type: string, properties: Properties) => azureResource({ type, properties }, "s")!;
const readType = (type: string, properties: Properties = {}) => {
  const { module, kind } = read(type, properties);
  return `${module}:${kind}`;
};

/** The typed resource, called n1 in n0 where it stands in something. */
const typed = ({ names, on }: Family): Properties => ({
  resourceGroupName: "g",
  ...(on && { [on]: group }),
  ...Object.fromEntries(names.map((name, index) => [name, `n${index}`])),
});

/** The same by its place in ARM. */
function generic({ arm }: Family): Properties {
  const [resourceProviderNamespace, ...types] = arm.split("/");
  return {
    resourceGroupName: "g",
    resourceProviderNamespace,
    parentResourcePath: types
      .slice(0, -1)
      .map((type, index) => `${type}/n${index}`)
      .join("/"),
    resourceType: types.at(-1),
    resourceName: `n${types.length - 1}`,
    properties: {},
  };
}

const all = families.map((family) => [typeOf(family), family] as const);

test.each(all)("%s is the same in every form", (type, family) => {
  const bridged = (family.bridged ?? []).map((kind) => `azurerm:index/it:${kind}`);
  const classic = (family.classic ?? []).map((token) => `azure:${token.replace(":", "/it:")}`);
  const forms = [typeOf(family), ...(family.typed ?? [])].map((token) => `azure-native:${token}`);
  expect([...forms, ...classic, ...bridged].map((token) => readType(token))).toEqual(
    [...forms, ...classic, ...bridged].map(() => type),
  );
  const azapi = { type: `${family.arm.toLowerCase()}@2025-11-01`, name: "n", body: {} };
  expect(readType("azapi:index/resource:Resource", azapi)).toBe(type);
  expect(readType("azure-native:resources:Resource", generic(family))).toBe(type);
});

test.each(all.filter(([type]) => type !== "resources:ResourceGroup"))(
  "%s has one id and one set of names, typed and generic",
  (type, family) => {
    const one = read(`azure-native:${type}`, typed(family));
    const other = read("azure-native:resources:Resource", generic(family));
    expect(other.id).toBe(one.id);
    expect(one.id).toMatch(new RegExp(`^${group}/providers/${family.arm.split("/")[0]}/.*n0`));
    expect({ resourceGroupName: "g", ...other.properties }).toEqual(one.properties);
  },
);

test.each([...taggable, ...Object.keys(named).filter((type) => !type.startsWith("azuread:"))])(
  "%s is judged in every form",
  (type) => {
    const [module, kind] = type.split(":");
    expect(familyOfType(module, kind)).toMatchObject({ module, kind });
  },
);

test.each(Object.entries(kinds))("%s is true of a type that is read in every form", (_, is) => {
  expect(families.filter(is)).not.toEqual([]);
});

test("Terraform names what a key stands in by an id", () => {
  const keyVaultId = `${group}/providers/Microsoft.KeyVault/vaults/contoso-kv`;
  const key = read("azurerm:index/keyVaultKey:KeyVaultKey", { name: "cosign", keyVaultId });
  expect(key).toMatchObject({
    kind: "Key",
    id: `${keyVaultId}/keys/cosign`,
    properties: { vaultName: "contoso-kv", keyName: "cosign" },
  });
});
