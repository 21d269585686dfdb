import { roleGrants } from "../../model/access/actions";
import { repositoryDataActions } from "../../model/access/roles";
import type { AccessRequest, RoleDefinition } from "../../model/access/types";
import { listed } from "../../model/sentence";

/** What a role lets its holder do to a registry, beyond reading. */
type Power = "push" | "delete" | "unlock" | "import" | "configure" | "grant";

/** How a finding speaks of a power. */
const powerWords: Readonly<Record<Power, string>> = {
  push: "push images",
  delete: "delete images",
  unlock: "unlock images",
  import: "import images from anywhere",
  configure: "open another way in",
  grant: "grant access",
};

const registries = "Microsoft.ContainerRegistry/registries";
const authorization = "Microsoft.Authorization";

function control(...actions: string[]): Pick<AccessRequest, "plane" | "action">[] {
  return actions.map((action) => ({ plane: "control", action }));
}

function data(...actions: string[]): Pick<AccessRequest, "plane" | "action">[] {
  return actions.map((action) => ({ plane: "data", action }));
}

// Both permission modes count: who can push in one of them is one mode flip away.
const requests: Readonly<Record<Power, readonly Pick<AccessRequest, "plane" | "action">[]>> = {
  push: [
    ...control(`${registries}/push/write`, `${registries}/sign/write`, `${registries}/quarantine/write`),
    ...data(
      repositoryDataActions.contentWrite,
      `${registries}/trustedCollections/write`,
      `${registries}/quarantinedArtifacts/write`,
    ),
  ],
  delete: [
    ...control(`${registries}/artifacts/delete`, `${registries}/delete`),
    ...data(repositoryDataActions.contentDelete, repositoryDataActions.metadataDelete),
  ],
  unlock: [...control(`${registries}/metadata/write`), ...data(repositoryDataActions.metadataWrite)],
  import: control(
    `${registries}/importImage/action`,
    `${registries}/importPipelines/write`,
    `${registries}/pipelineRuns/write`,
    `${registries}/cacheRules/write`,
  ),
  configure: control(
    `${registries}/write`,
    ...[
      "tokens",
      "scopeMaps",
      "tasks",
      "taskRuns",
      "runs",
      "buildTasks",
      "agentPools",
      "connectedRegistries",
    ].map((child) => `${registries}/${child}/write`),
    ...["listCredentials", "regenerateCredential", "generateCredentials", "scheduleRun"].map(
      (action) => `${registries}/${action}/action`,
    ),
  ),
  grant: control(
    `${authorization}/roleAssignments/write`,
    `${authorization}/roleDefinitions/write`,
    `${authorization}/roleAssignmentScheduleRequests/write`,
    `${authorization}/roleEligibilityScheduleRequests/write`,
    `${authorization}/elevateAccess/action`,
  ),
};

/** What a role gives on a registry in its scope, whatever the registry's permission mode. */
export function registryPowers(role: RoleDefinition): Power[] {
  return (Object.keys(requests) as Power[]).filter((power) =>
    requests[power].some(({ plane, action }) => roleGrants(role, plane, action)),
  );
}

/** `push images, unlock images and grant access`. */
export function sentenceOf(powers: readonly Power[]): string {
  return listed(powers.map((power) => powerWords[power]));
}
