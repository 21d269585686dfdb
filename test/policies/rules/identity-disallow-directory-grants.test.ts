import { identityDisallowDirectoryGrants } from "../../../policies/rules/identity-disallow-directory-grants";
import { type Properties, unknown } from "../../../policies/values";
import { stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const check = (kind: string, properties: Properties = {}, name: "dev" | "prod" | "shared" = "shared") =>
  verdicts(
    identityDisallowDirectoryGrants,
    stack(name),
    `azuread:index/${kind[0].toLowerCase()}${kind.slice(1)}:${kind}`,
    properties,
  );
const fix = "Manage it in Entra ID, where its owner reviews it, or exempt it";

test.each([
  ["GroupMember", "puts somebody into a group, who then holds what the group holds"],
  ["ApplicationOwner", "makes somebody an owner of an application, who can then sign in as it"],
  ["DirectoryRole", "gives rights in the directory"],
  ["DirectoryRoleAssignment", "gives rights in the directory"],
  ["DirectoryRoleMember", "gives rights in the directory"],
  ["DirectoryRoleEligibilityScheduleRequest", "gives rights in the directory"],
  ["CustomDirectoryRole", "defines rights in the directory"],
  ["AppRoleAssignment", "gives rights on an API, such as on the directory itself"],
  ["ServicePrincipalDelegatedPermissionGrant", "lets an application act for the people who use it"],
  ["AdministrativeUnit", "changes who administers groups and users"],
  ["AdministrativeUnitRoleMember", "changes who administers groups and users"],
  ["PrivilegedAccessGroupEligibilitySchedule", "changes who can become a member of a group"],
  ["PrivilegedAccessGroupAssignmentSchedule", "changes who can become a member of a group"],
  ["AccessPackageAssignmentPolicy", "lets people ask for membership of groups"],
  ["Invitation", "lets somebody into the tenant"],
])("%s is refused from any stack: there is one directory", (kind, does) => {
  for (const name of ["dev", "prod", "shared"] as const) {
    expect(check(kind, {}, name)).toEqual([`${kind} ${does} (it: type). ${fix}`]);
  }
});

test.each<[string, Properties, string]>([
  [
    "Group",
    { members: ["a", unknown] },
    "the group has members: a, somebody who is not known yet (it: members)",
  ],
  ["Group", { members: unknown }, "the group's members are not known before `pulumi up` (it: members)"],
  ["Group", { owners: ["a"] }, "the group has owners: a (it: owners)"],
  ["GroupWithoutMembers", { owners: ["a"] }, "the group has owners: a (it: owners)"],
  ["Application", { owners: ["a"] }, "the application has owners: a (it: owners)"],
  [
    "ServicePrincipal",
    { owners: unknown },
    "the application's owners are not known before `pulumi up` (it: owners)",
  ],
  [
    "Group",
    { administrativeUnitIds: ["u"] },
    "the group has administrative units: u (it: administrativeUnitIds)",
  ],
  [
    "Group",
    { dynamicMembership: { enabled: true, rule: "true" } },
    "whoever fits a rule is a member of the group (it: dynamicMembership.rule)",
  ],
  [
    "Group",
    { dynamicMembership: unknown },
    "whoever fits a rule is a member of the group (it: dynamicMembership)",
  ],
  ["Group", { visibility: "Public" }, "anyone may join the group (it: visibility)"],
  ["Group", { types: ["Unified"] }, "anyone may join the group (it: visibility)"],
])(
  "%s with %p is refused in every stack; what nobody knows yet, in strict ones",
  (kind, properties, what) => {
    const said = [`${what}. ${fix}`];
    expect(check(kind, properties)).toEqual(said);
    expect(check(kind, properties, "prod")).toEqual(said);
    const later = what.includes("not known before");
    expect(check(kind, properties, "dev")).toEqual(later ? [] : said);
  },
);

test("what grants nothing passes", () => {
  expect(check("Group", { displayName: "sre", securityEnabled: true, members: [], owners: [] })).toEqual([]);
  expect(check("Application", { displayName: "x" })).toEqual([]);
  for (const kind of ["ConditionalAccessPolicy", "NamedLocation", "ServicePrincipal"]) {
    expect(check(kind)).toEqual([]);
  }
  expect(
    verdicts(identityDisallowDirectoryGrants, stack("prod"), "kubernetes:core/v1:Pod", { owners: ["a"] }),
  ).toEqual([]);
});
