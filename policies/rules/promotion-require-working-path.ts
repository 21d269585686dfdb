import { isAssignment, isScopeMap } from "../../model/azure/kinds";
import { type Problem, provePath, type Unproven } from "../../model/proof";
import type { Declared } from "../../model/proof/read/declared";
import { nameFacts } from "../../model/proof/read/names";
import { azureResource } from "../../model/azure/resource";
import { declaredOf } from "../proof/declared";
import { assignmentsBefore, isRecalled, kinOf } from "../proof/earlier";
import { factsOf } from "../proof/facts";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath } from "../values";

/** Nothing is applied that Azure would refuse, or that would leave a promotion or a pull without effect. */
export const promotionRequireWorkingPath: ResourceRule = {
  name: "promotion-require-working-path",
  displayName: "A promotion path that works",
  description:
    "Registries, roles, scope maps and federated credentials are such that promotion and pull work once they are applied.",
  severity: "high",
  remediationSteps:
    "Do what the finding says. `airlock doctor` shows the same facts for all environments at once, with those that nobody can know beforehand.",
  looksAt: [
    "Registries with their private endpoints, replications and cache rules: retention of untagged manifests, soft delete, exports, content trust, trusted services, service endpoints, SKU, permission mode.",
    "Role assignments that reach a registry of the path: a role that its permission mode ignores, a repository role without the condition that its cells are narrowed by, a condition on a role that does not honour it; 4000 of them.",
    "Scope maps: more than 500 actions, and wildcards that Azure does not know. Tokens, beside an Azure Policy assignment that forbids them.",
    "Federated credentials: more than 20 on one identity.",
    "Names that Azure refuses.",
    "In a protected environment, and in the shared stack, a value that decides and is not known before `pulumi up` is refused.",
  ],
  why: "Azure accepts many settings under which a promotion fails later, and in silence: AcrPull on a registry in ABAC mode gives nothing, a source that forbids exports can't be imported from, untagged retention deletes what production runs by digest. Other limits are refused, but in the middle of an update. All of it is known beforehand.",
  recalls: (resource, stack) => {
    const declared = declaredOf(resource, stack);
    return declared !== undefined && isRecalled(declared);
  },
  check: (resource, stack, earlier) => {
    const declared = declaredOf(resource, stack);
    if (declared === undefined || !matters(declared)) return [];
    const kin = kinOf(declared, earlier, stack);
    const count = isAssignment(declared) ? assignmentsBefore(earlier, stack) + 1 : 0;
    const proof = provePath(factsOf([...kin, declared], stack, count));
    // What was wrong before this resource has been said.
    const said = new Set(kin.length === 0 ? [] : provePath(factsOf(kin, stack, 0)).problems.map(keyOf));
    const hidden = stack.strict
      ? proof.unproven.filter((one) => one.hidden && one.where === resource.name)
      : [];
    return [
      ...proof.problems
        .filter((problem) => !said.has(keyOf(problem)))
        .map((problem) => findingOf(problem, resource, stack, problem.fix)),
      ...hidden.map((one) =>
        findingOf(one, resource, stack, "Write it as a plain value, or take it from the configuration"),
      ),
    ];
  },
};

function matters(declared: Declared): boolean {
  return isRecalled(declared) || isScopeMap(declared) || nameFacts(declared).length > 0;
}

function findingOf(
  { fact, what, where, property }: Problem | Unproven,
  resource: Resource,
  stack: StackFacts,
  fix: string,
): Finding {
  const root = azureResource(resource, stack.settings.subscriptionId)?.root ?? "";
  // A generic resource has its name and its SKU outside of its properties.
  const outside = fact === "names" ? "resourceName" : property?.startsWith("sku") ? property : undefined;
  if (root !== "" && outside !== undefined) return { what, property: outside, fix };
  if (property === undefined)
    return { what, property: fact === "federated-credentials" ? "applicationId" : "name", fix };
  return {
    what,
    property: where === resource.name ? propertyPath(root, property) : `${where}: ${property}`,
    fix,
  };
}

const keyOf = ({ fact, where, what }: Problem): string => `${fact} ${where} ${what}`;
