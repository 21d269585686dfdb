import type { PermissionMode } from "../access/types";
import type { NameKind } from "./name-rules";

/**
 * What is known of a promotion path. Everything is optional: what is left out is not known, and proves nothing. A
 * reader that knows that a program leaves something out writes Azure's own default here.
 */
export interface PathFacts {
  /** In the order of promotion, or the only one that is known. */
  readonly environments?: readonly EnvironmentFacts[];
  readonly identities?: readonly IdentityFacts[];
  readonly subscription?: SubscriptionFacts;
  readonly names?: readonly NameFacts[];
}

export interface EnvironmentFacts {
  readonly name: string;
  /** Images come from the environment before it. */
  readonly imports?: boolean;
  /** The next environment imports from here. */
  readonly isSource?: boolean;
  /** Its images are locked after the import. */
  readonly locks?: boolean;
  /** Permission mode that the path states. */
  readonly mode?: PermissionMode;
  readonly registry?: RegistryFacts;
  /** Role assignments that reach the registry. */
  readonly assignments?: readonly AssignmentFacts[];
  /** What stands now, before anything is applied. */
  readonly standing?: StandingFacts;
  /** Who imports into it. */
  readonly promoters?: readonly PromoterFacts[];
  /** Who pulls from it. */
  readonly pullers?: readonly PullerFacts[];
  readonly images?: readonly ImageFacts[];
  readonly scopeMaps?: readonly ScopeMapFacts[];
  /** Registry tokens, by resource. */
  readonly tokens?: readonly string[];
  /** An Azure Policy assignment denies registry tokens, or switches them off. */
  readonly tokensForbidden?: boolean;
}

export interface RegistryFacts {
  /** Resource that makes it. */
  readonly where: string;
  readonly sku?: string;
  /** `unstated`: the program leaves it to Azure's default, which is about to change. */
  readonly mode?: PermissionMode | "unstated";
  readonly publicNetwork?: boolean;
  /** Its network rules refuse who is not listed. */
  readonly deniesByDefault?: boolean;
  readonly ipRules?: number;
  /** Subnets that it admits by service endpoint. */
  readonly subnetRules?: number;
  readonly privateEndpoints?: number;
  /** Trusted Azure services pass its network rules; an import is one of them. */
  readonly trustedServices?: boolean;
  readonly exports?: boolean;
  /** Azure deletes manifests without a tag after some days. */
  readonly untaggedRetention?: boolean;
  readonly softDelete?: boolean;
  readonly contentTrust?: boolean;
  readonly anonymousPull?: boolean;
  readonly dataEndpoint?: boolean;
  readonly customerKey?: boolean;
  /** Regions that it is replicated to. */
  readonly replications?: number;
  readonly cacheRules?: number;
}

export interface AssignmentFacts {
  /** Resource or configuration key. */
  readonly where: string;
  readonly principal?: string;
  /** Lower case. */
  readonly roleGuid?: string;
  /** `null`: it has none. */
  readonly condition?: string | null;
  /** Repositories that its cell of the matrix is narrowed to; `null`: the cell reaches all of them. */
  readonly narrowedTo?: readonly string[] | null;
}

export interface StandingFacts {
  readonly mode?: PermissionMode;
  readonly assignments?: readonly AssignmentFacts[];
}

export interface PromoterFacts {
  readonly identity: string;
  readonly where: string;
  /** Namespaces that it is trusted with; left out when it is trusted with the whole registry. */
  readonly namespaces?: readonly string[];
  /** ARM read and pull on the registry before. */
  readonly readsSource?: boolean;
  /** Pull on the registry that it imports into: what arrived is verified there. */
  readonly pulls?: boolean;
  readonly locks?: boolean;
}

export interface PullerFacts {
  readonly identity: string;
  readonly patterns: "everywhere" | readonly string[];
}

export interface ImageFacts {
  readonly where: string;
  readonly repository: string;
  /** Neither it nor its version tag can be deleted. */
  readonly locked?: boolean;
  /** Manifests that its index lists, nested ones included; 0 for an image of one platform. */
  readonly manifests?: number;
}

export interface ScopeMapFacts {
  readonly where: string;
  readonly actions?: readonly string[];
}

export interface IdentityFacts {
  readonly identity: string;
  readonly where: string;
  readonly federatedCredentials?: number;
}

export interface SubscriptionFacts {
  readonly id: string;
  /** Role assignments that this project declares. */
  readonly declared: number;
  /** All that stand in the subscription. */
  readonly standing?: number;
}

export interface NameFacts {
  readonly kind: NameKind;
  readonly name: string;
  readonly where: string;
  readonly environment?: string;
  /** Property that holds it. */
  readonly property?: string;
}
