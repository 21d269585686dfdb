import type { RegistryReader } from "../../model/signing";

/** What may still happen to a tag or a manifest. */
export interface Lock {
  readonly canWrite: boolean;
  readonly canDelete: boolean;
}

/** One repository of one registry, spoken to through the registry's own API. */
export interface Repository extends RegistryReader {
  readonly host: string;
  readonly name: string;
  /** Puts the manifest's own bytes under a tag, so that the digest stays. */
  putTag(tag: string, manifest: { bytes: Buffer; mediaType: string }): Promise<void>;
  /** Undefined when there is no such manifest. */
  manifestLock(digest: string): Promise<Lock | undefined>;
  /** Undefined when there is no such tag. */
  tagLock(tag: string): Promise<(Lock & { readonly digest: string }) | undefined>;
  /** Changes only what is given. */
  setManifestLock(digest: string, lock: Partial<Lock>): Promise<void>;
  setTagLock(tag: string, lock: Partial<Lock>): Promise<void>;
}

/** A copy by digest that Azure makes from registry to registry; the same registry on both sides only adds a tag. */
export interface ImportRequest {
  /** ARM id of the registry that receives. */
  readonly registryId: string;
  /** ARM id of the registry that gives. */
  readonly sourceRegistryId: string;
  readonly repository: string;
  readonly digest: string;
  /** Without a tag the manifest arrives untagged. */
  readonly tag?: string;
  /** Moves the tag when it exists; without it an existing tag fails the import. */
  readonly force?: boolean;
}

/** A registry token by name. */
export interface TokenAddress {
  /** ARM id of its registry. */
  readonly registryId: string;
  readonly tokenName: string;
}

/** Where a password of a token is kept; there are these two. */
export type Slot = "password1" | "password2";

/** What Azure tells of a password once it is made. Instants are ISO 8601. */
export interface PasswordFacts {
  readonly slot: Slot;
  readonly createdAt: string;
  readonly expires?: string;
}

/** A registry token as Resource Manager shows it: without its passwords' values. */
export interface RegistryToken {
  readonly enabled: boolean;
  readonly passwords: readonly PasswordFacts[];
}

/** What a registry said to a name and password. Whatever is neither yes nor 401 is a `CloudError`. */
export interface SignIn {
  readonly accepted: boolean;
  /** By the registry's own clock, ISO 8601. */
  readonly at: string;
}

/** Registry tokens and their passwords. */
export interface Tokens {
  /** Undefined when there is no such token. */
  read(token: TokenAddress): Promise<RegistryToken | undefined>;
  /** Makes a new password in a slot; the one that was there ends. */
  generate(
    token: TokenAddress,
    slot: Slot,
    expires: string,
  ): Promise<PasswordFacts & { readonly value: string }>;
  /** Ends the passwords of all other slots. */
  keep(token: TokenAddress, slots: readonly Slot[]): Promise<void>;
  /** Tries a password at the registry. */
  signIn(host: string, tokenName: string, password: string): Promise<SignIn>;
}

/** An Entra account as it is read back: an application and its service principal. */
export interface Account {
  /** Undefined when Entra knows none of the id. */
  readonly application?: {
    readonly name: string;
    readonly clientId: string;
    /** Passwords and certificates. */
    readonly secrets: number;
    /** Names of the federated credentials. */
    readonly federatedCredentials: readonly string[];
  };
  readonly servicePrincipal?: {
    readonly clientId: string;
    readonly enabled: boolean;
    readonly secrets: number;
  };
}

/** What stands in Entra ID and in Azure's access control. */
export interface Entra {
  /** By object ids. */
  account(applicationId: string, servicePrincipalId: string): Promise<Account>;
  /** Ids of the role assignments around a scope that a principal has by itself or through groups. */
  assignments(scope: string, principalId: string): Promise<string[]>;
}

/** Everything the resources need from the cloud. What fails there is a `CloudError`; an id that is none a `UserError`. */
export interface Azure {
  readonly tokens: Tokens;
  readonly entra: Entra;
  repository(host: string, name: string): Repository;
  /** Ends when the import has ended. */
  importImage(request: ImportRequest): Promise<void>;
  /** Waits, unless the plugin is told to stop: between two looks at something that Azure shows late. */
  pause(milliseconds: number): Promise<void>;
}
