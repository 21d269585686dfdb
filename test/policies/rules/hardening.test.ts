import type { Resource, Rule } from "../../../policies/rule";
import { imageRequireLock } from "../../../policies/rules/image-require-lock";
import { registryRequireHardening } from "../../../policies/rules/registry-require-hardening";
import { resourceRequireLogs } from "../../../policies/rules/resource-require-logs";
import { resourceRequireProtection } from "../../../policies/rules/resource-require-protection";
import { resourceRequireTags } from "../../../policies/rules/resource-require-tags";
import { vaultRequireHardening } from "../../../policies/rules/vault-require-hardening";
import { type Properties, unknown } from "../../../policies/values";
import { digest, registryId, stack } from "../support/stacks";
import { judge } from "../support/verdicts";

const typed = "azure-native:containerregistry:Registry";
const closed = { publicNetworkAccess: "Disabled" };
const registry = (more: Properties = {}, type = typed): Resource => ({
  type,
  name: "registry",
  properties: {
    registryName: "contosoprod",
    resourceGroupName: "contoso-prod-rg",
    sku: { name: "Premium" },
    ...closed,
    ...more,
  },
});
const says = (rule: Rule, resources: Resource | readonly Resource[], facts = stack("prod")) =>
  judge(rule, facts, Array.isArray(resources) ? (resources as Resource[]) : [resources as Resource]);

describe("registry-require-hardening", () => {
  const check = (more: Properties, facts = stack("prod"), type = typed) =>
    says(registryRequireHardening, registry(more, type), facts);

  test("a Premium registry that hides from the internet passes; a classic one is read by its own names", () => {
    expect(check({})).toEqual([]);
    const classic = "azure:containerservice/registry:Registry";
    expect(
      check(
        {
          name: "contosoprod",
          sku: "Premium",
          publicNetworkAccess: undefined,
          publicNetworkAccessEnabled: false,
        },
        stack("prod"),
        classic,
      ),
    ).toEqual([]);
  });

  test.each<[string, Properties, string]>([
    [
      "another SKU",
      { sku: { name: "Standard" } },
      "the SKU of registry contosoprod is Standard (registry: sku.name). Set it to Premium",
    ],
    [
      "no SKU",
      { sku: undefined },
      "the SKU of registry contosoprod is left out (registry: sku.name). Set it to Premium",
    ],
    [
      "an unknown SKU",
      { sku: { name: unknown } },
      "the SKU of registry contosoprod is not known before `pulumi up` (registry: sku.name). Set it to Premium",
    ],
    [
      "content trust",
      { policies: { trustPolicy: { status: "enabled" } } },
      "content trust is on in registry contosoprod, and Azure has retired it (registry: policies.trustPolicy.status). Take trustPolicy away: images are signed with cosign",
    ],
    [
      "an open door",
      { publicNetworkAccess: "Enabled" },
      "registry contosoprod can be reached from the whole internet (registry: publicNetworkAccess). Disable public network access and connect a private endpoint, or deny by default and allow narrow ranges",
    ],
    [
      "a door that nobody knows yet",
      { publicNetworkAccess: unknown },
      "who can reach registry contosoprod is not known before `pulumi up` (registry: publicNetworkAccess). Write it as a plain value",
    ],
    [
      "half of the internet",
      {
        publicNetworkAccess: "Enabled",
        networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "128.0.0.0/1" }] },
      },
      "a rule of registry contosoprod lets in 128.0.0.0/1, which is more than a /20 (registry: networkRuleSet.ipRules[0]). Name the addresses of your runners and offices",
    ],
    [
      "rules that nobody knows yet",
      { publicNetworkAccess: "Enabled", networkRuleSet: { defaultAction: "Deny", ipRules: unknown } },
      "a rule of registry contosoprod lets in addresses that are not known yet, which is more than a /20 (registry: networkRuleSet.ipRules). Name the addresses of your runners and offices",
    ],
  ])("refused in prod: %s", (_, more, message) => {
    expect(check(more)).toEqual([message]);
  });

  test("dev may be open, with nobody's admin user and in the mode of the path", () => {
    const dev = {
      registryName: "contosodev",
      publicNetworkAccess: "Enabled",
      roleAssignmentMode: "AbacRepositoryPermissions",
    };
    expect(check(dev, stack("dev"))).toEqual([]);
    expect(
      check(
        { ...dev, adminUserEnabled: true, anonymousPullEnabled: true, roleAssignmentMode: undefined },
        stack("dev"),
      ),
    ).toEqual([
      "the admin user of registry contosodev is on: one shared password for everything (registry: adminUserEnabled). Set it to false",
      "anyone can pull from registry contosodev without a name (registry: anonymousPullEnabled). Set it to false",
      "registry contosodev does not state the permission mode that the path gives dev (registry: roleAssignmentMode). Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
    ]);
  });
});

