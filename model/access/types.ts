import type { AzureDevOpsConnection } from "../azure-devops";

/** What an identity can do with an environment's registry, with the signing vault, or with a cluster. */
export const capabilities = [
  "pull",
  "push",
  "delete",
  "import",
  "lock",
  "read",
  "tidy",
  "sign",
  "verify",
  "cluster-user",
  "deploy",
] as const;
export type Capability = (typeof capabilities)[number];

/** `abac`: repository permissions with conditions; `rbac`: the legacy registry permissions. */
export type PermissionMode = "abac" | "rbac";

/** One Azure permission block; wildcards (`*`) stand for any characters, slashes included. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface RoleDefinition {
  /** GUID, lower case: the last part of the role definition's ARM id. */
  readonly guid: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
}

export interface RoleAssignment {
  readonly id: string;
  /** Entra object id of a service principal, user or group. */
  readonly principalId: string;
  readonly roleGuid: string;
  /** ARM id of the subscription, resource group or resource; inherited downwards. */
  readonly scope: string;
  readonly condition?: string;
}

export interface Principal {
  /** Entra object id, `token:<registry>/<name>`, `admin:<registry>` or `anonymous`. */
  readonly id: string;
  readonly name: string;
  /** `admin`: a registry's admin user; `anonymous`: whoever asks; `unknown`: holds an assignment but is declared nowhere. */
  readonly kind: "application" | "user" | "group" | "token" | "admin" | "anonymous" | "unknown";
}

export interface Registry {
  readonly id: string;
  readonly name: string;
  readonly mode: PermissionMode;
  readonly adminUserEnabled: boolean;
  readonly anonymousPullEnabled: boolean;
  /** Its column of the matrix, when it has one: an environment on the promotion path, or `qa.standard`. */
  readonly environment?: string;
}

export interface Vault {
  readonly id: string;
  readonly name: string;
}

/** A cluster that was there before, as far as the configuration knows it. */
export interface AdoptedCluster {
  readonly id: string;
  readonly name: string;
  /** Its column of the matrix. */
  readonly column: string;
  /** Entra object id of whom its nodes pull as. */
  readonly kubelet: string;
}

/** A registry token with the actions of its scope map, such as `repositories/iam/auth-service/content/read`. */
export interface RegistryToken {
  readonly registryId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly actions: readonly string[];
}

/** A way to sign in as a service principal or managed identity. */
export interface Credential {
  /** Entra object id of whom it signs in. */
  readonly principalId: string;
  readonly kind: "federated" | "password" | "certificate";
  /** Whose token is taken, or the expression that it has to match; federated credentials only. */
  readonly subject?: string;
  /** Who makes these tokens; federated credentials only. */
  readonly issuer?: string;
  readonly name: string;
  /** Whether the configuration states this sign-in for this identity; left out where no configuration is known. */
  readonly stated?: boolean;
}

/** Owners add credentials to an application, and members to a group. */
export interface Ownership {
  /** Entra object id. */
  readonly owner: string;
  /** Object id of the service principal or group that is owned. */
  readonly of: string;
}

/** A resource that may let somebody in, in a way that could not be judged. */
export interface Unjudged {
  /** Pulumi type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Why, without a full stop. */
  readonly why: string;
  /** The only column that it may let somebody into; left out, any. */
  readonly column?: string;
}

/** Everything that decides who can do what, as declared or as it stands. */
export interface AccessGraph {
  readonly principals: readonly Principal[];
  readonly memberships: readonly { readonly group: string; readonly member: string }[];
  readonly roles: readonly RoleDefinition[];
  readonly assignments: readonly RoleAssignment[];
  readonly registries: readonly Registry[];
  readonly vaults: readonly Vault[];
  readonly clusters?: readonly AdoptedCluster[];
  readonly tokens: readonly RegistryToken[];
  /** How identities sign in. */
  readonly credentials?: readonly Credential[];
  readonly owners?: readonly Ownership[];
  /** What an answer from this graph leaves out; sorted. */
  readonly unjudged?: readonly Unjudged[];
  /** Management group → the subscriptions and groups below it. A group left out stands above every subscription. */
  readonly managementGroups?: readonly ManagementGroup[];
  /** Object ids that may change any application and group in Entra (credentials, members); ARM does not show them. */
  readonly directoryAdministrators?: readonly string[];
}

export interface ManagementGroup {
  /** ARM id: `/providers/Microsoft.Management/managementGroups/<name>`. */
  readonly id: string;
  /** ARM ids of subscriptions and management groups directly below. */
  readonly children: readonly string[];
}

/** One action (control plane) or data action on one scope. */
export interface AccessRequest {
  readonly plane: "control" | "data";
  /** e.g. `Microsoft.ContainerRegistry/registries/importImage/action`. */
  readonly action: string;
  readonly scope: string;
  /** Repository of a registry request, for conditions. */
  readonly repository?: string;
  /** What is asked for in a cluster, when AKS takes it for a custom resource; `kind` is the plural, as AKS fills it. */
  readonly customResource?: { readonly group: string; readonly kind: string };
  /** Attributes of a role assignment that is being written, for the administrator's condition. */
  readonly roleAssignment?: {
    readonly roleGuid: string;
    readonly principalId: string;
    readonly principalType?: string;
  };
}

/** Why a request is allowed: one link per assignment (with the groups it came through), or why it is not. */
export interface Reason {
  readonly assignmentId?: string;
  readonly role?: string;
  readonly scope?: string;
  readonly via?: readonly string[];
  readonly condition?: string;
  readonly text: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
}

/** What a capability is asked about. `repository` left out means "any repository". */
export type Resource =
  | { readonly kind: "registry"; readonly id: string; readonly repository?: string }
  | { readonly kind: "vault"; readonly id: string }
  /** Without a namespace, any of them will do. */
  | { readonly kind: "cluster"; readonly id: string; readonly namespace?: string };

/** One line of an answer to "who can …?". */
export interface Answer {
  readonly principal: Principal;
  readonly reasons: readonly Reason[];
}

/** A non-human or human identity that the project declares. */
export interface Identity {
  readonly kind: "application" | "group";
  /** GitHub environment that the federated credential is bound to (applications only). */
  readonly githubEnvironment?: string;
  /** The service connection of Azure DevOps that signs in instead; empty until it is there (applications only). */
  readonly azureDevOps?: Partial<AzureDevOpsConnection>;
  /** Narrows bare cells of this identity to the team's namespaces. */
  readonly team?: string;
  /** Who is in the group (groups only): object ids or user principal names, as Entra ID has them. */
  readonly members?: readonly string[];
}
