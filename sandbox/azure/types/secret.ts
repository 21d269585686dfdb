import { createHash } from "node:crypto";
import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { objectAt, requireName } from "./rules";

/** Seconds since 1970, as Key Vault dates its secrets. */
const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

/** One version of a secret, in the form of Azure's: 32 hexadecimal digits. */
const versionOf = (now: string): string => createHash("sha256").update(now).digest("hex").slice(0, 32);

/** A secret of a vault. Its value goes in and is kept nowhere: Resource Manager never tells it, and the data plane here is about keys alone. */
export const secret: ResourceType = {
  token: "azure-native:keyvault:Secret",
  armType: "Microsoft.KeyVault/vaults/secrets",
  apiVersion: "2024-11-01",
  path: ["resourceGroupName", "vaultName", "secretName"],
  shape: "nested",
  required: ["properties"],
  computed: ["name", "type", "location", "properties.secretUri", "properties.secretUriWithVersion"],
  unread: ["properties"],
  validate({ properties }, id) {
    requireName(id.name, /^[0-9a-zA-Z-]{1,127}$/, "a secret's name has 1-127 letters, digits and '-'");
    if (typeof properties.value !== "string" || Buffer.byteLength(properties.value) > 25_000)
      throw badRequest("BadParameter", `The secret '${id.name}' needs a value of 25 kB at most.`);
  },
  complete({ properties: { value: _value, ...properties }, ...body }, id, context, existing) {
    const secretUri = `${context.vaultUri(id.names[0])}secrets/${id.name}`;
    return {
      ...body,
      location: context.resource(id.parent!)!.location,
      properties: {
        ...properties,
        attributes: {
          enabled: true,
          ...objectAt(properties, "attributes"),
          created: seconds(existing?.systemData.createdAt ?? context.now),
          updated: seconds(context.now),
        },
        secretUri,
        secretUriWithVersion: `${secretUri}/${versionOf(context.now)}`,
      },
    };
  },
};
