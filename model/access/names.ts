import { v5 } from "uuid";

/**
 * Name (GUID) of a role assignment: the same three always give the same name, in any spelling of case, so that a
 * second run finds what the first one made.
 */
export function assignmentName(scope: string, principalId: string, roleDefinitionId: string): string {
  return derived("assignment", scope, principalId, roleDefinitionId);
}

/** GUID of a custom role, known before it exists. */
export function customRoleGuid(subscriptionId: string, organization: string, key: string): string {
  return derived("role", subscriptionId, organization, key);
}

function derived(...parts: string[]): string {
  return v5(["airlock", ...parts].join("|").toLowerCase(), v5.URL);
}
