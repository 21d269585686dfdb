import * as pulumi from "@pulumi/pulumi";

/** Inputs that every resource of the `airlock` provider shares. */
interface ImageArgs {
  loginServer: pulumi.Input<string>;
  repository: pulumi.Input<string>;
  digest: pulumi.Input<string>;
  /** Whether the lock leaves the manifest open for new tags and referrers. Default: true. */
  manifestWriteEnabled?: pulumi.Input<boolean>;
}

export interface ImageImportArgs extends ImageArgs {
  registryId: pulumi.Input<string>;
  version: pulumi.Input<string>;
  /** Environment that the image enters. One whose label `dev.airlock.environment` names another is refused. */
  environment: pulumi.Input<string>;
  /** Tags that never move. */
  tags: pulumi.Input<pulumi.Input<string>[]>;
  source?: pulumi.Input<{ registryId: pulumi.Input<string>; loginServer: pulumi.Input<string> } | undefined>;
  /** PEM public key whose signature the image must carry at the source and at the target. */
  publicKey?: pulumi.Input<string>;
  /** Or the identity whose keyless signature it must carry; one of the two is needed. */
  keyless?: pulumi.Input<KeylessSignerArgs>;
  /** Given where the image needs a promotion attestation by the same signer: what releases say of it. */
  attested?: pulumi.Input<ReleaseRecordArgs>;
  /** Brings attestations for later environments along that are made when the image is here already. Default: false. */
  carriesAttestations?: pulumi.Input<boolean>;
}

/** What the releases' files say of an image on its way into an environment. */
export interface ReleaseRecordArgs {
  /** Environments whose managers are asked about an image of a release. */
  roles: pulumi.Input<pulumi.Input<string>[]>;
  /** Version of each release that the image is part of → role → approval. */
  releases: pulumi.Input<{ [version: string]: pulumi.Input<{ [role: string]: pulumi.Input<ApprovalArgs> }> }>;
}

/** One manager's word, as the file of a release has it. */
export interface ApprovalArgs {
  /** Who approved. */
  by: pulumi.Input<string>;
  /** When, in UTC. */
  at: pulumi.Input<string>;
  /** The signature that shows it, in base64. */
  signature?: pulumi.Input<string>;
  /** Or the https address of a review. */
  review?: pulumi.Input<string>;
  /** Or that of a run whose environment they let a job into. */
  run?: pulumi.Input<string>;
}

/** A signer without a key of its own, for whom a certificate authority vouches. */
export interface KeylessSignerArgs {
  /** Issuer of the token that the authority was shown, e.g. `https://token.actions.githubusercontent.com`. */
  issuer: pulumi.Input<string>;
  /** Who signs, to the letter: for GitHub the address of the workflow's file at a ref. */
  identity: pulumi.Input<string>;
  /** What was built, `https://github.com/<owner>/<repository>@<ref>`. Default: where a GitHub workflow stands itself. */
  source?: pulumi.Input<string>;
  /** Sigstore's `trusted_root.json`: its authorities and logs. */
  trustedRoot: pulumi.Input<TrustedRootArgs>;
}

/** A file by digest, so that no other is taken. */
export interface TrustedRootArgs {
  /** Relative to the folder that the program runs in. */
  file: pulumi.Input<string>;
  /** `sha256:` and 64 hex digits. */
  digest: pulumi.Input<string>;
}

/** An image in a registry by digest, with its signatures and attestations. Deleting this forgets it, no more. */
export class ImageImport extends pulumi.CustomResource {
  declare public readonly signedBy: pulumi.Output<string>;
  declare public readonly sourceReference: pulumi.Output<string>;
  /** What the image says of itself: source, revision, version, created, and the environment and registry that it is built for. */
  declare public readonly labels: pulumi.Output<{ [label: string]: string }>;
  /** Digests of the signatures, SBOMs and attestations at the target. */
  declare public readonly evidence: pulumi.Output<string[]>;
  /** With `carriesAttestations`: digests of the promotion attestations that are at the source. */
  declare public readonly carriedAttestations: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: ImageImportArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "airlock:index:ImageImport",
      name,
      {
        ...args,
        signedBy: undefined,
        sourceReference: undefined,
        labels: undefined,
        evidence: undefined,
        attestation: undefined,
        carriedAttestations: undefined,
      },
      opts,
    );
  }
}

export interface ImageLockArgs extends ImageArgs {
  /** Tags that can be neither overwritten nor deleted. */
  tags: pulumi.Input<pulumi.Input<string>[]>;
  /** What came along since the last time, and is locked too: `carriedAttestations` of the image. */
  carriedAttestations?: pulumi.Input<string[] | undefined>;
}

/** Write and delete protection of an image's tags and manifest. Deleting this unlocks them. */
export class ImageLock extends pulumi.CustomResource {
  constructor(name: string, args: ImageLockArgs, opts?: pulumi.CustomResourceOptions) {
    super("airlock:index:ImageLock", name, { ...args }, opts);
  }
}

