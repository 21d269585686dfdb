import { customRoleDefinition, platformCondition, platformRole } from "../model/access/custom-roles";
import { assignmentName } from "../model/access/names";
import { roleDefinitionId, roleGuids } from "../model/access/roles";
import { platformName } from "../model/physical-names";
import type { PermissionMode } from "../model/access/types";
import { idKey } from "./azure/arm-id";
import type { Properties, StoredResource } from "./azure/resource-type";
import type { Directory } from "./entra/directory";
import type { ServicePrincipal, User } from "./entra/objects";
import { exchangeAudience, gitHubIssuer } from "./entra/token-service";
import type { JsonStore } from "./json-store";
import { subscriptionId } from "./places";

/** The person who owns the subscription: does the bootstrap, and tears down what the platform may not. */
export const administratorName = "administrator";

/** Object ids of those who may write to the directory: the platform identity and the administrator. */
export function directoryAdministrators(directory: Directory, organization: string): string[] {
  const applications = directory
    .all("application")
    .filter(({ displayName }) => displayName === platformName(organization));
  const people = directory.all("user").filter(({ displayName }) => displayName === administratorName);
  return [
    ...applications.map(({ appId }) => directory.servicePrincipalOf(appId) ?? []).flat(),
    ...people,
  ].map(({ id }) => id);
}

/** Object ids of those who may read all of the directory: who writes to it, and the drift reader. */
export function directoryReaders(directory: Directory, organization: string): string[] {
  const drift = directory
    .all("application")
    .filter(({ displayName }) => displayName === `sp-${organization}-drift`)
    .flatMap(({ appId }) => directory.servicePrincipalOf(appId) ?? []);
  return [...directoryAdministrators(directory, organization), ...drift.map(({ id }) => id)];
}

/** What of the platform's bootstrap the project decides. */
export interface PlatformOptions {
  /** Whose token the platform identity is signed in with; a workflow's of `<organization>/platform` unless given. */
  readonly platformSubject?: string;
  /** GUIDs of further roles that the platform may assign. */
  readonly assignable?: readonly string[];
  /** Whether the platform may make clusters, as that of a project with a proof of concept. */
  readonly makesClusters?: boolean;
}

/** What an administrator does by hand before the first `pulumi up`: the platform identity, its role and its right to assign. */
export function seed(
  resources: JsonStore<StoredResource>,
  directory: Directory,
  organization: string,
  modes: readonly PermissionMode[],
  {
    platformSubject = `repo:${organization}/platform:environment:platform`,
    assignable = [],
    makesClusters = false,
  }: PlatformOptions = {},
): void {
  const name = platformName(organization);
  const known = directory.all("application").find(({ displayName }) => displayName === name);
  if (known && directory.servicePrincipalOf(known.appId)) return;
  const role = platformRole(organization, makesClusters);
  const definition = customRoleDefinition(subscriptionId, organization, role);
  const scope = `/subscriptions/${subscriptionId}`;
  const keep = (type: string, resourceName: string, properties: Properties): void => {
    const id = `${scope}/providers/${type}/${resourceName}`;
    const now = new Date().toISOString();
    const by = { createdBy: "bootstrap", createdByType: "User", createdAt: now };
    const changed = { lastModifiedBy: "bootstrap", lastModifiedByType: "User", lastModifiedAt: now };
    resources.set(idKey(id), { id, name: resourceName, type, properties, systemData: { ...by, ...changed } });
  };
  keep("Microsoft.Authorization/roleDefinitions", definition.guid, {
    roleName: role.displayName,
    roleType: "CustomRole",
    description: role.description,
    assignableScopes: [scope],
    permissions: definition.permissions,
  });

  const administrator =
    directory.all("user").find(({ displayName }) => displayName === administratorName) ??
    directory.addUser(administratorName, `${administratorName}@sandbox.invalid`);
  const application = known ?? directory.addApplication(name, { description: "Brings the stacks up." });
  const [credential] = directory.credentialsOf(application.id);
  directory.putCredential(
    {
      applicationId: application.id,
      displayName: "github-environment",
      issuer: gitHubIssuer,
      subject: platformSubject,
      audiences: [exchangeAudience],
    },
    credential?.id,
  );
  const assign = (
    { kind, id: principalId }: User | ServicePrincipal,
    roleGuid: string,
    condition?: string,
  ): void => {
    const roleId = roleDefinitionId(subscriptionId, roleGuid);
    keep("Microsoft.Authorization/roleAssignments", assignmentName(scope, principalId, roleId), {
      principalId,
      principalType: kind === "user" ? "User" : "ServicePrincipal",
      roleDefinitionId: roleId,
      ...(condition === undefined ? {} : { condition, conditionVersion: "2.0" }),
    });
  };
  // The service principal comes last: with it the seed is known to be complete.
  const principal = directory.newServicePrincipal(application.appId, {});
  assign(administrator, roleGuids.owner);
  assign(principal, definition.guid);
  assign(
    principal,
    roleGuids.accessControlAdministrator,
    platformCondition(subscriptionId, organization, modes, assignable),
  );
  directory.put(principal);
}
