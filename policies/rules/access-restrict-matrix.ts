import { describeScope } from "../../model/access/scopes";
import { type Assignment, assignmentIn, isAboutRoles, roleProperty } from "../access/assignment";
import { areDistinct, type Holding, holdersOf, holdingsOf, possibleIdentities } from "../access/holders";
import {
  cellsOfRole,
  cellsOn,
  isCondition,
  statedCondition,
  type Target,
  targetsAt,
} from "../access/matrix-cells";
import { pathClusterFindings } from "../access/path-clusters";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath, textOf, unknown, type Value } from "../values";

/**
 * The matrix is closed: what no cell gives is refused. A principal's id does not say whose it is, and no policy is shown
 * the shared stack that knows; but the matrix says how many hold a role, and which roles one identity holds together.
 */
export const accessRestrictMatrix: ResourceRule = {
  name: "access-restrict-matrix",
  displayName: "The access matrix is closed",
  description:
    "Every role assignment fills a cell of the access matrix, nobody besides holds its role, and no stack changes a cluster of the path.",
  severity: "critical",
  remediationSteps:
    "State the cell in `access`, let AccessMatrix make the assignment, or exempt what the matrix has no word for.",
  looksAt: [
    "**Every role assignment** of a stack, on anything at all: azure-native of every version, classic, generic, and eligible or time-bound requests.",
    "A cell accounts for it when it gives exactly this role under exactly this condition on exactly this target, for this kind of principal. An environment's stack assigns roles on its own registry, its own resource group and the cluster that the path names for it, with its namespaces and its group; the shared stack on the signing vault, a release's on its registries and on the secret with its password; any other scope (another stack's registry, the subscription, a storage account) has no cells.",
    "A role goes to as many principals as cells give it to, and to no one more.",
    "Where principal ids are known, each principal is one identity: it holds nothing that only another identity has a cell for, and no identity's roles are spread over two principals. So `none` stays true as far as ids tell.",
    "What it can't see is whose a principal id is: the engine shows no policy what a stack reference has read. An identity whose principal is *replaced* in all of its assignments keeps the number and passes here; the preview shows each replaced principal, and `airlock access` names it. Members of a group are [identity-disallow-directory-grants](identity-disallow-directory-grants.md)'s matter.",
    "**The clusters that the path names** are somebody else's, who decides with them who gets in beside all roles: in every stack, and in templates too, a resource that is one of them or stands in one (node pools, extensions, an administrators' group in Entra ID) is refused. So is a policy exemption that reaches their resource groups, and an assignment of the baseline for pods there that is another than the environment's stack makes: one that isn't enforced, doesn't deny, or leaves out more namespaces.",
    "A role, condition or principal that is not known before `pulumi up` is refused in a protected environment and in the shared stack when it decides. A scope may be unknown in the run that makes the target: the update judges it again.",
  ],
  reachesFurther: true,
  why: "A matrix that only lists what should be says nothing about what is: one more reader, the right role in the wrong hands, a role on the resource group. Whoever asks *who can do what* gets a true answer only when there is nothing besides.",
  check: (resource, stack, earlier) => {
    const assignment = assignmentIn(resource, stack, earlier);
    return assignment ? findings(assignment, resource, stack, earlier) : pathClusterFindings(resource, stack);
  },
  recalls: isAboutRoles,
};

function findings(
  assignment: Assignment,
  resource: Resource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const { guid, properties, root } = assignment;
  if (guid === undefined && properties.roleDefinitionId === unknown) {
    const fix = "Name the role by its GUID in the program";
    const property = propertyPath(root, "roleDefinitionId");
    return stack.strict ? [{ what: "the role is not known before `pulumi up`", property, fix }] : [];
  }
  const all = holdingsOf([...earlier, resource], stack, earlier);
  const own = holdingsOf([resource], stack, earlier).at(0);
  if (own === undefined) return [unaccounted(assignment, stack)];
  return [...surplus(own, all, stack), ...mixed(own, all)].slice(0, 1).map((what) => ({
    what,
    property: propertyPath(root, "principalId"),
    fix: "Remove the assignment, or state it in the access matrix, where it can be reviewed",
  }));
}

function unaccounted({ guid, called, properties, root }: Assignment, stack: StackFacts): Finding {
  const { scope, condition, principalType } = properties;
  const targets = targetsAt(scope, stack);
  const cells = guid === undefined ? [] : cellsOfRole(targets, guid, stack);
  const finding = (key: string, how = ""): Finding => ({
    what: `no cell of the access matrix accounts for ${called}${placeOf(scope, targets)}${how}`,
    property: propertyPath(root, key),
    fix: "Remove the assignment, or state it in the access matrix, where it can be reviewed",
  });
  if (targets.length === 0) return finding("scope");
  if (cells.length === 0) return finding(roleProperty(properties));
  if (cells.some((cell) => isCondition(condition, cell, stack))) {
    return finding("principalType", `, given to a ${textOf(principalType)}`);
  }
  return finding(
    "condition",
    statedCondition(condition) === undefined ? " without a condition" : " under this condition",
  );
}

function placeOf(scope: Value, targets: readonly Target[]): string {
  if (typeof scope === "string") return ` on ${targets.at(0)?.called ?? describeScope(scope)}`;
  return scope === unknown ? "" : " on nothing that is named";
}

/** More principals than cells; groups are counted by themselves too, and so are service principals. */
function surplus(own: Holding, all: readonly Holding[], stack: StackFacts): string[] {
  const { scope, condition, principalType } = own.properties;
  const ofAnyKind = cellsOn(targetsAt(scope, stack), { condition }, own.guid, stack);
  return [
    { cells: ofAnyKind, holders: holdersOf(own, all) },
    { cells: own.cells, holders: holdersOf(own, all, principalType) },
  ]
    .filter(({ cells, holders }) => holders.length > cells.length)
    .map(({ cells, holders }) => {
      const names = cells.map(({ identity }) => identity).join(", ");
      return `${own.called} is assigned to ${holders.length} principals, but the access matrix gives it to ${cells.length}: ${names}`;
    });
}

/** One principal for two identities, or two for one. */
function mixed(own: Holding, all: readonly Holding[]): string[] {
  const possible = possibleIdentities(all);
  if (possible.get(own.holder)?.length === 0) {
    const others = all.filter(({ holder, called }) => holder === own.holder && called !== own.called);
    const held = [...new Set(others.map(({ called }) => called))].join(", ");
    return [`${own.holder} holds ${own.called} besides ${held}: no identity of the access matrix has both`];
  }
  if (areDistinct(possible)) return [];
  const names = own.cells.map(({ identity }) => identity).join(", ");
  return [
    `${own.called} goes to ${own.holder}, but the access matrix gives it to ${names}, whose other roles another principal holds`,
  ];
}
