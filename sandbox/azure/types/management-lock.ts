import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { requireName } from "./rules";
import { textOf } from "../../text";

/** Keeps its scope, and what is below it, from being deleted. Images are none of it: they are data. */
export const managementLock: ResourceType = {
  token: "azure-native:authorization:ManagementLockByScope",
  armType: "Microsoft.Authorization/locks",
  apiVersion: "2020-05-01",
  path: ["scope", "lockName"],
  shape: "flat",
  required: ["level"],
  computed: ["name", "type", "systemData"],
  validate(body, id) {
    requireName(
      id.name,
      /^[^<>*%&:?+/\\]{1,90}$/,
      "a lock's name has 1-90 characters, none of < > * % & : ? + / \\",
    );
    if (!["CanNotDelete", "ReadOnly"].includes(textOf(body.properties.level))) {
      throw badRequest(
        "InvalidLockLevel",
        `The level '${textOf(body.properties.level)}' is not CanNotDelete or ReadOnly.`,
      );
    }
  },
};
