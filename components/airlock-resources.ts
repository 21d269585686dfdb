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

  constructor(name: string, args: ImageImportArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "airlock:index:ImageImport",
      name,
      { ...args, signedBy: undefined, sourceReference: undefined, labels: undefined, evidence: undefined },
      opts,
    );
  }
}

export interface ImageLockArgs extends ImageArgs {
  /** Tags that can be neither overwritten nor deleted. */
  tags: pulumi.Input<pulumi.Input<string>[]>;
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
