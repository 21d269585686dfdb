import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { requireName, requireRoom } from "./rules";
import { textOf } from "../../text";

export const token: ResourceType = {
  token: "azure-native:containerregistry:Token",
  armType: "Microsoft.ContainerRegistry/registries/tokens",
  apiVersion: "2024-11-01-preview",
  path: ["resourceGroupName", "registryName", "tokenName"],
  shape: "flat",
  computed: ["name", "type", "creationDate", "provisioningState", "systemData"],
  validate(body, id, context, existing) {
    if (!existing) requireRoom(context, token.armType, id);
    requireName(id.name, /^[a-zA-Z0-9-]{5,50}$/, "a token's name has 5-50 letters, digits and '-'");
    const scopeMapId = textOf(body.properties.scopeMapId);
    if (!context.resource(scopeMapId)) {
      throw badRequest(
        "ScopeMapNotFound",
        `The scope map '${scopeMapId}' of the token '${id.name}' was not found.`,
      );
    }
    const status = body.properties.status ?? "enabled";
    if (status !== "enabled" && status !== "disabled") {
      throw badRequest(
        "InvalidTokenStatus",
        `The token status '${textOf(status)}' is not enabled or disabled.`,
      );
    }
  },
  complete(body, _id, context, existing) {
    // Passwords are kept apart.
    const { credentials: _credentials, ...properties } = body.properties;
    const creationDate = existing?.properties.creationDate ?? context.now;
    return { ...body, properties: { status: "enabled", ...properties, creationDate } };
  },
};
