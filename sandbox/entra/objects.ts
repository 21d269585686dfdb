/** Objects of the directory; `id` is the object id. */
export interface Application {
  readonly kind: "application";
  readonly id: string;
  /** Client id. */
  readonly appId: string;
  readonly displayName: string;
  /** What else was set, as it was given. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ServicePrincipal {
  readonly kind: "servicePrincipal";
  readonly id: string;
  readonly appId: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Whom Azure signs in by itself: the principal of a resource, for as long as that stands. */
export interface ManagedIdentity {
  readonly kind: "managedIdentity";
  readonly id: string;
  /** Client id. */
  readonly appId: string;
  readonly displayName: string;
  /** ARM id in lower case. */
  readonly resourceId: string;
}

export interface FederatedCredential {
  readonly kind: "federatedCredential";
  readonly id: string;
  /** Object id of the application. */
  readonly applicationId: string;
  readonly displayName: string;
  readonly description?: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

export interface Group {
  readonly kind: "group";
  readonly id: string;
  readonly displayName: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface User {
  readonly kind: "user";
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
}

export interface Membership {
  readonly kind: "membership";
  readonly id: string;
  readonly group: string;
  readonly member: string;
}

export type DirectoryObject =
  Application | ServicePrincipal | ManagedIdentity | FederatedCredential | Group | User | Membership;
