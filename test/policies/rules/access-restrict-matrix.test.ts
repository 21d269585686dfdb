import { customRoleGuid } from "../../../model/access/custom-roles";
import { expandMatrix } from "../../../model/access/matrix";
import { signingVaultId } from "../../../model/physical-names";
import { roleGuids } from "../../../model/access/roles";
import { accessRestrictMatrix } from "../../../policies/rules/access-restrict-matrix";
import type { Resource } from "../../../policies/rule";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { registryId, roleId, stack, subscriptionId } from "../support/stacks";
import { judge, verdicts } from "../support/verdicts";

const promoter = "aaaaaaaa-0000-4000-8000-000000000001";
const stranger = "bbbbbbbb-0000-4000-8000-000000000001";
const type = "azure-native:authorization:RoleAssignment";
const group = `/subscriptions/${subscriptionId}/resourceGroups/contoso-prod-rg`;
const own = (key: string) => customRoleGuid(subscriptionId, "contoso", key);
const assignment = (role: string, principalId: Value, more: Properties = {}): Properties => ({
  scope: registryId("prod"),
  roleDefinitionId: roleId(role),
  principalId,
  ...more,
});
const resource = (name: string, properties: Properties): Resource => ({ type, name, properties });
const check = (properties: Properties, earlier: readonly Resource[] = [], facts = stack("prod")) =>
  verdicts(accessRestrictMatrix, facts, type, properties, earlier);
const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";
const twoImporters = `contoso image importer is assigned to 2 principals, but the access matrix gives it to 1: sp-contoso-prod-pipeline (it: principalId). ${fix}`;
const first = resource("promoter", assignment(own("importer"), promoter));

/** Every assignment of an environment's registry, as the library makes them. */
function program(environment: "dev" | "staging" | "prod", principalOf: (identity: string) => Value) {
  return expandMatrix(stack(environment).settings)
    .filter(({ target }) => target.kind === "registry" && target.environment === environment)
    .map(({ identity, role, condition }, index) =>
      resource(`${identity}-${index}`, {
        scope: unknown,
        roleDefinitionId: roleId(role.kind === "custom" ? own(role.key) : role.guid),
        principalId: principalOf(identity),
        principalType: identity === "iam_team" ? "Group" : "ServicePrincipal",
        ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
      }),
    );
}

test.each(["dev", "staging", "prod"] as const)(
  "all cells of %s pass, with ids that are known or not",
  (name) => {
    for (const principalOf of [(identity: string): Value => `id of ${identity}`, (): Value => unknown]) {
      expect(judge(accessRestrictMatrix, stack(name), program(name, principalOf))).toEqual([]);
    }
  },
);

