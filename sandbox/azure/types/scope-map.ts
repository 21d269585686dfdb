import { isRepositoryPattern } from "../../../model/repository-pattern";
import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import type { ResourceType } from "../resource-type";
import { requireName, requireRoom, stringsAt } from "./rules";
import { textOf } from "../../text";

const actionPattern = /^repositories\/(.+)\/(?:content\/(?:read|write|delete)|metadata\/(?:read|write))$/;

// A wildcard is a trailing `/*` after at least one part, or `*` alone.
function isAction(text: string): boolean {
  const name = actionPattern.exec(text)?.[1];
  return name !== undefined && (name === "*" || isRepositoryPattern(name));
}

export const scopeMap: ResourceType = {
  token: "azure-native:containerregistry:ScopeMap",
  armType: "Microsoft.ContainerRegistry/registries/scopeMaps",
  apiVersion: "2024-11-01-preview",
  path: ["resourceGroupName", "registryName", "scopeMapName"],
  shape: "flat",
  required: ["actions"],
  computed: ["name", "type", "creationDate", "provisioningState", "systemData"],
  validate(body, id, context, existing) {
    if (!existing) requireRoom(context, scopeMap.armType, id);
    requireName(id.name, /^[a-zA-Z0-9-_]{5,50}$/, "a scope map's name has 5-50 letters, digits, '-' and '_'");
    const actions = stringsAt(body.properties, "actions");
    if (actions.length > 500) throw badRequest("ScopeMapTooLarge", "A scope map holds at most 500 actions.");
    const bad = actions.find((action) => !isAction(action));
    if (bad) throw badRequest("InvalidScopeMapAction", `The scope map action '${bad}' is invalid.`);
  },
  complete: (body, _id, context, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      type: "UserDefined",
      creationDate: existing?.properties.creationDate ?? context.now,
    },
  }),
  validateDelete(id, context) {
    const user = context
      .resourcesOf("Microsoft.ContainerRegistry/registries/tokens")
      .find((token) => idKey(textOf(token.properties.scopeMapId)) === idKey(id.text));
    if (user)
      throw conflict("ScopeMapInUse", `The scope map '${id.name}' is used by the token '${user.name}'.`);
  },
};
