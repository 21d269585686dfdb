import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { requireName, stringsAt } from "./rules";
import { textOf } from "../../text";

const operations = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey", "import", "release"];

/** Seconds since 1970, as Key Vault dates its keys. */
const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

export const key: ResourceType = {
  token: "azure-native:keyvault:Key",
  armType: "Microsoft.KeyVault/vaults/keys",
  apiVersion: "2024-11-01",
  path: ["resourceGroupName", "vaultName", "keyName"],
  shape: "nested",
  required: ["properties"],
  computed: [
    "name",
    "type",
    "location",
    "attributes",
    "curveName",
    "keyOps",
    "keySize",
    "keyUri",
    "keyUriWithVersion",
    "kty",
  ],
  validate(body, id) {
    requireName(id.name, /^[0-9a-zA-Z-]{1,127}$/, "a key's name has 1-127 letters, digits and '-'");
    const { kty, curveName = "P-256" } = body.properties;
    if (kty !== "EC" || curveName !== "P-256") {
      throw badRequest(
        "BadParameter",
        `The sandbox makes keys of kty EC and curveName P-256 alone, not ${textOf(kty)} ${textOf(curveName)}.`,
      );
    }
    const unknown = stringsAt(body.properties, "keyOps").find((operation) => !operations.includes(operation));
    if (unknown) throw badRequest("BadParameter", `The key operation '${unknown}' is not known.`);
  },
  complete(body, id, context, existing) {
    const vaultName = id.names[0];
    const { version } = context.ensureKey(vaultName, id.name);
    const keyUri = `${context.vaultUri(vaultName)}keys/${id.name}`;
    const created = existing?.systemData.createdAt ?? context.now;
    return {
      ...body,
      location: context.resource(id.parent!)!.location,
      properties: {
        keyOps: ["sign", "verify"],
        curveName: "P-256",
        ...body.properties,
        attributes: {
          enabled: true,
          exportable: false,
          recoveryLevel: "Recoverable",
          created: seconds(created),
          updated: seconds(context.now),
        },
        keyUri,
        keyUriWithVersion: `${keyUri}/${version}`,
      },
    };
  },
  outputs: ({ properties, ...rest }) => ({
    name: rest.name,
    type: rest.type,
    location: rest.location,
    tags: rest.tags ?? {},
    azureApiVersion: key.apiVersion,
    ...properties,
  }),
  inputs: ({ properties, tags }) => ({ properties, tags }),
};
