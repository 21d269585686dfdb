import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, isObject, type Properties, propertyPath, textOf, unknown, type Value } from "../values";

/** Entra ID is behind the matrix: who changes a group or an application there changes who holds its cells. */
export const identityDisallowDirectoryGrants: ResourceRule = {
  name: "identity-disallow-directory-grants",
  displayName: "No grants in the directory",
  description:
    "No program puts anyone into a group, makes them the owner of an application or gives them rights in Entra ID.",
  severity: "critical",
  remediationSteps:
    "Manage members, owners and directory roles in Entra ID, where their owner reviews them, or exempt the one that has to be in the program.",
  looksAt: [
    "In every stack, since all environments share one directory: members of groups and owners of applications that are resources of their own, directory roles (active and eligible), application permissions and delegated permissions on Graph and other APIs, custom directory roles, administrative units, access packages, eligible membership, invitations.",
    "What stands inside a group, application or service principal: `members`, `owners`, a rule of dynamic membership, a group that anyone may join, an administrative unit. In every stack: a program may adopt what another one made.",
    "Conditional access and named locations grant nothing and pass.",
    "What it can't see is who is in a group already: `airlock access --live` reads the members.",
  ],
  reachesFurther: true,
  why: "The matrix gives `sre` the right to pull from prod; who is `sre` is a line in Entra ID. Whoever joins a group gains its cells, whoever owns an application can sign in as it, and whoever may administer applications owns all of them.",
  check: ({ type, properties }, stack) => {
    if (!type.startsWith("azuread:")) return [];
    const kind = type.split(":").pop() ?? "";
    const does = grants.find(([pattern]) => pattern.test(kind))?.[1];
    if (does !== undefined) return [{ what: `${kind} ${does}`, property: "type", fix }];
    return carriers.test(kind) ? insideFindings(kind, properties, stack) : [];
  },
};

const fix = "Manage it in Entra ID, where its owner reviews it, or exempt it";

/** Resources that grant by being there → what they do. */
const grants: readonly (readonly [kind: RegExp, does: string])[] = [
  [/^GroupMember$/, "puts somebody into a group, who then holds what the group holds"],
  [/^ApplicationOwner$/, "makes somebody an owner of an application, who can then sign in as it"],
  [/^CustomDirectoryRole$/, "defines rights in the directory"],
  [/^DirectoryRole/, "gives rights in the directory"],
  [/^AppRoleAssignment$/, "gives rights on an API, such as on the directory itself"],
  [/^ServicePrincipalDelegatedPermissionGrant$/, "lets an application act for the people who use it"],
  [/^AdministrativeUnit/, "changes who administers groups and users"],
  [/^PrivilegedAccessGroup|^GroupRoleManagementPolicy$/, "changes who can become a member of a group"],
  [/^AccessPackage/, "lets people ask for membership of groups"],
  [/^Invitation$/, "lets somebody into the tenant"],
];

const carriers = /^(?:Application|ApplicationRegistration|ServicePrincipal|Group|GroupWithoutMembers)$/;

/** What a new group or application grants from the start. */
function insideFindings(kind: string, properties: Properties, { strict }: StackFacts): Finding[] {
  const finding = (what: string, property: string): Finding => ({ what, property, fix });
  const noun = kind.startsWith("Group") ? "the group" : "the application";
  const lists = ["members", "owners", "administrativeUnitIds"].flatMap((key) => {
    const words = key === "administrativeUnitIds" ? "administrative units" : key;
    const value = properties[key];
    if (value === unknown && !strict) return [];
    if (value === unknown) return [finding(`${noun}'s ${words} are not known before \`pulumi up\``, key)];
    return isList(value) && value.length > 0 ? [finding(`${noun} has ${words}: ${shown(value)}`, key)] : [];
  });
  const { dynamicMembership, visibility, types } = properties;
  // Microsoft 365 groups are open unless they say otherwise.
  const closed = isList(types) && types.includes("Unified") ? /^(?:private|hiddenmembership)$/i : undefined;
  const stated = textOf(visibility) ?? "";
  const rule = dynamicMembership !== undefined && dynamicMembership !== null;
  const path = isObject(dynamicMembership) ? propertyPath("dynamicMembership", "rule") : "dynamicMembership";
  return [
    ...lists,
    ...(rule ? [finding("whoever fits a rule is a member of the group", path)] : []),
    ...(stated.toLowerCase() === "public" || (closed && !closed.test(stated))
      ? [finding("anyone may join the group", "visibility")]
      : []),
  ];
}

function shown(values: readonly Value[]): string {
  return values
    .map((value) => (typeof value === "string" ? value : "somebody who is not known yet"))
    .join(", ");
}