export interface ImageTagArgs extends ImageArgs {
  registryId: pulumi.Input<string>;
  tag: pulumi.Input<string>;
  version: pulumi.Input<string>;
  /** Set by an import within the registry (no push right needed) instead of a push. */
  viaImport: pulumi.Input<boolean>;
}

/** A tag that moves with each promotion. */
export class ImageTag extends pulumi.CustomResource {
  constructor(name: string, args: ImageTagArgs, opts?: pulumi.CustomResourceOptions) {
    super("airlock:index:ImageTag", name, { ...args }, opts);
  }
}

export interface TokenPasswordArgs {
  /** ARM id of the token's registry. */
  registryId: pulumi.Input<string>;
  loginServer: pulumi.Input<string>;
  /** A token that exists and is enabled. */
  tokenName: pulumi.Input<string>;
  /** Instant in UTC at which Azure ends the password: at most 30 days after it is made. Another one makes a new password. */
  expires: pulumi.Input<string>;
  /** A whole number; another one makes a new password. Default: 0. */
  rotation?: pulumi.Input<number>;
  /** True once the token is disabled for good: the password stays on record as it was, and none is made any more. */
  ended?: pulumi.Input<boolean>;
}

/**
 * A password of a registry token, tried at the registry before anything gets it. A new one is made in the other of the token's
 * two slots: the former one goes on working until the next one takes its slot, or until it expires. To end both, rotate twice.
 * Deleting this ends them.
 */
export class TokenPassword extends pulumi.CustomResource {
  /** Secret. */
  declare public readonly password: pulumi.Output<string>;
  /** `password1` or `password2`. */
  declare public readonly slot: pulumi.Output<string>;
  declare public readonly expires: pulumi.Output<string>;
  /** When Azure made it. */
  declare public readonly createdAt: pulumi.Output<string>;
  /** When the registry accepted it, by the registry's clock. */
  declare public readonly acceptedAt: pulumi.Output<string>;

  constructor(name: string, args: TokenPasswordArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "airlock:index:TokenPassword",
      name,
      { ...args, password: undefined, slot: undefined, createdAt: undefined, acceptedAt: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password"] }),
    );
  }
}

export interface RevocationProofArgs {
  /** ARM id of the token's registry. */
  registryId: pulumi.Input<string>;
  loginServer: pulumi.Input<string>;
  tokenName: pulumi.Input<string>;
  /** What `TokenPassword` made; must not have expired when the proof is made. */
  password: pulumi.Input<string>;
  passwordCreatedAt: pulumi.Input<string>;
  passwordExpires: pulumi.Input<string>;
  /** When the registry accepted the password. */
  acceptedAt: pulumi.Input<string>;
  /** Object id of the account's Entra application. */
  applicationId: pulumi.Input<string>;
  /** Object id of its service principal. */
  servicePrincipalId: pulumi.Input<string>;
  /** ARM ids of where the account's role assignments stood; the registry is always looked at. */
  scopes: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * The proof that a release's two accounts have ended, tried and read back: the registry accepted the password before and refuses
 * it now, with its token disabled and before its expiry; the Entra account is disabled, without credentials and roles. What still
 * works fails the update, and so does what can't be asked. Deleting this forgets it.
 */
export class RevocationProof extends pulumi.CustomResource {
  /** When the registry refused the password, by the registry's clock. */
  declare public readonly refusedAt: pulumi.Output<string>;
  /** When all of it was read back. */
  declare public readonly provenAt: pulumi.Output<string>;
  /** Until when an access token that was issued earlier may live, at the latest. */
  declare public readonly accessTokensLiveUntil: pulumi.Output<string>;

  constructor(name: string, args: RevocationProofArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "airlock:index:RevocationProof",
      name,
      { ...args, refusedAt: undefined, provenAt: undefined, accessTokensLiveUntil: undefined },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password"] }),
    );
  }
}

/** When something happened to a stage, as the release's file says. */
export interface StageEventsArgs {
  opened: pulumi.Input<string>;
  renewed?: pulumi.Input<string | undefined>;
  closing?: pulumi.Input<string | undefined>;
  closed?: pulumi.Input<string | undefined>;
}

export interface ReleaseHistoryArgs {
  version: pulumi.Input<string>;
  /** By environment. */
  stages: pulumi.Input<{ [environment: string]: pulumi.Input<StageEventsArgs> }>;
  deployed?: pulumi.Input<string | undefined>;
  /** When it was given up. */
  abandoned?: pulumi.Input<string | undefined>;
  deleted?: pulumi.Input<string | undefined>;
}

/**
 * What has happened to a release: a file that takes any of it back is refused at preview, so that nothing that ended lives again.
 * It depends on the stages that are closed, and the one that is not depends on it. Deleting this forgets it.
 */
export class ReleaseHistory extends pulumi.CustomResource {
  constructor(name: string, args: ReleaseHistoryArgs, opts?: pulumi.CustomResourceOptions) {
    super("airlock:index:ReleaseHistory", name, { ...args }, opts);
  }
}