describe("vault-require-hardening", () => {
  const whole = {
    sku: { family: "A", name: "premium" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    ...closed,
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
  const check = (one: Resource, facts = stack("shared")) => says(vaultRequireHardening, one, facts);
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
});

describe("resource-require-protection", () => {
  test("protect is asked of registries, vaults and keys in every stack", () => {
    for (const type of [typed, "azure-native:keyvault:Vault", "azure-native:keyvault:Key"]) {
      const one: Resource = { type, name: "it", properties: {}, protect: true };
      expect(says(resourceRequireProtection, one, stack("dev"))).toEqual([]);
      expect(says(resourceRequireProtection, { ...one, protect: false }, stack("dev"))).toEqual([
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
    expect(says(resourceRequireProtection, lock)).toEqual([message]);
    expect(says(resourceRequireProtection, lock, stack("dev"))).toEqual([]);
    const cluster = {
      ...lock,
      type: "azure-native:containerservice:ManagedCluster",
      ignoreChanges: ["kubernetesVersion"],
    };
    expect(says(resourceRequireProtection, cluster)).toEqual([]);
  });
});

describe("resource-require-tags", () => {
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
    expect(says(resourceRequireTags, group(given))).toEqual(messages);
  });

  test("a network in the generic form takes tags as well", () => {
    const properties = {
      resourceGroupName: "contoso-prod-rg",
      resourceProviderNamespace: "Microsoft.Network",
      resourceType: "virtualNetworks",
      resourceName: "net",
    };
    expect(
      says(resourceRequireTags, { type: "azure-native:resources:Resource", name: "net", properties }),
    ).toEqual([
      "VirtualNetwork has no tag project, environment, owner, purpose (net: tags). Add project, environment, owner, purpose",
    ]);
  });

  test("a type that takes none passes; one that states some is judged", () => {
    expect(
      says(resourceRequireTags, { type: "azure-native:network:Subnet", name: "it", properties: {} }),
    ).toEqual([]);
    expect(
      says(resourceRequireTags, { type: "azure-native:sql:Server", name: "it", properties: { tags: {} } }),
    ).toHaveLength(1);
  });
});

describe("resource-require-logs", () => {
  const own = registry();
  const setting = (more: Properties = {}): Resource => ({
    type: "azure-native:monitor:DiagnosticSetting",
    name: "logs",
    properties: {
      resourceUri: registryId("prod"),
      workspaceId: "/workspace",
      logs: ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"].map((category) => ({
        category,
        enabled: true,
      })),
      ...more,
    },
  });
  const message =
    "the events of registry go nowhere (registry: diagnosticSettings). Add a diagnostic setting that sends ContainerRegistryRepositoryEvents and ContainerRegistryLoginEvents to the workspace";

  test.each<[string, readonly Resource[], string[]]>([
    ["with its setting", [own, setting()], []],
    [
      "with a group of categories",
      [own, setting({ logs: [{ categoryGroup: "allLogs", enabled: true }] })],
      [],
    ],
    ["with a setting whose resource nobody knows yet", [own, setting({ resourceUri: unknown })], []],
    ["without a setting", [own], [message]],
    ["with another registry's", [own, setting({ resourceUri: registryId("staging") })], [message]],
    ["without a workspace", [own, setting({ workspaceId: undefined })], [message]],
    [
      "with half of the events",
      [own, setting({ logs: [{ category: "ContainerRegistryLoginEvents", enabled: true }] })],
      [message],
    ],
    [
      "with the events switched off",
      [own, setting({ logs: [{ categoryGroup: "audit", enabled: false }] })],
      [message],
    ],
  ])("%s", (_, resources, messages) => {
    expect(says(resourceRequireLogs, resources)).toEqual(messages);
  });

  test("one setting of an unknown resource serves one registry", () => {
    const other = { ...registry({ registryName: "contosother" }), name: "other" };
    expect(says(resourceRequireLogs, [own, other, setting({ resourceUri: unknown })])).toHaveLength(1);
  });
});

describe("image-require-lock", () => {
  const repository = "iam/auth-service";
  const place = { loginServer: "contosoprod.azurecr.io", repository, digest };
  const image: Resource = {
    type: "airlock:index:ImageImport",
    name: "image",
    properties: { ...place, tags: ["1-prod"] },
  };
  const lock: Resource = {
    type: "airlock:index:ImageLock",
    name: "lock",
    properties: { ...place, tags: ["1-prod"] },
  };
  const previous = { version: "0", digest: `sha256:${"b".repeat(64)}` };
  const facts = stack("prod", "contoso", {
    images: { [repository]: { version: "1", digest, previous: [previous] } },
  });
  const unlocked =
    "the image is imported into prod, and not locked there (image: digest). Add an ImageLock with the same repository, digest and tags, as PromotedImage does";

  test("each import has its lock, with its tags", () => {
    expect(says(imageRequireLock, [image, lock])).toEqual([]);
    expect(says(imageRequireLock, [image])).toEqual([unlocked]);
    expect(
      says(imageRequireLock, [image, { ...lock, properties: { ...lock.properties, tags: [] } }]),
    ).toEqual([unlocked]);
    expect(says(imageRequireLock, [image], stack("dev"))).toEqual([]);
  });

  test("what the configuration names is imported, the rollback window too", () => {
    expect(says(imageRequireLock, [image, lock], facts)).toEqual([
      `${repository}@${previous.digest} (0-prod) stands in the configuration, and the program does not import it (image: images.${repository}). Make a PromotedImage of every entry of \`images\`, as the reference program does`,
    ]);
  });
});
