import type { Resource } from "../../../policies/rule";
import { vaultRequireHardening } from "../../../policies/rules/vault-require-hardening";
import { type Properties, unknown } from "../../../policies/values";
import { stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(vaultRequireHardening);

const whole = {
  sku: { family: "A", name: "premium" },
  enableRbacAuthorization: true,
  enablePurgeProtection: true,
  enableSoftDelete: true,
  softDeleteRetentionInDays: 90,
  publicNetworkAccess: "Disabled",
};
const vault = (more: Properties = {}): Resource => ({
  type: "azure-native:keyvault:Vault",
  name: "vault",
  properties: { vaultName: "contoso-signing-kv", properties: { ...whole, ...more } },
});
const key = (properties: Properties, vaultName = "contoso-signing-kv"): Resource => ({
  type: "azure-native:keyvault:Key",
  name: "key",
  properties: { vaultName, properties },
});
const check = (one: Resource, facts = stack("shared")) => says(one, facts);
const signing = { kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] };

test("the signing vault and its key pass", () => {
  expect(check(vault())).toEqual([]);
  expect(check(key(signing))).toEqual([]);
  expect(check(key({ kty: "RSA", keySize: 4096, keyOps: ["sign"] }))).toEqual([]);
  expect(check(key({ kty: "oct", keyOps: ["encrypt"] }, "contoso-secrets-kv"))).toEqual([]);
});

test.each<[Properties, string]>([
  [
    { enableRbacAuthorization: undefined },
    "vault contoso-signing-kv takes access policies instead of roles (vault: properties.enableRbacAuthorization). Set it to true",
  ],
  [
    { accessPolicies: [{ objectId: "x" }] },
    "access policies of vault contoso-signing-kv give rights beside all roles (vault: properties.accessPolicies). State cells in `access` instead",
  ],
  [
    { enablePurgeProtection: unknown },
    "vault contoso-signing-kv can be purged, with its keys (vault: properties.enablePurgeProtection). Set it to true",
  ],
  [
    { softDeleteRetentionInDays: 7 },
    "a deleted vault contoso-signing-kv can be brought back for less than 90 days (vault: properties.softDeleteRetentionInDays). Set it to 90",
  ],
  [
    { sku: { name: "standard" } },
    "the key in vault contoso-signing-kv is kept in software (vault: properties.sku.name). Set it to premium",
  ],
  [
    { publicNetworkAccess: undefined },
    "vault contoso-signing-kv can be reached from the whole internet (vault: properties.publicNetworkAccess). Disable public network access and connect a private endpoint, or deny by default and allow narrow ranges",
  ],
])("refused: %j", (more, message) => {
  expect(check(vault(more))).toEqual([message]);
});

test.each<[Properties, string]>([
  [
    { ...signing, keyOps: ["sign", "verify", "decrypt"] },
    "the signing key may also decrypt (key: properties.keyOps). Leave sign and verify",
  ],
  [
    { ...signing, keyOps: undefined },
    "the signing key may be used for everything (key: properties.keyOps). Set it to sign and verify",
  ],
  [
    { kty: "RSA", keySize: 2048, keyOps: ["sign"] },
    "the signing key is too weak, or of an unknown kind (key: properties.kty). Use EC with P-256, or RSA with 3072 bits",
  ],
  [
    { ...signing, attributes: { exportable: true } },
    "the signing key can be taken out of the vault (key: properties.attributes.exportable). Leave it out",
  ],
])("a signing key is refused: %j", (properties, message) => {
  expect(check(key(properties))).toEqual([message]);
});

test("Terraform says the vault of a key by its id", () => {
  const { keyOps: _, ...open } = signing;
  const keyVaultId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso-signing-kv";
  const properties = { keyVaultId, name: "cosign", ...open };
  expect(check({ type: "azure:keyvault/key:Key", name: "key", properties })).toEqual([
    "the signing key may be used for everything (key: keyOps). Set it to sign and verify",
  ]);
});

test("an access policy as a resource of its own is refused", () => {
  const types = [
    "azure:keyvault/accessPolicy:AccessPolicy",
    "azurerm:index/accessPolicy:KeyVaultAccessPolicy",
  ];
  for (const type of types) {
    expect(check({ type, name: "it", properties: { objectId: "x" } }, stack("dev"))).toEqual([
      "an access policy gives rights to keys and secrets beside all roles (it: type). Switch the vault to RBAC authorisation and state the cell in `access`",
    ]);
  }
});
