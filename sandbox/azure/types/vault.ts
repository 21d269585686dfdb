import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import type { ResourceType } from "../resource-type";
import { objectAt, requireLocation, requireName } from "./rules";
import { textOf } from "../../text";

export const vault: ResourceType = {
  token: "azure-native:keyvault:Vault",
  armType: "Microsoft.KeyVault/vaults",
  apiVersion: "2024-11-01",
  path: ["resourceGroupName", "vaultName"],
  shape: "nested",
  required: ["properties"],
  replaceOn: ["location"],
  computed: ["name", "type", "systemData", "properties.vaultUri"],
  validate(body, id, context, existing) {
    const rule = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/;
    requireName(
      id.name,
      rule,
      "a vault's name has 3-24 letters, digits and single '-', and starts with a letter",
    );
    requireLocation(body, id.name);
    const taken = context
      .resourcesOf(vault.armType)
      .some(
        (other) => other.name.toLowerCase() === id.name.toLowerCase() && idKey(other.id) !== idKey(id.text),
      );
    if (taken) throw conflict("VaultAlreadyExists", `The vault name '${id.name}' is already in use.`);
    const { properties } = body;
    const sku = objectAt(properties, "sku");
    if (textOf(sku.family) !== "A" || !["standard", "premium"].includes(textOf(sku.name).toLowerCase())) {
      throw badRequest(
        "BadRequest",
        `The vault '${id.name}' needs a sku of family A named standard or premium.`,
      );
    }
    if (textOf(properties.tenantId).toLowerCase() !== context.tenantId) {
      throw badRequest(
        "InvalidTenantId",
        `The tenant '${textOf(properties.tenantId)}' is not the subscription's.`,
      );
    }
    if (properties.enableRbacAuthorization !== true && !Array.isArray(properties.accessPolicies)) {
      throw badRequest("BadRequest", "The parameter accessPolicies is not specified.");
    }
    if (existing?.properties.enablePurgeProtection === true && properties.enablePurgeProtection === false) {
      throw badRequest(
        "BadRequest",
        'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
      );
    }
  },
  complete: (body, id, context) => ({
    ...body,
    properties: {
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enabledForDeployment: false,
      publicNetworkAccess: "Enabled",
      accessPolicies: [],
      ...body.properties,
      vaultUri: context.vaultUri(id.name),
      provisioningState: "Succeeded",
    },
  }),
};
