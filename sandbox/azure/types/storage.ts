import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import type { ResourceType } from "../resource-type";
import { textOf } from "../../text";
import { objectAt, requireLocation, requireName } from "./rules";

/** A place for blobs. The sandbox keeps none: their containers are what Resource Manager knows of. */
export const storageAccount: ResourceType = {
  token: "azure-native:storage:StorageAccount",
  armType: "Microsoft.Storage/storageAccounts",
  apiVersion: "2023-05-01",
  path: ["resourceGroupName", "accountName"],
  shape: "flat",
  required: ["sku", "kind"],
  replaceOn: ["location"],
  computed: ["name", "type", "provisioningState", "primaryEndpoints", "creationTime"],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[a-z0-9]{3,24}$/,
      "a storage account's name has 3-24 lower-case letters and digits",
    );
    requireLocation(body, id.name);
    if (textOf(objectAt(body, "sku").name ?? "") === "")
      throw badRequest(
        "InvalidRequestParameter",
        "The value for one of the properties 'sku.name' is missing.",
      );
    const taken = context
      .resourcesOf(storageAccount.armType)
      .some((other) => other.name === id.name && idKey(other.id) !== idKey(id.text));
    if (taken)
      throw conflict("StorageAccountAlreadyTaken", `The storage account named ${id.name} is already taken.`);
  },
  complete: (body, { name }, { now }, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
      creationTime: existing?.properties.creationTime ?? now,
    },
  }),
};

/** Every storage account has one, which nobody makes. */
export const blobService: ResourceType = {
  token: "azure-native:storage:BlobServiceProperties",
  armType: "Microsoft.Storage/storageAccounts/blobServices",
  apiVersion: "2023-05-01",
  path: ["resourceGroupName", "accountName", "blobServicesName"],
  shape: "flat",
  computed: ["name", "type"],
  implicit: true,
};

/** It has metadata, and no tags. */
export const blobContainer: ResourceType = {
  token: "azure-native:storage:BlobContainer",
  armType: "Microsoft.Storage/storageAccounts/blobServices/containers",
  apiVersion: "2023-05-01",
  path: ["resourceGroupName", "accountName", "'default'", "containerName"],
  shape: "flat",
  computed: ["name", "type", "etag", "lastModifiedTime"],
  validate(body, { name }) {
    requireName(
      name,
      /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
      "a container's name has 3-63 lower-case letters, digits and single '-'",
    );
    const odd = Object.keys(objectAt(body.properties, "metadata")).find((key) => !/^[A-Za-z_]\w*$/.test(key));
    if (odd !== undefined)
      throw badRequest("InvalidMetadata", `The metadata name '${odd}' is not a valid identifier.`);
  },
  complete: (body, _id, { now }) => ({
    ...body,
    properties: { publicAccess: "None", ...body.properties, lastModifiedTime: now },
  }),
};
