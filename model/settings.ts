import type { Identity } from "./access/types";
import type { ClusterPlan } from "./cluster/judge";
import type { DeliverySettings } from "./delivery/settings";
import type { NetworkPlan } from "./network/plan";
import type { PromotionPath } from "./promotion-path";
import type { Release, ReleaseSettings } from "./release/release";

/** One image that an environment runs, and what it ran before. */
export interface PromotedEntry {
  version: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  digest: string;
  /** The rollback window, most recent first. */
  previous: { version: string; digest: string }[];
}

/** One finding that does not stand for now: who says so, why, and until when. */
export interface Exemption {
  /** Name of the policy. */
  readonly policy: string;
  /** Logical name of the resource. */
  readonly resource: string;
  /** Type token of the resource: another one of the same name is not meant. */
  readonly type: string;
  /** Environment whose stack holds the resource, `shared` or `release`. */
  readonly environment: string;
  /** Path of the property, with all that is below it; left out, every property. */
  readonly property?: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Last day, `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

/** Images that an environment's registries keep, whatever their age: who says so, why, and until when. */
export interface Hold {
  /** Repository, or namespace (`iam/*`); with a digest left out, any. */
  readonly repository?: string;
  readonly digest?: string;
  readonly by: string;
  readonly reason: string;
  /** Last day, `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

export interface PolicySettings {
  /** Policy to unprotected environment to its level there; everywhere else policies are mandatory. */
  readonly levels: Readonly<Record<string, Readonly<Record<string, "advisory" | "mandatory" | "disabled">>>>;
  readonly exemptions: readonly Exemption[];
}

/** Whose signatures count: the holder's of one key, or those of identities that an authority vouches for; never both. */
export interface SigningSettings {
  /** PEM. */
  readonly publicKey?: string;
  readonly keyless?: {
    /** Issuer of the tokens that the authority was shown. */
    readonly issuer: string;
    /** Repository or namespace (`iam/*`) to who signs it; no repository has two. */
    readonly identities: Readonly<Record<string, SigningIdentity>>;
    readonly trustedRoot: TrustedRootFile;
  };
}

/** Sigstore's `trusted_root.json`, by digest. */
export interface TrustedRootFile {
  /** In the configuration relative to Pulumi.yaml, for a component to the folder that the program runs in. */
  readonly file: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

/** Who signs, and what they may have built. */
export interface SigningIdentity {
  /** To the letter: for GitHub the address of the workflow's file at a ref. */
  readonly identity: string;
  /** `https://github.com/<owner>/<repository>@<ref>`; left out, where a GitHub workflow stands itself. */
  readonly source?: string;
}

/** An identity that signs without a key of its own. */
export interface KeylessSigner extends SigningIdentity {
  readonly issuer: string;
  readonly trustedRoot: TrustedRootFile;
}

/** Who must have signed one image. */
export type ImageSigner = { readonly publicKey: string } | { readonly keyless: KeylessSigner };

/** A cluster and who reaches its API. */
export interface ClusterSettings extends ClusterPlan {
  /** Addresses of services inside of the cluster, which no network outside sees. */
  readonly serviceRange: string;
  /** Public addresses and ranges that reach its API; none: the API has a private address alone. */
  readonly authorizedRanges: readonly string[];
}

/** What a proof of concept has besides registries, identities and clusters. */
export interface PocSettings {
  readonly network: NetworkPlan & { readonly subnets: Readonly<Record<PocSubnet, string>> };
  /** Who is told of what should not happen there: mail addresses. */
  readonly alerts: readonly string[];
  /** Environment → repository → what it has of it. */
  readonly images: Readonly<Record<string, Readonly<Record<string, PromotedEntry>>>>;
  /** Name of a registry token, and of the secret with its password. */
  readonly passwords: Readonly<Record<string, PocPassword>>;
  /** The project that it is a part of, with which it has nothing in common. */
  readonly production: Settings;
}

/** A registry password of a client that can't sign in without one. */
export interface PocPassword {
  /** Environment whose registry it pulls from. */
  readonly environment: string;
  /** Exact names. */
  readonly repositories: readonly string[];
  /** The identity that reads the password. */
  readonly identity: string;
  /** Why there has to be one. */
  readonly reason: string;
  /** Instant in UTC from which the first one's life counts. */
  readonly from: string;
  /** How long each lives. */
  readonly days: number;
}

/** Subnets of a proof of concept: nodes, runners, and private endpoints. */
export const pocSubnets = ["aks", "pipeline", "acr"] as const;
export type PocSubnet = (typeof pocSubnets)[number];
/** What the stack of a proof of concept is called. */
export const pocStack = "poc";

/** What levels, exemptions and tags call a stack by: its environment, `shared`, `release` or `poc`. */
export function scopeOf({
  kind,
  environment,
  delivery,
}: Pick<Settings, "kind" | "environment" | "delivery">): string {
  // Environments of the proof of concept may be called like those of the path, and are none of them.
  return delivery?.stack === pocStack ? pocStack : (environment ?? kind);
}

/** The validated configuration of one stack. */
export interface Settings {
  readonly kind: "shared" | "environment" | "release" | "poc" | "delivery";
  /** The environment on the path that this stack makes, or whose workloads it runs; only with kinds `environment` and `delivery`. */
  readonly environment?: string;
  /** Prefix of physical names. */
  readonly organization: string;
  /** Organisation part of stack references. */
  readonly stackOrganization: string;
  /** Azure region. */
  readonly location: string;
  readonly tenantId?: string;
  readonly subscriptionId: string;
  readonly path: PromotionPath;
  /** Team to the namespaces (`iam/*`) that it owns; no repository has two owners. */
  readonly teams: Record<string, string[]>;
  readonly identities: Record<string, Identity>;
  /** Identity to column (an environment, or `signing`) to cells (`pull`, `push iam/*`, `none`). */
  readonly access: Record<string, Record<string, string[]>>;
  /** The repository whose workflows sign in. */
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly github: { owner: string; repository: string; ownerId?: number; repositoryId?: number };
  readonly signing: SigningSettings;
  readonly tags: { project: string; owner: string; purpose: string };
  readonly policies: PolicySettings;
  /** Repository to what runs; empty unless kind is `environment`. */
  readonly images: Record<string, PromotedEntry>;
  /** What the sweep spares; empty unless kind is `environment`. */
  readonly holds: readonly Hold[];
  /** What is agreed on for every release. */
  readonly releases: ReleaseSettings;
  /** The release whose accounts this stack makes; only with kind `release`. */
  readonly release?: Release;
  /** Environment → its cluster; only with kind `poc`. */
  readonly clusters?: Readonly<Record<string, ClusterSettings>>;
  /** The small world that this stack makes; only with kind `poc`, whose other settings are that world's own. */
  readonly poc?: PocSettings;
  /** What this stack runs in a cluster; only with kind `delivery`. */
  readonly delivery?: DeliverySettings;
  /** Name of the vault with the key that signs images, where it is not the usual one. */
  readonly signingVault?: string;
}
