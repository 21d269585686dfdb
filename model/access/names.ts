import { v5 } from "uuid";

/**
 * Name (GUID) of a role assignment: the same three always give the same name, in any spelling of case, so that a
 * second run finds what the first one made.
 */
export function assignmentName(scope: string, principalId: string, roleDefinitionId: string): string {
  return derived("assignment", scope, principalId, roleDefinitionId);
}

// There are few, and policies ask for them with every assignment.
const roleGuids = new Map<string, string>();

/** GUID of a custom role, known before it exists. */
export function customRoleGuid(subscriptionId: string, organization: string, key: string): string {
  const role = [subscriptionId, organization, key].join("|");
  const guid = roleGuids.get(role) ?? derived("role", subscriptionId, organization, key);
  roleGuids.set(role, guid);
  return guid;
}

function derived(...parts: string[]): string {
  return v5(["airlock", ...parts].join("|").toLowerCase(), v5.URL);
}
