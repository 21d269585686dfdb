import { AccessMatrix } from "../../components";
import { repositoryCondition } from "../../model/access/condition";
import { assignmentName } from "../../model/access/names";
import { repositoryDataActions, roleGuids } from "../../model/access/roles";
import { outline, register } from "../support/recorder";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const scope = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contosodev`;
const principals = { sre: { objectId: "33333333-3333-4333-8333-333333333333", principalType: "Group" } };

function build(roleGuid: string, identity = "sre", permissionMode = "abac") {
  const grants = { "sre-reader": { identity, roleGuid, condition: "a condition" } };
  return new AccessMatrix("dev", { subscriptionId, scope, permissionMode, grants, principals });
}

async function refusal(attempt: () => unknown): Promise<string> {
  let message = "";
  await register(() => {
    try {
      attempt();
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

test("a filled cell is one role assignment with a name that never changes", async () => {
  const registered = await register(() => build(roleGuids.repositoryReader));
  expect(outline(registered)).toEqual([
    "airlock:index:AccessMatrix dev",
    "azure-native:authorization:RoleAssignment dev-sre-reader",
  ]);
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleGuids.repositoryReader}`;
  expect(registered[1].inputs).toEqual({
    roleAssignmentName: assignmentName(scope, principals.sre.objectId, roleDefinitionId),
    scope,
    principalId: principals.sre.objectId,
    principalType: "Group",
    roleDefinitionId,
    condition: "a condition",
    conditionVersion: "2.0",
  });
});

test.each([
  ["abac", "acrPull", "AcrPull", "Container Registry Repository Reader, and Catalog Lister to list"],
  ["abac", "acrPush", "AcrPush", "Container Registry Repository Writer"],
  ["abac", "acrDelete", "AcrDelete", "Container Registry Repository Contributor"],
  ["rbac", "repositoryReader", "Container Registry Repository Reader", "AcrPull"],
  ["rbac", "repositoryWriter", "Container Registry Repository Writer", "AcrPush"],
] as const)(
  "in %s mode the role %s is refused: the registry would ignore it",
  async (mode, role, title, fix) => {
    expect(await refusal(() => build(roleGuids[role], "sre", mode))).toBe(
      `AccessMatrix "dev": grants.sre-reader: sre gets ${title}, which a registry in ${mode} mode ignores. Assign ${fix}`,
    );
  },
);

test("a condition that Azure would not honour is refused", async () => {
  const condition = repositoryCondition([repositoryDataActions.metadataWrite], ["iam/*"]);
  const grants = { "sre-locker": { identity: "sre", roleGuid: roleGuids.catalogLister, condition } };
  const build = () =>
    new AccessMatrix("dev", { subscriptionId, scope, permissionMode: "abac", grants, principals });
  expect(await refusal(build)).toBe(
    'AccessMatrix "dev": grants.sre-locker: the condition on Container Registry Repository Catalog Lister of sre narrows nothing: the role reaches all of dev. Use a repository role, or take the condition away and trust the identity with the whole registry',
  );
});

test("a grant to somebody unknown is refused before anything is assigned", async () => {
  const grants = {
    "a-sre": { identity: "sre", roleGuid: roleGuids.reader },
    "b-qa": { identity: "qa", roleGuid: roleGuids.reader },
  };
  const registered = await register(() => {
    expect(() => new AccessMatrix("dev", { subscriptionId, scope, grants, principals })).toThrow(
      'AccessMatrix "dev": grants.b-qa names qa, who is not among the principals',
    );
  });
  expect(outline(registered)).toEqual(["airlock:index:AccessMatrix dev"]);
});

test("a permission mode that Azure doesn't know is refused", async () => {
  expect(await refusal(() => build(roleGuids.reader, "sre", "open"))).toBe(
    'AccessMatrix "dev": permissionMode is open; expected abac or rbac',
  );
});
