import { armMode } from "../../access/permission-mode";
import { unhonouredRole } from "../../access/honoured-roles";
import { builtInRoles, conditionedRoleGuids } from "../../access/roles";
import type { PermissionMode } from "../../access/types";
import {
  broken,
  eachEnvironment,
  eachRegistry,
  hidden,
  holds,
  open,
  type Check,
  type Verdict,
} from "../check";
import type { AssignmentFacts, EnvironmentFacts } from "../facts";

/** What a registry makes of the roles that are assigned on it. */
export const permissions: readonly Check[] = [
  {
    id: "permission-mode",
    title: "The registry is in the mode that its roles are for",
    why: "The two permission modes honour different roles, and Azure's default for new registries is about to change from legacy to ABAC",
    source: "container-registry-rbac-abac-repository-permissions",
    check: eachRegistry(({ mode }, { name, mode: wanted }, at) => {
      const place = at("roleAssignmentMode");
      if (mode === undefined)
        return hidden(place, `the permission mode of the registry of ${name} is not known`);
      if (wanted === undefined || mode === wanted) return holds(place);
      if (mode === "unstated" && wanted === "rbac")
        return open(
          place,
          `the registry of ${name} leaves its permission mode to Azure's default, which changes`,
        );
      const what = mode === "unstated" ? "leaves its permission mode to Azure" : `is in ${mode} mode`;
      return broken(
        place,
        `the registry of ${name} ${what}, and the roles of the path are those of ${wanted} mode: it ignores them`,
        `Set roleAssignmentMode to ${armMode[wanted]} with API 2025-11-01, as EnvironmentRegistry does`,
      );
    }),
  },
  {
    id: "ignored-role",
    title: "The registry honours every role on it",
    why: "A registry in ABAC mode ignores AcrPull, AcrPush and AcrDelete; one in legacy mode ignores the repository roles. The assignment succeeds, and gives nothing",
    source: "container-registry-rbac-abac-repository-permissions",
    check: eachAssignment((assignment, environment, at) => {
      const mode = modeOf(environment);
      const place = at("roleDefinitionId");
      if (assignment.roleGuid === undefined) return hidden(place, "the role that is assigned is not known");
      if (mode === undefined) {
        return inSomeMode(assignment.roleGuid)
          ? open(place, `the permission mode of the registry of ${environment.name} is not known`)
          : holds(place);
      }
      const ignored = unhonouredRole(mode, assignment.roleGuid);
      if (ignored === undefined) return holds(place);
      const what = `${holder(assignment)} gets ${ignored}, which a registry in ${mode} mode ignores`;
      const { assignments = [] } = environment;
      return losers(assignments, mode).includes(holder(assignment))
        ? broken(place, what, `Assign ${counterpart[ignored] ?? "the role of that mode"}`)
        : {
            ...place,
            status: "warning",
            what,
            fix: "Remove it, unless the registry is about to change its mode",
          };
    }),
  },
  {
    id: "unconditioned-role",
    title: "A narrowed cell is narrowed in Azure too",
    why: "A repository role without a condition reaches the whole registry, and nothing says so",
    source: "container-registry-rbac-abac-repository-permissions",
    check: eachAssignment(({ roleGuid, condition, narrowedTo, ...rest }, { name }, at) => {
      if (roleGuid === undefined || !conditionedRoleGuids.includes(roleGuid)) return undefined;
      const place = at("condition");
      if (condition === undefined)
        return hidden(place, `the condition of the assignment in ${name} is not known`);
      if (condition !== null || narrowedTo === null) return holds(place);
      if (narrowedTo === undefined)
        return open(place, `whether ${holder(rest)} is meant to reach all of ${name} is not known`);
      return broken(
        place,
        `${holder(rest)} reaches all of ${name}: the cell is narrowed to ${narrowedTo.join(", ")}, and the role has no condition`,
        "Add the condition that `airlock access` shows for the cell",
      );
    }),
  },
  {
    id: "condition-not-honoured",
    title: "Conditions stand on roles that honour them",
    why: "Azure honours a repository condition on Repository Reader, Writer and Contributor alone; on every other role it narrows nothing",
    source: "container-registry-rbac-abac-repository-permissions",
    check: eachAssignment(({ roleGuid, condition, ...rest }, { name }, at) => {
      const place = at("condition");
      if (condition === null || condition === undefined) return undefined;
      if (!/registries\/repositories:name/i.test(condition)) return undefined;
      if (roleGuid === undefined) return hidden(place, "the role under the condition is not known");
      if (conditionedRoleGuids.includes(roleGuid)) return holds(place);
      return broken(
        place,
        `the condition on ${roleName(roleGuid)} of ${holder(rest)} narrows nothing: the role reaches all of ${name}`,
        "Use a repository role, or take the condition away and trust the identity with the whole registry",
      );
    }),
  },
  {
    id: "permission-mode-flip",
    title: "A live registry changes its mode in two steps",
    why: "With the mode every role of the other mode stops counting at once, and tokens that clients hold fail with 401 for minutes to hours",
    source: "container-registry-rbac-abac-repository-permissions",
    check: eachRegistry(({ mode }, environment, at) => {
      const before = environment.standing?.mode;
      if (mode === undefined || mode === "unstated" || before === undefined) return undefined;
      const place = at("roleAssignmentMode");
      if (before === mode) return holds(place);
      const { assignments } = environment.standing!;
      if (assignments === undefined)
        return open(
          place,
          `which roles stand in ${environment.name} before it changes to ${mode} is not known`,
        );
      const losing = losers(assignments, mode);
      if (losing.length === 0) return holds(place);
      return broken(
        place,
        `the registry of ${environment.name} changes from ${before} to ${mode} mode, and ${losing.join(", ")} can do nothing until it has a role of ${mode} mode`,
        `Two steps: add the roles of ${mode} mode beside those of ${before} mode and prove them; then flip, restart what holds a token, and remove the old roles`,
      );
    }),
  },
];

