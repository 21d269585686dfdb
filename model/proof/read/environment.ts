import { isAssignment, isRegistry, isScopeMap, isToken } from "../../azure/kinds";
import type { RegistryOfEnvironment } from "../../promotion-path";
import { textOf } from "../../values";
import type { EnvironmentFacts } from "../facts";
import { assignmentFacts, type MatrixView } from "./assignments";
import type { Declared } from "./declared";
import { forbidsTokens, registryFacts, registryNameOf, scopeMapFacts } from "./registry";

/** What a reader knows besides the resources. */
export interface Known {
  readonly matrix: MatrixView;
  /** Whether what stands on a scope reaches the registry; the scope may not be known, and a role's id tells something then. */
  readonly reaches: (scope: string | undefined, roleId: string | undefined) => boolean;
  /** The name that the matrix has for an object id. */
  readonly nameOf?: (principalId: string | undefined) => string | undefined;
}

/** What resources say of a registry on the path, or beside it. @param id of the registry */
export function declaredFacts(
  declared: readonly Declared[],
  { column, registry: registryName }: RegistryOfEnvironment,
  id: string,
  { matrix, reaches, nameOf }: Known,
): Partial<EnvironmentFacts> {
  const mine = declared.filter((resource) => registryNameOf(resource) === registryName);
  const registry = mine.find(isRegistry);
  const reach = ({ properties }: Declared) =>
    reaches(textOf(properties.scope), textOf(properties.roleDefinitionId));
  return {
    ...(registry && { registry: registryFacts({ registry, id, others: declared }) }),
    assignments: declared
      .filter((resource) => isAssignment(resource) && reach(resource))
      .map((resource) =>
        assignmentFacts(resource, column, matrix, nameOf?.(textOf(resource.properties.principalId))),
      ),
    scopeMaps: mine.filter(isScopeMap).map(scopeMapFacts),
    tokens: mine.filter(isToken).map(({ where }) => where),
    ...(declared.some((resource) => forbidsTokens(resource) && reach(resource)) && { tokensForbidden: true }),
  };
}
