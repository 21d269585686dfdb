/** What the file of a release says of one stage. Instants are text in ISO 8601, in UTC. */
export interface StageRecord {
  readonly opened: string;
  /** Who advanced the release into it; not known of the first stage, which opens with the release. */
  readonly by?: string;
  /** Since when it has its present registry password, if that is not its first. */
  readonly renewed?: string;
  /** Since when its credentials are being taken away. */
  readonly closing?: string;
  /** Since when it stands proven that they are gone. */
  readonly closed?: string;
}

/** How far a stage is: not reached, its pair of accounts usable, on the way out, or proven to be gone. */
export type Phase = "waiting" | "open" | "closing" | "closed";

/** One person's word that a release may enter a stage, with exactly these images. */
export interface Approval {
  /** Environment of the stage that the release may enter. */
  readonly stage: string;
  /** Environment for whose manager the person speaks. */
  readonly role: string;
  readonly by: string;
  readonly at: string;
  /** Repository to digest. */
  readonly images: Readonly<Record<string, string>>;
  readonly evidence: ApprovalEvidence;
}

/**
 * What shows that the person said so: a signature by their key, in base64, or where they said it on GitHub: the https address
 * of a pull request's review, or of a run whose environment they let a job into.
 */
export type ApprovalEvidence = { readonly signature: string } | GitHubEvidence;

export type GitHubEvidence = { readonly review: string } | { readonly run: string };

/** A named person keeps the accounts of a release that ended. */
export interface Hold {
  readonly by: string;
  readonly reason: string;
  readonly until: string;
}

/** A release that will not go on. */
export interface Abandonment {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What the stack file of a release says. */
export interface Release {
  readonly version: string;
  /** Exact names. */
  readonly repositories: readonly string[];
  /** Repository to digest: what approvals are about. A repository may be missing until its image is built. */
  readonly images: Readonly<Record<string, string>>;
  /** By the name of the stage's environment. */
  readonly stages: Readonly<Record<string, StageRecord>>;
  readonly approvals: readonly Approval[];
  readonly hold?: Hold;
  /** Since when it runs in the last environment. */
  readonly deployed?: string;
  readonly abandoned?: Abandonment;
  /** Since when its accounts are to be gone. */
  readonly deleted?: string;
}

/** Who speaks for an environment: either of them. */
export interface Managers {
  readonly manager: string;
  readonly backup: string;
}

/** A person who approves. */
export interface Approver {
  /** Whoever has a key approves with a signature, and in no other way. */
  readonly publicKey?: string;
  /** Their login on GitHub, where it is not their name. */
  readonly github?: string;
}

/** What is agreed on for every release of a project. */
export interface ReleaseSettings {
  /** Environment to who approves for it. */
  readonly managers: Readonly<Record<string, Managers>>;
  /** What is known of who approves, by name. */
  readonly people: Readonly<Record<string, Approver>>;
  /** How long a registry password lives. */
  readonly passwordDays: number;
  /** Where jobs find the registry password, instead of in a secret of their GitHub environment. */
  readonly passwordVault?: PasswordVault;
}

/** A key vault of the project's subscription that grants access by roles. */
export interface PasswordVault {
  readonly name: string;
  readonly resourceGroup: string;
}

/** Days after which a registry password ends, unless the project says less or more. */
export const defaultPasswordDays = 7;
export const maximumPasswordDays = 30;

export function phaseOf({ stages }: Pick<Release, "stages">, environment: string): Phase {
  const record = Object.hasOwn(stages, environment) ? stages[environment] : undefined;
  if (record === undefined) return "waiting";
  if (record.closed !== undefined) return "closed";
  return record.closing === undefined ? "open" : "closing";
}

/** When the release was over: in production, or given up. Undefined while it goes on. */
export function endOf({ deployed, abandoned }: Pick<Release, "deployed" | "abandoned">): string | undefined {
  return deployed ?? abandoned?.at;
}
