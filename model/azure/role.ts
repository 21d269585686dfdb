import type { Permission } from "../access/types";
import { isList, isObject, textsOf, unknown, type Value } from "../values";

/** What a role definition permits; undefined while any of it is not known. */
export function permissionsOf(value: Value): Permission[] | undefined {
  if (value === unknown) return undefined;
  const blocks = isList(value) ? value.map(permissionOf) : [];
  return blocks.includes(undefined) ? undefined : blocks.filter((block) => block !== undefined);
}

function permissionOf(block: Value): Permission | undefined {
  if (!isObject(block)) return undefined;
  const actions = textsOf(block.actions);
  const notActions = textsOf(block.notActions);
  const dataActions = textsOf(block.dataActions);
  const notDataActions = textsOf(block.notDataActions);
  const hidden =
    actions === unknown || notActions === unknown || dataActions === unknown || notDataActions === unknown;
  return hidden ? undefined : { actions, notActions, dataActions, notDataActions };
}
