import { actionMatches } from "./actions";
import { type Attribute, type Condition, parseCondition } from "./condition-parser";
import { managedClusters } from "./kubernetes";
import type { AccessRequest } from "./types";

export { type Condition, ConditionSyntaxError, parseCondition } from "./condition-parser";

/** Version to set beside every condition. */
export const conditionVersion = "2.0";

const repositoryName = "Microsoft.ContainerRegistry/registries/repositories:name";
const roleAssignments = "Microsoft.Authorization/roleAssignments";
const customResources = `${managedClusters}/customResources`;

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Narrows a role to repositories: `iam/*` is everything below `iam/`, `iam/auth-service` is that repository alone.
 *
 * @param dataActions every data action of the role, else the ones left out stay registry-wide
 */
export function repositoryCondition(dataActions: readonly string[], patterns: readonly string[]): string {
  const others = dataActions.map((action) => `!(ActionMatches{${quote(action)}})`).join(" AND ");
  const names = patterns.map((pattern) =>
    pattern.endsWith("/*")
      ? `@Request[${repositoryName}] StringStartsWithIgnoreCase ${quote(pattern.slice(0, -1))}`
      : `@Request[${repositoryName}] StringEqualsIgnoreCase ${quote(pattern)}`,
  );
  return `((${others}) OR (${names.join(" OR ")}))`;
}

/** Custom resources of one API group. */
export interface CustomResources {
  readonly group: string;
  readonly kinds: readonly string[];
}

/** Lets data actions on custom resources through for these alone; other actions it leaves as they are. */
export function customResourceCondition(
  verbs: readonly ("read" | "write" | "delete")[],
  resources: readonly CustomResources[],
): string {
  const others = verbs.map(
    (verb) => `!(ActionMatches{${quote(`${managedClusters}/customresources/${verb}`)}})`,
  );
  const are = (attribute: string, value: string): string =>
    `@Request[${customResources}:${attribute}] StringEqualsIgnoreCase ${quote(value)}`;
  const these = resources.map(
    ({ group, kinds }) =>
      `(${are("group", group)} AND (${kinds.map((kind) => are("kind", kind)).join(" OR ")}))`,
  );
  return `((${others.join(" AND ")}) OR (${these.join(" OR ")}))`;
}

/** Narrows a role administrator to assigning and removing the given roles (GUIDs). */
export function administratorCondition(roleGuids: readonly string[]): string {
  const list = `{${roleGuids.map((guid) => guid.toLowerCase()).join(", ")}}`;
  const limit = (verb: string, source: string): string =>
    `((!(ActionMatches{'${roleAssignments}/${verb}'})) OR ` +
    `(@${source}[${roleAssignments}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${list}))`;
  return `${limit("write", "Request")} AND ${limit("delete", "Resource")}`;
}

/** What a condition is held against; whatever it leaves out is not known. */
export interface ConditionRequest extends Omit<AccessRequest, "roleAssignment"> {
  readonly roleAssignment?: Partial<NonNullable<AccessRequest["roleAssignment"]>>;
}

/**
 * Whether a condition holds for a request; `undefined` when it speaks of something the request does not state.
 * Enforcing callers take `undefined` for no, worst-case callers for yes.
 */
export function evaluateCondition(condition: Condition, request: ConditionRequest): boolean | undefined {
  switch (condition.kind) {
    case "and":
      return all(condition.operands, request, false);
    case "or":
      return all(condition.operands, request, true);
    case "not": {
      const value = evaluateCondition(condition.operand, request);
      return value === undefined ? undefined : !value;
    }
    case "action":
      return actionMatches(condition.pattern, request.action);
    case "subOperation":
      return undefined;
    case "exists":
      return attributeValue(condition.attribute, request) === undefined ? undefined : true;
    case "compare": {
      const value = attributeValue(condition.attribute, request);
      if (value === undefined) {
        return undefined;
      }
      const holds = (operand: string): boolean => compare(condition.operator, value, operand);
      return condition.values === "all" ? condition.operands.every(holds) : condition.operands.some(holds);
    }
  }
}

// Three-valued: the deciding value wins over an unknown one.
function all(
  operands: readonly Condition[],
  request: ConditionRequest,
  deciding: boolean,
): boolean | undefined {
  let result: boolean | undefined = !deciding;
  for (const operand of operands) {
    const value = evaluateCondition(operand, request);
    if (value === deciding) {
      return deciding;
    }
    if (value === undefined) {
      result = undefined;
    }
  }
  return result;
}