// Azure's own mapping between the modes.
const counterpart: Readonly<Record<string, string>> = {
  AcrPull: "Container Registry Repository Reader, and Catalog Lister to list",
  AcrPush: "Container Registry Repository Writer",
  AcrDelete: "Container Registry Repository Contributor",
  "Container Registry Repository Reader": "AcrPull",
  "Container Registry Repository Catalog Lister": "AcrPull",
  "Container Registry Repository Writer": "AcrPush",
  "Container Registry Repository Contributor": "AcrPush and AcrDelete",
};

function eachAssignment(
  check: (
    assignment: AssignmentFacts,
    environment: EnvironmentFacts,
    at: (property: string) => { environment: string; where: string; property: string },
  ) => Verdict | undefined,
): Check["check"] {
  return eachEnvironment((environment) =>
    (environment.assignments ?? []).flatMap((assignment) => {
      const at = (property: string) => ({ environment: environment.name, where: assignment.where, property });
      return check(assignment, environment, at) ?? [];
    }),
  );
}

/** What the registry is told; else what the path says, since the registry's own stack proves that they agree. */
function modeOf({ registry, mode }: EnvironmentFacts): PermissionMode | undefined {
  const told = registry?.mode;
  return told === undefined || told === "unstated" ? mode : told;
}

function inSomeMode(roleGuid: string): boolean {
  return (["abac", "rbac"] as const).some((mode) => unhonouredRole(mode, roleGuid) !== undefined);
}

/** Who holds a role that `mode` ignores, and none that it honours. */
function losers(assignments: readonly AssignmentFacts[], mode: PermissionMode): string[] {
  const other: PermissionMode = mode === "abac" ? "rbac" : "abac";
  const holdersOf = (wanted: PermissionMode) =>
    assignments
      .filter(({ roleGuid }) => roleGuid !== undefined && unhonouredRole(wanted, roleGuid) !== undefined)
      .map(holder);
  // A role that the other mode ignores is a role of this one.
  const kept = holdersOf(other);
  return [...new Set(holdersOf(mode))].filter((one) => !kept.includes(one)).sort();
}

function holder({ principal, where }: Pick<AssignmentFacts, "principal" | "where">): string {
  return principal ?? where;
}

function roleName(guid: string): string {
  return builtInRoles.find((role) => role.guid === guid)?.name ?? `role ${guid}`;
}
