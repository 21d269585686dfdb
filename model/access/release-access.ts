import { gitHubEnvironmentSubjects } from "../federated-subject";
import { gitHubAccount } from "../release/names";
import { phaseOf } from "../release/release";
import { type Stage, stagesOf, stageTag } from "../release/stages";
import type { Settings } from "../settings";
import type { CellGrant } from "./matrix";
import { type RoleGrant, rolesFor } from "./role-grants";
import { roleGuids } from "./roles";
import type { ReleaseTarget } from "./targets";
import type { RegistryOperation } from "./tokens";

/**
 * The role of a release's GitHub account in one stage: it pulls its own repositories and, where the environment is not
 * protected, pushes to them. Into a protected one even what was built anew comes by import.
 */
export function releaseRole(
  guarded: boolean,
  repositories: readonly string[],
): { readonly guid: string; readonly condition: string } {
  const [{ role, condition }] = releaseRoles(guarded, repositories);
  if (role.kind !== "builtIn" || condition === undefined)
    throw new Error("a release's role is a narrowed one");
  return { guid: role.guid, condition };
}

function releaseRoles(guarded: boolean, repositories: readonly string[]): RoleGrant[] {
  return rolesFor("abac", guarded ? ["pull"] : ["pull", "push"], [...repositories].sort());
}

/** What the scope map of a release's registry account permits: the same, one action for each repository and verb. */
export function releaseActions(guarded: boolean, repositories: readonly string[]): string[] {
  return [...repositories]
    .sort()
    .flatMap((repository) =>
      releaseOperations(guarded).map((operation) => `repositories/${repository}/${operation}`),
    );
}

function releaseOperations(guarded: boolean): RegistryOperation[] {
  return guarded
    ? ["content/read", "metadata/read"]
    : ["content/read", "content/write", "metadata/read", "metadata/write"];
}

/** One role assignment of a release's stack: like a cell's, but for what it may be on. */
export interface ReleaseGrant extends Omit<CellGrant, "target"> {
  readonly target: ReleaseTarget;
}

/** What a release's stack may assign: the roles of the stages that are open. */
export function releaseGrants(settings: Pick<Settings, "path" | "release" | "releases">): ReleaseGrant[] {
  const { release, releases } = settings;
  if (release === undefined) return [];
  return openStages(settings).flatMap(({ environment: { name, protected: guarded } }) => {
    const whose = { identity: gitHubAccount({ version: release.version, environment: name }), column: name };
    const onRegistry = releaseRoles(guarded, release.repositories).map((role) => ({
      ...role,
      ...whose,
      target: { kind: "registry" as const, environment: name },
    }));
    const onSecret = {
      role: { kind: "builtIn" as const, guid: roleGuids.secretsUser, name: "Key Vault Secrets User" },
      ...whose,
      target: { kind: "secret" as const, environment: name },
    };
    return releases.passwordVault === undefined ? onRegistry : [...onRegistry, onSecret];
  });
}

/** Subject to the one account of the release that it may sign in as: for the stages that are open. */
export function releaseSubjects(
  settings: Pick<Settings, "path" | "release" | "github">,
): ReadonlyMap<string, readonly string[]> {
  const { release, github } = settings;
  return new Map(
    openStages(settings).flatMap((stage) => {
      const { version } = release!;
      const account = gitHubAccount({ version, environment: stage.environment.name });
      const subjects = Object.values(gitHubEnvironmentSubjects(github, stageTag(version, stage)));
      return subjects.map((subject) => [subject, [account]] as const);
    }),
  );
}

function openStages({ path, release }: Pick<Settings, "path" | "release">): Stage[] {
  if (release === undefined || release.deleted !== undefined) return [];
  return stagesOf(path).filter(({ environment }) => phaseOf(release, environment.name) === "open");
}