describe("what no cell accounts for", () => {
  test.each<[string, Properties, string, string]>([
    ["another role", assignment(roleGuids.acrPush, stranger), "AcrPush on contosoprod", "roleDefinitionId"],
    [
      "a role that nobody knows",
      assignment("99999999-0000-4000-8000-000000000000", stranger),
      "role 99999999-0000-4000-8000-000000000000 on contosoprod",
      "roleDefinitionId",
    ],
    [
      "a role by name",
      { scope: registryId("prod"), roleDefinitionName: "AcrPull", principalId: stranger },
      "AcrPull on contosoprod",
      "roleDefinitionName",
    ],
    [
      "a reader of the resource group",
      assignment(roleGuids.reader, stranger, { scope: group }),
      "Reader on contoso-prod-rg",
      "roleDefinitionId",
    ],
    [
      "the subscription",
      assignment(own("importer"), promoter, { scope: `/subscriptions/${subscriptionId}` }),
      `contoso image importer on subscription ${subscriptionId}`,
      "scope",
    ],
    [
      "another stack's registry",
      assignment(own("sourceReader"), promoter, { scope: registryId("staging") }),
      "contoso import source reader on …/registries/contosostaging",
      "scope",
    ],
    [
      "a storage account",
      assignment(roleGuids.reader, stranger, {
        scope: `${group}/providers/Microsoft.Storage/storageAccounts/logs`,
      }),
      "Reader on …/storageAccounts/logs",
      "scope",
    ],
    [
      "no scope",
      assignment(own("importer"), promoter, { scope: undefined }),
      "contoso image importer on nothing that is named",
      "scope",
    ],
    [
      "a condition that the cell doesn't have",
      assignment(own("locker"), promoter, { condition: "(true)" }),
      "contoso image locker on contosoprod under this condition",
      "condition",
    ],
    [
      "a user",
      assignment(own("importer"), promoter, { principalType: "User" }),
      "contoso image importer on contosoprod, given to a User",
      "principalType",
    ],
    [
      "a group, where the cell is an application's",
      assignment(own("importer"), promoter, { principalType: "Group" }),
      "contoso image importer on contosoprod, given to a Group",
      "principalType",
    ],
  ])("%s", (_, properties, what, property) => {
    expect(check(properties)).toEqual([
      `no cell of the access matrix accounts for ${what} (it: ${property}). ${fix}`,
    ]);
  });

  test("upper case is no other role, target or principal type", () => {
    const shouted = assignment(own("importer").toUpperCase(), promoter.toUpperCase(), {
      scope: registryId("prod").toUpperCase(),
      principalType: "serviceprincipal",
    });
    expect(check(shouted)).toEqual([]);
    expect(check(assignment(roleGuids.acrPush.toUpperCase(), stranger))).toEqual([
      "no cell of the access matrix accounts for AcrPush on contosoprod (it: roleDefinitionId). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
  });

  test.each<[string, Properties]>([
    ["azure-native:authorization/v20220401:RoleAssignment", assignment(roleGuids.reader, stranger)],
    ["azure:authorization/assignment:Assignment", assignment(roleGuids.reader, stranger)],
    ["azure-native:authorization:PimRoleEligibilitySchedule", assignment(roleGuids.reader, stranger)],
    [
      "azure-native:authorization/v20201001:RoleAssignmentScheduleRequest",
      assignment(roleGuids.reader, stranger),
    ],
    ["azure:pim/eligibleRoleAssignment:EligibleRoleAssignment", assignment(roleGuids.reader, stranger)],
    [
      "azure-native:resources:Resource",
      {
        resourceProviderNamespace: "Microsoft.Authorization",
        parentResourcePath: "",
        resourceType: "roleEligibilityScheduleRequests",
        resourceName: "x",
        resourceGroupName: "contoso-prod-rg",
        properties: { roleDefinitionId: roleId(roleGuids.reader), principalId: stranger },
      },
    ],
  ])("%s is an assignment", (token, properties) => {
    const [on, root] = "properties" in properties ? ["contoso-prod-rg", "properties."] : ["contosoprod", ""];
    expect(verdicts(accessRestrictMatrix, stack("prod"), token, properties)).toEqual([
      `no cell of the access matrix accounts for Reader on ${on} (it: ${root}roleDefinitionId). Remove the assignment, or state it in the access matrix, where it can be reviewed`,
    ]);
  });

  test("what the matrix gives in dev passes under its own condition alone", () => {
    const dev = stack("dev");
    const cell = expandMatrix(dev.settings).find(
      ({ identity, column }) => identity === "iam_team" && column === "dev",
    );
    const team = (condition: Value) =>
      assignment(roleGuids.repositoryWriter, stranger, { scope: registryId("dev"), condition });
    expect(check(team(cell?.condition), [], dev)).toEqual([]);
    for (const condition of [undefined, null, ""]) {
      expect(check(team(condition), [], dev)).toEqual([
        `no cell of the access matrix accounts for Container Registry Repository Writer on contosodev without a condition (it: condition). ${fix}`,
      ]);
    }
    expect(check(team("(true)"), [], dev)).toEqual([
      "no cell of the access matrix accounts for Container Registry Repository Writer on contosodev under this condition (it: condition). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
  });

  test("the shared stack assigns roles on the signing vault alone", () => {
    const signing = stack("shared", "contoso", {
      access: { "sp-contoso-dev-pipeline": { signing: ["sign"] } },
    });
    const signer = (scope: Value) => assignment(roleGuids.cryptoUser, promoter, { scope });
    expect(check(signer(signingVaultId(signing.settings)), [], signing)).toEqual([]);
    expect(check(signer(unknown), [], signing)).toEqual([]);
    expect(check(signer(registryId("dev")), [], signing)).toEqual([
      "no cell of the access matrix accounts for Key Vault Crypto User on …/registries/contosodev (it: scope). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
    expect(check(signer(signingVaultId(signing.settings)), [], stack("shared"))).toEqual([
      "no cell of the access matrix accounts for Key Vault Crypto User on contoso-signing-kv (it: roleDefinitionId). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
    expect(check(assignment(own("importer"), promoter), [], stack("shared"))).toEqual([
      "no cell of the access matrix accounts for contoso image importer on …/registries/contosoprod (it: scope). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
  });
});

describe("what is not known before `pulumi up`", () => {
  test("a role is refused where everything is strict, and judged later elsewhere", () => {
    const hidden: Properties = {
      scope: registryId("prod"),
      principalId: promoter,
      roleDefinitionId: unknown,
    };
    expect(check(hidden)).toEqual([
      "the role is not known before `pulumi up` (it: roleDefinitionId). Name the role by its GUID in the program",
    ]);
    expect(check({ ...hidden, scope: registryId("dev") }, [], stack("dev"))).toEqual([]);
    expect(check({ ...hidden, roleDefinitionId: 7 }, [], stack("dev"))).toEqual([
      "no cell of the access matrix accounts for a role that is not known before `pulumi up` on …/registries/contosoprod (it: scope). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
  });

  test("so is a condition", () => {
    const hidden = (environment: string) =>
      assignment(own("locker"), promoter, { scope: registryId(environment), condition: unknown });
    expect(check(hidden("prod"))).toEqual([
      "no cell of the access matrix accounts for contoso image locker on contosoprod under this condition (it: condition). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
    expect(check(hidden("staging"), [], stack("staging"))).toEqual([]);
  });
});

describe("who holds a role", () => {
  test("one holder for one cell passes, and the same one again", () => {
    expect(check(assignment(own("importer"), promoter))).toEqual([]);
    expect(check(assignment(own("importer"), promoter.toUpperCase()), [first])).toEqual([]);
  });

  test("one more than the matrix has is refused, whichever comes first", () => {
    expect(check(assignment(own("importer"), stranger), [first])).toEqual([twoImporters]);
    const other = resource("other", assignment(own("importer"), stranger));
    expect(check(assignment(own("importer"), promoter), [other])).toEqual([twoImporters]);
  });

  test("scope and principal that are not known yet count", () => {
    expect(check(assignment(own("importer"), stranger, { scope: unknown }), [first])).toEqual([twoImporters]);
    expect(check(assignment(own("importer"), unknown), [first])).toEqual([twoImporters]);
    expect(check(assignment(own("importer"), 7), [first])).toEqual([twoImporters]);
  });

  test("a classic or eligible assignment counts like a native one", () => {
    for (const token of [
      "azure:authorization/assignment:Assignment",
      "azure-native:authorization:PimRoleEligibilitySchedule",
    ]) {
      const other = { ...first, type: token };
      expect(accessRestrictMatrix.recalls?.(other, stack("prod"))).toBe(true);
      expect(check(assignment(own("importer"), stranger), [other])).toEqual([twoImporters]);
    }
  });

  test("groups don't take the cells of applications", () => {
    const both = stack("prod", "contoso", {
      identities: { sre: { kind: "group" }, deployer: { kind: "application", githubEnvironment: "prod" } },
      access: { sre: { prod: ["pull"] }, deployer: { prod: ["pull"] } },
    });
    const reader = (principalId: string, principalType: string) =>
      assignment(roleGuids.repositoryReader, principalId, { principalType });
    const one = resource("one", reader(promoter, "Group"));
    expect(check(reader(stranger, "ServicePrincipal"), [one], both)).toEqual([]);
    expect(check(reader(stranger, "Group"), [one], both)).toEqual([
      `Container Registry Repository Reader is assigned to 2 principals, but the access matrix gives it to 1: sre (it: principalId). ${fix}`,
    ]);
  });

  test("one principal is one identity: it holds nothing that is another's", () => {
    expect(check(assignment(own("custodian"), promoter), [first])).toEqual([
      `${promoter} holds contoso image custodian besides contoso image importer: no identity of the access matrix has both (it: principalId). ${fix}`,
    ]);
    expect(check(assignment(own("locker"), promoter), [first])).toEqual([]);
    expect(check(assignment(own("custodian"), unknown), [first])).toEqual([]);
  });

  test("one identity is one principal: its roles are not spread", () => {
    expect(check(assignment(own("locker"), stranger), [first])).toEqual([
      `contoso image locker goes to ${stranger}, but the access matrix gives it to sp-contoso-prod-pipeline, whose other roles another principal holds (it: principalId). ${fix}`,
    ]);
  });

  test("identities with the same roles can't be told apart, and needn't be", () => {
    const twins = stack("prod", "contoso", {
      access: {
        "sp-contoso-prod-pipeline": { prod: ["pull", "lock"] },
        custodian: { prod: ["pull", "lock"] },
      },
    });
    const holdings = [promoter, stranger].flatMap((id) => [
      resource(`pull-${id}`, assignment(roleGuids.repositoryReader, id)),
      resource(`lock-${id}`, assignment(own("locker"), id)),
    ]);
    expect(judge(accessRestrictMatrix, twins, holdings)).toEqual([]);
  });
});

test("other types are left alone", () => {
  for (const other of [
    "azure-native:storage:StorageAccount",
    "azure-native:authorization:PolicyAssignment",
  ]) {
    expect(verdicts(accessRestrictMatrix, stack("prod"), other, { scope: unknown })).toEqual([]);
  }
});
