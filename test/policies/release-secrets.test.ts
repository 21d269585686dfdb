import { passwordVaultId } from "../../model/release/password-vault";
import { roleGuids } from "../../model/access/roles";
import { accessRestrictMatrix } from "../../policies/rules/access-restrict-matrix";
import { targetsOf } from "../../policies/access/matrix-cells";
import { stackFacts } from "../../policies/stack-facts";
import { releaseStack, roleId, subscriptionId, today } from "./support/stacks";
import { verdicts } from "./support/verdicts";

const passwordVault = { name: "contoso-releases-kv", resourceGroup: "contoso-shared-rg" };
const vault = passwordVaultId({ subscriptionId }, passwordVault);
const opened = "2026-11-20T10:00:00Z";

/** The release's stack, where staging is on its way out and prod is open. */
function facts() {
  const stages = { staging: { opened, closing: opened }, prod: { opened } };
  const { settings } = releaseStack({ stages });
  return stackFacts({ ...settings, releases: { ...settings.releases, passwordVault } }, today);
}

const check = (scope: string) =>
  verdicts(accessRestrictMatrix, facts(), "azure-native:authorization:RoleAssignment", {
    scope,
    roleDefinitionId: roleId(roleGuids.secretsUser),
    principalId: "aaaaaaaa-0000-4000-8000-000000000001",
    principalType: "ServicePrincipal",
  });
const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";

test("a release reads the secret of its open stage, and no other", () => {
  const secrets = targetsOf(facts()).filter(({ kind }) => kind === "secret");
  expect(secrets.map(({ environment }) => environment)).toEqual(["staging", "prod"]);
  const [closing, open] = secrets.map(({ id }) => id);
  expect(check(open)).toEqual([]);
  expect(check(closing)).toEqual([
    `no cell of the access matrix accounts for Key Vault Secrets User on ${closing.slice(vault.length + "/secrets/".length)} (it: roleDefinitionId). ${fix}`,
  ]);
  expect(check(`${vault}/secrets/other`)).toEqual([expect.stringContaining("(it: scope)")]);
  expect(check(vault)).toEqual([expect.stringContaining("(it: scope)")]);
});
