import { createHash, verify } from "node:crypto";
import type { PromotionPath } from "../promotion-path";
import { hashFor, readPublicKey } from "../signing/trusted-key";
import { onePersonEach } from "./people";
import type { Approval, Approver, Release, ReleaseSettings } from "./release";
import { approvingRoles } from "./stages";

/** What a project agreed on, as far as releases go. */
export interface Rules {
  readonly path: PromotionPath;
  readonly releases: ReleaseSettings;
  /** Why GitHub does not bear an approval out, where it was asked; undefined when it does. */
  readonly review?: (approval: Approval) => string | undefined;
}

/** What a person approves: everything but what shows that they did. */
export type Statement = Omit<Approval, "evidence"> & { readonly version: string };

/** The bytes that a signature is about, and the only form of an approval's file. */
export function statementText({ version, stage, role, by, at, images }: Statement): string {
  return `${JSON.stringify({ version, stage, role, by, at, images: sorted(images) }, undefined, 2)}\n`;
}

/**
 * The line that makes a review on GitHub an approval, written by the reviewer: whoever approves something else, a typing error
 * in the same pull request or other images, has not written it. A review has its own time, so that is no part of it.
 */
export function reviewLine(said: Omit<Statement, "at">): string {
  const { version, stage, role, by, images } = said;
  const hash = createHash("sha256").update(statementText({ version, stage, role, by, at: "", images }));
  return `airlock: ${by} approves ${version} into ${stage} for ${role}, sha256:${hash.digest("hex")}`;
}

/** Whether somebody's words have the line, on a line of its own. */
export function saysLine(words: string, line: string): boolean {
  return words.split(/\r\n|\r|\n/).some((one) => one.trim() === line);
}

/** Where a release stands on its way into a stage. */
export interface Standing {
  /** Role to whose approval counts for it; nobody stands here twice. */
  readonly approved: ReadonlyMap<string, string>;
  /** Roles that nobody has spoken for. */
  readonly missing: readonly string[];
  /** Approvals that count for nothing, and why. */
  readonly void: readonly { readonly approval: Approval; readonly why: string }[];
}

/**
 * Who has approved that the release enters a stage with its present images.
 * @param by who advances it: their own word doesn't count
 */
export function standingOf(release: Release, rules: Rules, to: string, by?: string): Standing {
  const asked = approvingRoles(rules.path, to);
  const judged = release.approvals
    .filter(({ stage }) => stage === to)
    .map((approval) => ({ approval, why: objectionTo(approval, release, rules, by) }));
  const approved = onePersonEach(
    new Map(
      asked.map((role) => [
        role,
        judged
          .filter(({ approval, why }) => why === undefined && approval.role === role)
          .map(({ approval }) => approval.by),
      ]),
    ),
  );
  return {
    approved,
    missing: asked.filter((role) => !approved.has(role)),
    void: judged.flatMap(({ approval, why }) => (why === undefined ? [] : [{ approval, why }])),
  };
}

/** Why an approval counts for nothing; undefined when it counts. */
export function objectionTo(
  approval: Approval,
  { version, images }: Pick<Release, "version" | "images">,
  { path, releases, review }: Rules,
  by?: string,
): string | undefined {
  const { stage, role } = approval;
  if (!approvingRoles(path, stage).includes(role)) return `${role} is not asked about ${stage}`;
  if (!speakersFor(releases, role).includes(approval.by))
    return `${approval.by} is neither manager nor backup of ${role}`;
  if (by !== undefined && isPerson(releases, approval.by, by))
    return `${approval.by} advances the release, and can't approve that`;
  if (!sameImages(approval.images, images)) return "it is about other images";
  return objectionToEvidence(approval, version, releases) ?? review?.(approval);
}

function objectionToEvidence(
  { evidence, ...said }: Approval,
  version: string,
  { people }: ReleaseSettings,
): string | undefined {
  const key = approverNamed(people, said.by)?.publicKey;
  if (!("signature" in evidence))
    return key === undefined ? undefined : `${said.by} has a key, and this is not signed with it`;
  if (key === undefined) return `no key of ${said.by} is known, so the signature shows nothing`;
  const holds = isSignature(statementText({ version, ...said }), evidence.signature, key);
  return holds ? undefined : `the signature is not that of ${said.by} for this release`;
}

/** What is known of a person; undefined when that is their name alone. */
export function approverNamed(people: ReleaseSettings["people"], name: string): Approver | undefined {
  return Object.hasOwn(people, name) ? people[name] : undefined;
}

/** Whose review is theirs, in small letters: GitHub makes no difference. */
export function gitHubLogin({ people }: Pick<ReleaseSettings, "people">, name: string): string {
  return (approverNamed(people, name)?.github ?? name).toLowerCase();
}

/** Whether whoever acts, by their name or as GitHub's workflows have it by their login, is this person. */
function isPerson(releases: ReleaseSettings, name: string, actor: string): boolean {
  return actor === name || actor.toLowerCase() === gitHubLogin(releases, name);
}

/** The people who can speak for an environment. */
export function speakersFor({ managers }: ReleaseSettings, role: string): string[] {
  return Object.hasOwn(managers, role) ? [managers[role].manager, managers[role].backup] : [];
}

export function sameImages(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function isSignature(text: string, signature: string, publicKey: string): boolean {
  const key = readPublicKey(publicKey);
  return verify(hashFor(key), Buffer.from(text), key, Buffer.from(signature, "base64"));
}

function sorted(images: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(images).sort(([one], [other]) => (one < other ? -1 : 1)));
}
