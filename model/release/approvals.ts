import { createHash, verify } from "node:crypto";
import type { PromotionPath } from "../promotion-path";
import { hashFor, readPublicKey } from "../signing/trusted-key";
import { onePersonEach } from "./people";
import { phaseOf, type Approval, type Approver, type Release, type ReleaseSettings } from "./release";
import { placeOf } from "./review-address";
import { approvingRoles, stagesOf } from "./stages";

/** What a project agreed on, as far as releases go. */
export interface Rules {
  readonly path: PromotionPath;
  readonly releases: ReleaseSettings;
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Where the project lives, and its people approve. */
  readonly github: { readonly owner: string; readonly repository: string };
  /** Why GitHub does not bear an approval out, where it was asked; undefined when it does. */
  readonly review?: (approval: Approval) => string | undefined;
}

/** The one release that an approval is about: another project has that version as well, and so has one that was made again. */
export interface Subject {
  readonly project: string;
  /** Owner and name on GitHub. */
  readonly repository: string;
  readonly version: string;
  /** When the release's first stage was opened. */
  readonly opened: string;
}

/** What a person approves: everything but what shows that they did. */
export type Statement = Subject & Omit<Approval, "evidence">;

export function subjectOf(
  { version, stages }: Pick<Release, "version" | "stages">,
  { project, github, path }: Pick<Rules, "project" | "github" | "path">,
): Subject {
  const first = stagesOf(path)[0]?.environment.name ?? "";
  const opened = Object.hasOwn(stages, first) ? stages[first].opened : "";
  return { project, repository: repositoryOf(github), version, opened };
}

/** The bytes that a signature is about, and the only form of an approval's file. */
export function statementText(statement: Statement): string {
  const { project, repository, version, opened, stage, role, by, at, images } = statement;
  const said = { project, repository, version, opened, stage, role, by, at, images: sorted(images) };
  return `${JSON.stringify(said, undefined, 2)}\n`;
}

/**
 * The line that makes a review on GitHub an approval, written by the reviewer: whoever approves something else, a typing error
 * in the same pull request or other images, has not written it. A review has its own time, so that is no part of it.
 */
export function reviewLine(said: Omit<Statement, "at">): string {
  const hash = createHash("sha256").update(statementText({ ...said, at: "" }));
  return `${beginning(said)}${hash.digest("hex")}`;
}

function beginning({ version, stage, role, by }: Omit<Statement, "at">): string {
  return `airlock: ${by} approves ${version} into ${stage} for ${role}, sha256:`;
}

/** Whether somebody's words have the line, on a line of its own. */
export function saysLine(words: string, line: string): boolean {
  return words.split(/\r\n|\r|\n/).some((one) => one.trim() === line);
}

/** Whether somebody's words have such a line with another hash. */
export function saysOther(words: string, said: Omit<Statement, "at">): boolean {
  const start = beginning(said);
  return (
    words.split(/\r\n|\r|\n/).some((one) => one.trim().startsWith(start)) &&
    !saysLine(words, reviewLine(said))
  );
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

/** Repositories whose image is another by now than the one that a stage was approved with. */
export function changedSince({ approvals, images }: Release, stage: string): string[] {
  const given = approvals.filter((approval) => approval.stage === stage);
  return Object.keys(images).filter((repository) =>
    given.some((approval) => approval.images[repository] !== images[repository]),
  );
}

/** Why an approval counts for nothing; undefined when it counts. */
export function objectionTo(
  approval: Approval,
  release: Pick<Release, "version" | "images" | "stages">,
  rules: Rules,
  by?: string,
): string | undefined {
  const { stage, role } = approval;
  const { path, releases, review } = rules;
  if (!approvingRoles(path, stage).includes(role)) return `${role} is not asked about ${stage}`;
  if (!speaks(approval, release, releases)) return `${approval.by} is neither manager nor backup of ${role}`;
  if (by !== undefined && isPerson(releases, approval.by, by))
    return `${approval.by} advances the release, and can't approve that`;
  if (!sameImages(approval.images, release.images)) return "it is about other images";
  return objectionToEvidence(approval, subjectOf(release, rules), rules) ?? review?.(approval);
}

/** Of a stage that is over, whoever approved it and is manager no more is known as long as `people` names them. */
function speaks(
  { stage, role, by }: Approval,
  release: Pick<Release, "stages">,
  { managers, people }: ReleaseSettings,
): boolean {
  const isOver = ["closing", "closed"].includes(phaseOf(release, stage));
  return speakersFor({ managers }, role).includes(by) || (isOver && Object.hasOwn(people, by));
}

function objectionToEvidence(
  { evidence, ...said }: Approval,
  subject: Subject,
  { releases: { people }, github }: Rules,
): string | undefined {
  const key = approverNamed(people, said.by)?.publicKey;
  if (!("signature" in evidence)) {
    if (key !== undefined) return `${said.by} has a key, and this is not signed with it`;
    return isIn(placeOf(evidence)?.repository, github) ? undefined : `it is not in ${repositoryOf(github)}`;
  }
  if (key === undefined) return `no key of ${said.by} is known, so the signature shows nothing`;
  const holds = isSignature(statementText({ ...subject, ...said }), evidence.signature, key);
  return holds ? undefined : `the signature is not that of ${said.by} for this release`;
}

function isIn(repository: string | undefined, github: Rules["github"]): boolean {
  return repository?.toLowerCase() === repositoryOf(github).toLowerCase();
}

function repositoryOf({ owner, repository }: Rules["github"]): string {
  return `${owner}/${repository}`;
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
export function speakersFor({ managers }: Pick<ReleaseSettings, "managers">, role: string): string[] {
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
