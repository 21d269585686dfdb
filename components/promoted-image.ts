import * as pulumi from "@pulumi/pulumi";
import { digestReference, digestStart } from "../model/image-reference";
import { refusalOf } from "../model/proof";
import { latestTag, versionTag } from "../model/tags";
import {
  type ApprovalArgs,
  ImageImport,
  ImageLock,
  ImageTag,
  type KeylessSignerArgs,
} from "./airlock-resources";
import { withoutTraces } from "./without-traces";

/** A registry that takes part in a promotion. */
export interface PromotionRegistryArgs {
  /** ARM id of the registry. */
  registryId: pulumi.Input<string>;
  /** Login server, where its content is read and written. */
  loginServer: string;
}

/** A registry that receives images. */
export interface PromotionTargetArgs extends PromotionRegistryArgs {
  /** Host by which references name it, where the organisation has a name of its own in front. Default: `loginServer`. */
  customHost?: string;
}

/** What a promotion attestation has to agree with. */
export interface PromotionAttestationArgs {
  /** Environments whose managers are asked about an image of a release. */
  roles: string[];
  /** Digest → version of each release that it is part of → role → approval on record. A digest of no release is left out. */
  releases?: { [digest: string]: { [version: string]: { [role: string]: ApprovalArgs } } };
}

export interface PromotedImageArgs {
  /** Repository, the same in every registry of the path, e.g. `iam/auth-service`. */
  repository: string;
  /** Version that the environment runs. */
  version: string;
  /** Digest that the environment runs: `sha256:` and 64 hex digits. */
  digest: string;
  /** The rollback window: digest of a replaced image → its version. */
  previous?: { [digest: string]: string };
  /** Environment that the image enters; part of its tags. An image that is labelled for another is refused. */
  environment: string;
  /** Registries that receive the image, by a stable key; `primary` is the environment's own. */
  targets: { [key: string]: PromotionTargetArgs };
  /** The predecessor's registry. Left out in the first environment, where images are built. */
  source?: PromotionRegistryArgs;
  /** PEM public key whose signature the image must carry. */
  publicKey?: string;
  /** Or the identity whose keyless signature it must carry; exactly one of the two. */
  keyless?: KeylessSignerArgs;
  /** Given where every image needs a promotion attestation for this environment, by the same signer. */
  attested?: PromotionAttestationArgs;
  /** Bring attestations for later environments along, which are made when the image is here already. Default: false. */
  carriesAttestations?: boolean;
  /** Forbid overwriting the version tag and deleting the manifest. Default: true. */
  lock?: boolean;
  /** Forbid new tags and referrers on the manifest too; `latest-<env>` then needs an unlock. Default: false. */
  lockManifestWrites?: boolean;
}

/** One image in one environment: imported by digest with its evidence, verified, locked, tagged. */
export class PromotedImage extends pulumi.ComponentResource {
  /** What a workload names: `<host>/<repository>@<digest>`. */
  public readonly reference: string;
  /** Whose signature was verified. */
  public readonly signedBy: pulumi.Output<string>;
  /** What the image says of itself: source, revision, version, created, and the environment and registry that it is built for. */
  public readonly labels: pulumi.Output<{ [label: string]: string }>;

  constructor(name: string, args: PromotedImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:PromotedImage", name, args, opts);
    const primary = args.targets.primary;
    if (primary === undefined) {
      throw new pulumi.ResourceError(
        `PromotedImage "${name}": targets has no \`primary\`; it names the environment's own registry`,
        this,
      );
    }
    if ((args.publicKey === undefined) === (args.keyless === undefined)) {
      throw new pulumi.ResourceError(
        `PromotedImage "${name}": whose signature counts is ${args.publicKey === undefined ? "not said" : "said twice"}; give \`publicKey\` or \`keyless\``,
        this,
      );
    }
    const versions: { [digest: string]: string } = { ...args.previous, [args.digest]: args.version };
    const refusal = refusalOf({
      names: [
        { kind: "repository", name: args.repository, where: "repository" },
        { kind: "digest", name: args.digest, where: "digest" },
        ...Object.keys(args.previous ?? {}).map((digest) => ({
          kind: "digest" as const,
          name: digest,
          where: "previous",
        })),
      ],
    });
    if (refusal !== undefined) throw new pulumi.ResourceError(`PromotedImage "${name}": ${refusal}`, this);
    const current = withoutTraces(() => this.registerImages(name, args, versions));
    this.reference = digestReference(primary.customHost ?? primary.loginServer, args.repository, args.digest);
    this.signedBy = current.primary.signedBy;
    this.labels = current.primary.labels;
    this.registerOutputs({ reference: this.reference, signedBy: this.signedBy, labels: this.labels });
  }

  /** @returns the image that the environment runs, in each target */
  private registerImages(
    name: string,
    args: PromotedImageArgs,
    versions: { [digest: string]: string },
  ): { [target: string]: ImageImport } {
    const manifestWriteEnabled = !(args.lockManifestWrites ?? false);
    const current: { [target: string]: ImageImport } = {};
    for (const key of Object.keys(args.targets).sort()) {
      const { registryId, loginServer } = args.targets[key];
      const target = { registryId, loginServer };
      const suffix = key === "primary" ? "" : `-${key}`;
      const locks: pulumi.Resource[] = [];
      for (const digest of Object.keys(versions).sort()) {
        // Named by digest: an image that moves into the rollback window is no change.
        const child = `${name}@${digestStart(digest)}${suffix}`;
        const image = new ImageImport(
          child,
          {
            ...target,
            repository: args.repository,
            digest,
            version: versions[digest],
            environment: args.environment,
            tags: [versionTag(versions[digest], args.environment)],
            source: args.source,
            publicKey: args.publicKey,
            keyless: args.keyless,
            ...(args.attested && {
              attested: { roles: args.attested.roles, releases: args.attested.releases?.[digest] ?? {} },
            }),
            ...(args.carriesAttestations && { carriesAttestations: true }),
            manifestWriteEnabled,
          },
          { parent: this },
        );
        if (digest === args.digest) current[key] = image;
        if (args.lock ?? true) {
          locks.push(
            new ImageLock(
              child,
              {
                loginServer: target.loginServer,
                repository: args.repository,
                digest,
                tags: [versionTag(versions[digest], args.environment)],
                manifestWriteEnabled,
                ...(args.carriesAttestations && { carriedAttestations: image.carriedAttestations }),
              },
              { parent: this, dependsOn: image },
            ),
          );
        }
      }
      new ImageTag(
        `${name}${suffix}`,
        {
          ...target,
          repository: args.repository,
          tag: latestTag(args.environment),
          digest: args.digest,
          version: args.version,
          viaImport: args.source !== undefined,
          manifestWriteEnabled,
        },
        { parent: this, dependsOn: [current[key], ...locks] },
      );
    }
    return current;
  }
}
