import { customRoleGuid } from "../../model/access/custom-roles";
import { expandMatrix } from "../../model/access/matrix";
import { roleGuids } from "../../model/access/roles";
import { registryRestrictWriters } from "../../policies/registry-restrict-writers";
import type { Resource } from "../../policies/rule";
import { type Properties, unknown, type Value } from "../../policies/values";
import { registryId, roleId, stack, subscriptionId } from "./support/stacks";
import { verdicts } from "./support/verdicts";

const promoter = "aaaaaaaa-0000-4000-8000-000000000001";
const stranger = "bbbbbbbb-0000-4000-8000-000000000001";
const type = "azure-native:authorization:RoleAssignment";
const own = (key: string) => customRoleGuid(subscriptionId, "contoso", key);
const assignment = (role: string, principalId: Value, more: Properties = {}): Properties => ({
  scope: registryId("prod"),
  roleDefinitionId: roleId(role),
  principalId,
  ...more,
});
const resource = (name: string, properties: Properties): Resource => ({ type, name, properties });
const check = (properties: Properties, earlier: readonly Resource[] = [], facts = stack("prod")) =>
  verdicts(registryRestrictWriters, facts, type, properties, earlier);
const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";
const twoImporters = `contoso image importer, which lets its holder import images from anywhere in contosoprod, is assigned to 2 identities, but the access matrix gives it to 1: sp-contoso-prod-pipeline (it: principalId). ${fix}`;
const first = resource("promoter", assignment(own("importer"), promoter));

test("one holder for one cell passes, and the same one again", () => {
  expect(check(assignment(own("importer"), promoter))).toEqual([]);
  expect(check(assignment(own("importer"), promoter.toUpperCase()), [first])).toEqual([]);
  expect(check(assignment(own("locker"), stranger), [first])).toEqual([]);
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

test("a classic assignment counts like a native one", () => {
  const classic = { ...first, type: "azure:authorization/assignment:Assignment" };
  expect(registryRestrictWriters.recalls?.(classic, stack("prod"))).toBe(true);
  expect(check(assignment(own("importer"), stranger), [classic])).toEqual([twoImporters]);
});

test("a role to write that no cell accounts for is refused in every environment", () => {
  const everything = assignment(roleGuids.repositoryContributor, stranger, { scope: registryId("staging") });
  expect(check(everything, [], stack("staging"))).toEqual([
    `no cell of the access matrix accounts for Container Registry Repository Contributor, which lets its holder push images, delete images and unlock images in contosostaging (it: roleDefinitionId). ${fix}`,
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
  expect(check(team(undefined), [], dev)).toHaveLength(1);
  expect(check(team(unknown), [], dev)).toHaveLength(1);
});

test("in a protected environment registry-disallow-prod-push speaks alone", () => {
  expect(check(assignment(roleGuids.acrPush, stranger))).toEqual([]);
});

test("who reads, who has rights elsewhere, and other types are left alone", () => {
  expect(check(assignment(roleGuids.repositoryReader, stranger), [first])).toEqual([]);
  expect(check(assignment(own("importer"), stranger, { scope: registryId("dev") }), [first])).toEqual([]);
  expect(check(assignment(own("importer"), stranger), [first], stack("shared"))).toEqual([]);
  expect(check({})).toEqual([]);
  expect(
    verdicts(registryRestrictWriters, stack("prod"), "azure-native:storage:StorageAccount", {
      scope: unknown,
    }),
  ).toEqual([]);
});

test("no condition is no condition, however it is written", () => {
  for (const condition of [null, ""]) {
    expect(check(assignment(own("importer"), stranger, { condition }), [first])).toEqual([twoImporters]);
  }
});