function attributeValue(attribute: Attribute, request: ConditionRequest): string | undefined {
  const name = attribute.name.toLowerCase();
  if (name === repositoryName.toLowerCase()) {
    return attribute.source === "request" ? request.repository : undefined;
  }
  if (name.startsWith(`${customResources}:`.toLowerCase())) {
    return attribute.source === "request" ? customResourceValue(name, request) : undefined;
  }
  // A new assignment is stated by the request; one that is removed exists as a resource.
  const stated = request.action.toLowerCase().endsWith("/delete") ? "resource" : "request";
  if (!request.roleAssignment || attribute.source !== stated) {
    return undefined;
  }
  switch (name) {
    case `${roleAssignments}:RoleDefinitionId`.toLowerCase():
      return request.roleAssignment.roleGuid;
    case `${roleAssignments}:PrincipalId`.toLowerCase():
      return request.roleAssignment.principalId;
    case `${roleAssignments}:PrincipalType`.toLowerCase():
      return request.roleAssignment.principalType;
    default:
      return undefined;
  }
}

function customResourceValue(name: string, { customResource }: ConditionRequest): string | undefined {
  if (name.endsWith(":group")) return customResource?.group;
  return name.endsWith(":kind") ? customResource?.kind : undefined;
}

function compare(operator: string, value: string, operand: string): boolean {
  const negated = operator.includes("not");
  const caseless = operator.endsWith("ignorecase") || !operator.startsWith("string");
  const [left, right] = caseless ? [value.toLowerCase(), operand.toLowerCase()] : [value, operand];
  return negated !== compareText(operator, left, right);
}

function compareText(operator: string, value: string, operand: string): boolean {
  if (operator.includes("startswith")) {
    return value.startsWith(operand);
  }
  if (operator.includes("like")) {
    const expression = operand
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".");
    return new RegExp(`^${expression}$`, "s").test(value);
  }
  return value === operand;
}

/** A pattern of a condition, with one repository name that stands for it. */
export interface RepositoryPattern {
  readonly pattern: string;
  readonly sample: string;
}

/**
 * The repositories for which a condition lets an action through, as patterns; `*` when it does not narrow this action.
 * Every branch of a condition over equality, prefix and wildcard is reached by one of its own values or by a stranger.
 */
export function repositoryPatterns(
  condition: Condition,
  { action }: Pick<AccessRequest, "action">,
): RepositoryPattern[] {
  const known = patternsOf.get(condition) ?? new Map<string, RepositoryPattern[]>();
  patternsOf.set(condition, known);
  const found = known.get(action) ?? admittedPatterns(condition, action);
  known.set(action, found);
  return found;
}

const patternsOf = new WeakMap<Condition, Map<string, RepositoryPattern[]>>();

function admittedPatterns(condition: Condition, action: string): RepositoryPattern[] {
  const stranger = "0-other/0-other";
  const candidates = [...namedPatterns(condition), { pattern: "other repositories", sample: stranger }];
  const admitted = candidates.filter(
    ({ sample }) =>
      evaluateCondition(condition, { plane: "data", action, scope: "", repository: sample }) === true,
  );
  return admitted.length === candidates.length ? [{ pattern: "*", sample: stranger }] : admitted;
}

function namedPatterns(condition: Condition): RepositoryPattern[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.operands.flatMap(namedPatterns);
    case "not":
      return namedPatterns(condition.operand);
    case "compare":
      return condition.attribute.name.toLowerCase() === repositoryName.toLowerCase()
        ? condition.operands.map((operand) => patternOf(condition.operator, operand))
        : [];
    default:
      return [];
  }
}

function patternOf(operator: string, operand: string): RepositoryPattern {
  if (operator.includes("startswith")) {
    return { pattern: `${operand}*`, sample: `${operand}0-other` };
  }
  return { pattern: operand, sample: operator.includes("like") ? operand.replace(/[*?]/g, "0") : operand };
}

const parsed = new Map<string, Condition | undefined>();

/** Parses once per text; `undefined` for a condition that can't be read. */
export function readCondition(text: string): Condition | undefined {
  if (!parsed.has(text)) {
    parsed.set(text, tryParse(text));
  }
  return parsed.get(text);
}

function tryParse(text: string): Condition | undefined {
  try {
    return parseCondition(text);
  } catch {
    return undefined;
  }
}
