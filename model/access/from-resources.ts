import { isAssignment, isRoleDefinition } from "../azure/kinds";
import { azureResources, type RegisteredResource, subscriptionOf } from "./declared";
import { assignmentOf, principalOf, registriesOf, roleOf, tokensOf, vaultsOf } from "./from-azure";
import { directoryOf, directoryResources, kubeletName } from "./from-directory";
import { accessGraph } from "./graph";
import { builtInRoles } from "./roles";
import { normalizeScope } from "./scopes";
import type { SignIn } from "./sign-ins";
import type { AccessGraph, AdoptedCluster, Principal, Registry, Unjudged } from "./types";
import { unjudgedOf } from "./unjudged";

export type { RegisteredResource } from "./declared";

/** What the resources alone don't say. */
export interface GraphContext {
  /** Name of a registry → its column of the matrix: its environment on the promotion path, or `qa.standard`. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Registries of the path that no resource makes: they were there before. */
  readonly adopted?: readonly Registry[];
  /** Clusters of the path, which no resource makes either. */
  readonly clusters?: readonly AdoptedCluster[];
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
  const registries = registriesOf(azure, context.environments ?? {});
  const known = registries.map(({ id }) => normalizeScope(id));
  const adopted = (context.adopted ?? []).filter(({ id }) => !known.includes(normalizeScope(id)));
  // One that a program declares is no less somebody else's.
  const { clusters = [] } = context;
  return accessGraph({
    ...parts,
    principals: [...parts.principals, ...clusters.map(kubeletOf), ...nameless],
    roles,
    assignments: assigned.flatMap((one) => assignmentOf(one, [...builtInRoles, ...roles]) ?? []),
    registries: [...registries, ...adopted],
    vaults: vaultsOf(azure),
    clusters,
    tokens: tokensOf(azure),
    unjudged: [
      ...unjudgedOf(resources, azure, directory),
      ...adopted.map(unseen),
      ...clusters.map(unseenCluster),
    ],
  });
}

function kubeletOf({ name, kubelet }: AdoptedCluster): Principal {
  return { id: kubelet, name: kubeletName(name), kind: "application" };
}

function unseenCluster({ name, column }: AdoptedCluster): Unjudged {
  const why =
    "it was there before: its local accounts, and whether Azure RBAC decides in it, are not declared here, nor the roles that others assigned";
  return { type: "cluster", name, why, column };
}

function unseen({ name, environment: column }: Registry): Unjudged {
  const why =
    "it was there before: its admin user, anonymous pull and tokens are not declared here, nor the roles that others assigned";
  return { type: "registry", name, why, ...(column !== undefined && { column }) };
}
