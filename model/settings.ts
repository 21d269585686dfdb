import type { Identity } from "./access/types";
import type { PromotionPath } from "./promotion-path";

/** One image that an environment runs, and what it ran before. */
export interface PromotedEntry {
  version: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  digest: string;
  /** The rollback window, most recent first. */
  previous: { version: string; digest: string }[];
}

/** The validated configuration of one stack. */
export interface Settings {
  readonly kind: "shared" | "environment";
  /** The environment on the path that this stack makes; only with kind `environment`. */
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
  readonly github: { owner: string; repository: string; ownerId?: number; repositoryId?: number };
  /** The trusted public key, PEM. */
  readonly signing: { publicKey?: string };
  readonly tags: { project: string; owner: string; purpose: string };
  /** Repository to what runs; empty unless kind is `environment`. */
  readonly images: Record<string, PromotedEntry>;
}
