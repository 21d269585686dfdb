import { accessRestrictMatrix } from "../../policies/rules/access-restrict-matrix";
import type { Resource } from "../../policies/rule";
import { messages } from "../../tools/docs/judge";
import { pocStack, roleId, subscriptionId } from "./support/stacks";

const vault = `/subscriptions/${subscriptionId}/resourceGroups/contoso-poc-shared-rg/providers/Microsoft.KeyVault/vaults/contoso-poc-secrets-kv`;
const facts = pocStack({
  passwords: {
    "a-scanner": {
      environment: "staging",
      repositories: ["iam/auth-service"],
      identity: "sp-contoso-poc-staging-pipeline",
      reason: "it signs in to registries with a password alone",
      from: "2026-11-21T10:00:00Z",
    },
  },
});
const [secretsUser, secretsOfficer] = [
  "4633458b-17de-408a-b874-0445c86b69e6",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
];
const type = "azure-native:authorization:RoleAssignment";

/** What is found about a role on a scope, for one principal or more. */
function found(role: string, scope: string, ...principals: string[]): string[] {
  const resources = principals.map((principalId, index): Resource => ({
    type,
    name: `it-${index}`,
    properties: { scope, principalId, principalType: "ServicePrincipal", roleDefinitionId: roleId(role) },
  }));
  return messages(accessRestrictMatrix, facts, resources);
}
const one = "11111111-2222-4333-8444-555555555551";

test("one identity reads the secret that it is stated for", () => {
  expect(found(secretsUser, `${vault}/secrets/a-scanner`, one)).toEqual([]);
});

test.each([
  ["the whole vault", secretsUser, vault],
  ["another secret", secretsUser, `${vault}/secrets/another`],
  ["more than reading", secretsOfficer, `${vault}/secrets/a-scanner`],
])("%s is refused", (_, role, scope) => {
  expect(found(role, scope, one)).toEqual([
    expect.stringMatching(/^no cell of the access matrix accounts for Key Vault Secrets/),
  ]);
});

test("and so is a second reader", () => {
  const another = "11111111-2222-4333-8444-555555555552";
  expect(found(secretsUser, `${vault}/secrets/a-scanner`, one, another)).toHaveLength(1);
});
