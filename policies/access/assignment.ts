import { roleGuidOf } from "../../model/access/roles";
import { isAssignment, isRoleDefinition } from "../../model/azure/kinds";
import { azureResource } from "../../model/azure/resource";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { type Properties } from "../values";
import { roleOf } from "./role-reading";

/** A role assignment: standing, eligible or for a while, in every form that a program can write it in. */
export interface Assignment {
  /** GUID of the role; left out when it is not known yet. */
  readonly guid?: string;
  /** How a finding speaks of the role. */
  readonly called: string;
  readonly properties: Properties;
  /** Where the properties stand in the resource. */
  readonly root: string;
}

/** The role assignment that a resource is, if it is one. */
export function assignmentIn(
  resource: Resource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Assignment | undefined {
  const azure = azureResource(resource, stack.settings.subscriptionId);
  if (azure === undefined || !isAssignment(azure)) return undefined;
  const { properties, root } = azure;
  const named = roleOf(properties, stack, earlier);
  if (named.role) return { guid: named.role.guid, called: named.role.name, properties, root };
  const { roleDefinitionId } = properties;
  const guid = typeof roleDefinitionId === "string" ? roleGuidOf(roleDefinitionId) : undefined;
  return { called: named.called, properties, root, ...(guid !== undefined && { guid }) };
}

/** Name of the property that says which role is assigned. */
export function roleProperty({ roleDefinitionId }: Properties): string {
  return roleDefinitionId === undefined ? "roleDefinitionName" : "roleDefinitionId";
}

/** What the rules about assignments recall: the assignments, and the definitions that say what a role permits. */
export function isAboutRoles(resource: Resource, stack: StackFacts): boolean {
  const azure = azureResource(resource, stack.settings.subscriptionId);
  return azure !== undefined && (isRoleDefinition(azure) || isAssignment(azure));
}
