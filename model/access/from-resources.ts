import { isAssignment, isRoleDefinition } from "../azure/kinds";
import { azureResources, type RegisteredResource, subscriptionOf } from "./declared";
import { assignmentOf, principalOf, registriesOf, roleOf, tokensOf, vaultsOf } from "./from-azure";
import { directoryOf, directoryResources } from "./from-directory";
import { accessGraph } from "./graph";
import { builtInRoles } from "./roles";
import type { SignIn } from "./sign-ins";
import type { AccessGraph } from "./types";
import { unjudgedOf } from "./unjudged";

export type { RegisteredResource } from "./declared";

/** What the resources alone don't say. */
export interface GraphContext {
  /** Name of a registry → its environment on the promotion path. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Identity → the sign-in that the configuration states for it; with it, other credentials are told apart. */
  readonly signIns?: Readonly<Record<string, SignIn>>;
  /** Where resources without an ARM id are; left out, the subscription that the ids speak of. */
  readonly subscriptionId?: string;
}

/**
 * The access graph of everything that a program declares, whatever wrote it: a component, the matrix, or a hand. All
 * forms of a resource count alike: typed ones of any API version, generic ones, other providers', and templates.
 */
export function graphFromResources(
  resources: readonly RegisteredResource[],
  context: GraphContext = {},
): AccessGraph {
  const azure = azureResources(resources, context.subscriptionId ?? subscriptionOf(resources));
  const directory = directoryResources(resources);
  const roles = azure.filter(isRoleDefinition).map(roleOf);
  const assigned = azure.filter(isAssignment);
  const parts = directoryOf(directory, azure, context.signIns);
  const nameless = assigned.map(principalOf).filter(({ id }) => id.startsWith("the principal of "));
  return accessGraph({
    ...parts,
    principals: [...parts.principals, ...nameless],
    roles,
    assignments: assigned.flatMap((one) => assignmentOf(one, [...builtInRoles, ...roles]) ?? []),
    registries: registriesOf(azure, context.environments ?? {}),
    vaults: vaultsOf(azure),
    tokens: tokensOf(azure),
    unjudged: unjudgedOf(resources, azure, directory),
  });
}
