/** The registry of a stage's environment. */
export interface ReleaseRegistryArgs {
  /** ARM id. */
  registryId: string;
  /** Name of the registry. */
  registryName: string;
  /** Resource group that it stands in. */
  resourceGroupName: string;
  /** Where clients sign in. */
  loginServer: string;
  /** Its permission mode; only in `abac` a role reaches single repositories. */
  permissionMode: string;
}

/** The repository whose workflows build and deploy the release. */
export interface ReleaseGitHubArgs {
  /** Name of the repository, without its owner: that one is the GitHub provider's. */
  repository: string;
  /** Subject of a job of the stage's GitHub environment, in each form that GitHub may give it, by a name for the credential. */
  federatedSubjects: { [key: string]: string };
}

/** A key vault that grants access by roles, and that whoever runs the program may write secrets to. */
export interface ReleaseVaultArgs {
  /** ARM id. */
  vaultId: string;
  /** Name of the vault. */
  vaultName: string;
  /** Resource group that it stands in. */
  resourceGroupName: string;
}

export interface ReleaseAccessArgs {
  /** Version of the release, e.g. `v0.0.1`. */
  version: string;
  /** Environment of the stage. */
  environment: string;
  /** Tag of the release in this stage, and name of its GitHub environment: `v0.0.1-qa`. */
  tag: string;
  /** The release's repositories, by their exact names. */
  repositories: string[];
  /** Whether nothing is pushed to the environment: then the accounts only read there. */
  protected: boolean;
  /** `open`: the accounts can be used. `closing`: they are disabled. `closed`: that nobody gets in is proven as well. */
  phase: string;
  /** When the registry password ends, in UTC: 30 days ahead at most. */
  expires: string;
  /** Another number makes a new password, while the one before it goes on working. Default: 0. */
  rotation?: number;
  /** Tenant that GitHub's jobs sign in to. */
  tenantId: string;
  /** Subscription that role definitions are named in. */
  subscriptionId: string;
  /** The environment's registry. */
  registry: ReleaseRegistryArgs;
  /** Whose jobs sign in. */
  gitHub: ReleaseGitHubArgs;
  /** Where they find the registry password. Default: in a secret of the stage's GitHub environment. */
  vault?: ReleaseVaultArgs;
}
