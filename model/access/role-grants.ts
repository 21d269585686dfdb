import { UserError } from "../errors";
import { beyond, contains, type Reach, type Reaches } from "./cells";
import { repositoryCondition } from "./condition";
import type { CustomRoleKey } from "./custom-roles";
import { builtInRoles, roleGuids } from "./roles";
import type { Capability, PermissionMode } from "./types";

/** A built-in role, or one of ours whose GUID depends on subscription and organisation. */
export type RoleReference =
  | { readonly kind: "builtIn"; readonly guid: string; readonly name: string }
  | { readonly kind: "custom"; readonly key: CustomRoleKey };

/** One role to assign, with the condition that narrows it. */
export interface RoleGrant {
  readonly role: RoleReference;
  /** Repositories it is narrowed to; left out when it reaches the whole registry. */
  readonly patterns?: readonly string[];
  /** The same as Azure wants it, version 2.0. */
  readonly condition?: string;
}

/**
 * The roles that give capabilities in a registry of the given mode, all with the same reach. Reading the predecessor
 * for an import is a right on another registry and not among them.
 *
 * @throws UserError (2) for what the mode can't do
 */
export function rolesFor(
  mode: PermissionMode,
  capabilities: readonly Capability[],
  patterns?: readonly string[],
): RoleGrant[] {
  const narrowed = (capability: Capability): Reach =>
    patterns === undefined || capability === "read" ? "everywhere" : patterns;
  return rolesForReaches(mode, new Map(capabilities.map((one) => [one, narrowed(one)])), "");
}

/** As `rolesFor`, with a reach for each capability. */
export function rolesForReaches(mode: PermissionMode, reaches: Reaches, where: string): RoleGrant[] {
  const fewest = mode === "abac" ? repositoryRoles(reaches, where) : legacyRoles(reaches, where);
  return [
    ...fewest,
    ...(reaches.has("import") ? [custom("importer")] : []),
    ...(reaches.has("lock") ? [custom("locker")] : []),
    ...(reaches.has("read") ? [builtIn(roleGuids.reader)] : []),
    ...(reaches.has("tidy") ? [custom("tidier")] : []),
    ...(reaches.has("sign") ? [builtIn(roleGuids.cryptoUser)] : []),
    // Signing includes verifying.
    ...(reaches.has("verify") && !reaches.has("sign") ? [custom("verifier")] : []),
    ...(reaches.has("cluster-user") ? [builtIn(roleGuids.clusterUser)] : []),
  ];
}

// Contributor includes Writer includes Reader, so each repository gets the largest one that its cells add up to.
function repositoryRoles(reaches: Reaches, where: string): RoleGrant[] {
  const [pull, push, remove] = [reaches.get("pull"), reaches.get("push"), reaches.get("delete")];
  const contributor = common(push, remove);
  const writer = beyond(push, contributor);
  const reader = beyond(pull, push);
  const custodian = beyond(remove, contributor);
  if (custodian !== undefined && custodian !== "everywhere") {
    throw new UserError({
      what: `delete alone can't be narrowed to ${custodian.join(", ")}`,
      ...(where === "" ? {} : { where }),
      fix: "Azure honours no condition on the custodian's role; give push for the same repositories, or delete everywhere",
      exitCode: 2,
    });
  }
  return [
    ...narrowedRole(roleGuids.repositoryContributor, contributor),
    ...narrowedRole(roleGuids.repositoryWriter, writer),
    ...narrowedRole(roleGuids.repositoryReader, reader),
    // The list of repositories can't be narrowed, so only who pulls everything gets it.
    ...(pull === "everywhere" ? [builtIn(roleGuids.catalogLister)] : []),
    ...(custodian === "everywhere" ? [custom("custodian")] : []),
  ];
}

function common(push: Reach | undefined, remove: Reach | undefined): Reach | undefined {
  if (push === undefined || remove === undefined || push === "everywhere" || remove === "everywhere") {
    // Deleting everywhere is wider than pushing to some: the custodian's role covers it.
    return remove === "everywhere" && push !== "everywhere" ? undefined : push && remove;
  }
  const shared = remove.filter((pattern) => contains(push, pattern));
  return shared.length > 0 ? shared : undefined;
}

function legacyRoles(reaches: Reaches, where: string): RoleGrant[] {
  const refuse = (what: string, fix: string): never => {
    throw new UserError({ what, ...(where === "" ? {} : { where }), fix, exitCode: 2 });
  };
  for (const [capability, reach] of reaches) {
    if (reach !== "everywhere") {
      refuse(
        `${capability} can't be narrowed to ${reach.join(", ")} in a registry in rbac mode`,
        "Set the environment's mode to abac",
      );
    }
  }
  if (reaches.has("lock")) {
    refuse(
      "lock can't be given in a registry in rbac mode",
      "Only Owner and Contributor lock there; set the environment's mode to abac",
    );
  }
  if (reaches.has("read") && !reaches.has("pull") && !reaches.has("push")) {
    refuse(
      "read includes pull in a registry in rbac mode",
      "Write pull as well, or set the environment's mode to abac",
    );
  }
  return [
    ...(reaches.has("push")
      ? [builtIn(roleGuids.acrPush)]
      : reaches.has("pull")
        ? [builtIn(roleGuids.acrPull)]
        : []),
    ...(reaches.has("delete") ? [builtIn(roleGuids.acrDelete)] : []),
  ];
}

function narrowedRole(guid: string, reach: Reach | undefined): RoleGrant[] {
  if (reach === undefined) {
    return [];
  }
  if (reach === "everywhere") {
    return [builtIn(guid)];
  }
  const dataActions = definition(guid).permissions.flatMap((permission) => permission.dataActions);
  return [{ ...builtIn(guid), patterns: reach, condition: repositoryCondition(dataActions, reach) }];
}

function builtIn(guid: string): RoleGrant {
  return { role: { kind: "builtIn", guid, name: definition(guid).name } };
}

function custom(key: CustomRoleKey): RoleGrant {
  return { role: { kind: "custom", key } };
}

function definition(guid: string): (typeof builtInRoles)[number] {
  const found = builtInRoles.find((role) => role.guid === guid);
  if (!found) {
    throw new Error(`built-in role ${guid} is not in the catalogue`);
  }
  return found;
}
