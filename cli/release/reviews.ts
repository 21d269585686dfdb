import { UserError } from "../../model/errors";
import {
  approverNamed,
  gitHubLogin,
  objectionTo,
  reviewLine,
  saysLine,
  saysOther,
  speakersFor,
  subjectOf,
  type Rules,
  type Statement,
} from "../../model/release/approvals";
import { historyProblems } from "../../model/release/history";
import { instant } from "../../model/release/instant";
import { releaseStack } from "../../model/release/names";
import { phaseOf, type Approval, type GitHubEvidence, type Release } from "../../model/release/release";
import { placeOf, type Place } from "../../model/release/review-address";
import { approvingRoles, stageNamed } from "../../model/release/stages";
import { refuseIncomplete } from "../../model/release/refusals";
import { currentStage } from "../../model/release/transitions";
import type { Settings } from "../../model/settings";
import type { GitHub } from "../github/client";
import { wordsAt, type Words } from "../github/words";

type Agreed = Pick<Settings, "path" | "releases" | "project" | "github">;
type Said = Omit<Statement, "at">;
type Review = NonNullable<Rules["review"]>;

interface Stated {
  readonly release: Release;
  readonly settings: Agreed;
}

/** Who approves what with a review, if they say so there. */
interface Candidate {
  readonly role: string;
  readonly by: string;
  readonly said: Said;
}

/**
 * The approval that stands on GitHub, for a stage and the images that the release has now.
 * @throws UserError: 1 when nobody who is asked says there what is approved, 2 for an address of somewhere else, 3 when GitHub
 * doesn't say
 */
export async function approvalsFrom(
  gitHub: GitHub,
  { release, settings }: Stated,
  stage: string,
  evidence: GitHubEvidence,
  now: Date,
): Promise<Approval[]> {
  const candidates = candidatesFor({ release, settings }, stage);
  const place = placeIn(gitHub, settings, evidence);
  if (typeof place === "string")
    throw new UserError({
      what: place,
      where: addressOf(evidence),
      fix: "Give the address of a review or of a run as GitHub shows it",
      exitCode: 2,
    });
  const words = await wordsAt(gitHub, place);
  const found = words.flatMap((said) =>
    candidates
      .filter((one) => speaks(said, settings, one.said) === undefined)
      .map(({ role, by }): Approval => {
        const { images } = release;
        return { stage, role, by, at: said.at ?? instant(now), images, evidence };
      }),
  );
  if (found.length > 0) return found;
  throw new UserError({
    what: `nobody approves ${release.version} into ${stage} there: ${whyNot(words, settings, candidates)}`,
    where: addressOf(evidence),
    fix: `Whoever approves writes into the review, as a line of its own, what this prints: airlock release approval ${release.version} --to ${stage} --role <env> --by <name>`,
    exitCode: 1,
  });
}

/**
 * Asks GitHub about the reviews that would count for a stage, and gives back what it says of each. Whoever has signed is not
 * asked about.
 * @param open how to reach GitHub; called when there is something to ask
 * @throws UserError (3) when GitHub doesn't say
 */
export function readReviews(
  open: () => GitHub,
  { release, settings }: Stated,
  stage: string,
): Promise<Review> {
  // A stage that is open keeps what it was opened with.
  if (phaseOf(release, stage) !== "waiting") return Promise.resolve(() => undefined);
  const counted = release.approvals.filter(
    (approval) => approval.stage === stage && objectionTo(approval, release, settings) === undefined,
  );
  return judgeOf(open, { release, settings }, counted);
}

/**
 * Asks GitHub about the approvals that the stage in which a release is was opened with, as long as it is open.
 * @returns those that it bears out
 * @throws UserError: 1 when it doesn't bear them out, 3 when it doesn't say
 */
export async function verifyReviews(open: () => GitHub, { release, settings }: Stated): Promise<Approval[]> {
  const { path } = settings;
  const present = currentStage(release, path);
  // Closing waits for nobody's word, and so for no GitHub.
  const isOpen = phaseOf(release, present) === "open";
  const opening = isOpen ? release.approvals.filter(({ stage }) => stage === present) : [];
  const rules = { ...settings, review: await judgeOf(open, { release, settings }, opening) };
  const [problem] = historyProblems(release, rules);
  if (problem === undefined) {
    const { stages } = release;
    return opening.filter((approval) => {
      const { images } = approval;
      return objectionTo(approval, { ...release, images }, rules, stages[present].by) === undefined;
    });
  }
  const where = `Pulumi.${releaseStack(release.version)}.yaml: ${problem.path.join(".")}`;
  throw new UserError({ what: problem.what, where, fix: problem.fix, exitCode: 1 });
}

async function judgeOf(
  open: () => GitHub,
  { release, settings }: Stated,
  approvals: readonly Approval[],
): Promise<Review> {
  const reviewed = approvals.filter(({ evidence }) => !("signature" in evidence));
  const said = new Map<string, string | undefined>();
  if (reviewed.length > 0) {
    const gitHub = open();
    for (const approval of reviewed)
      said.set(keyOf(approval), await objectionOnGitHub(gitHub, release, settings, approval));
  }
  return (approval) => {
    if ("signature" in approval.evidence) return undefined;
    return said.has(keyOf(approval)) ? said.get(keyOf(approval)) : "GitHub was not asked about it yet";
  };
}

/** Why GitHub does not bear an approval out; undefined when it does. */
async function objectionOnGitHub(
  gitHub: GitHub,
  release: Release,
  settings: Agreed,
  { evidence, at: _, ...said }: Approval,
): Promise<string | undefined> {
  if ("signature" in evidence) return undefined;
  const place = placeIn(gitHub, settings, evidence);
  if (typeof place === "string") return place;
  const claim = { ...subjectOf(release, settings), ...said };
  const objections = (await wordsAt(gitHub, place)).map((words) => speaks(words, settings, claim));
  if (objections.includes(undefined)) return undefined;
  return objections.length === 1 ? objections[0] : nothingThere(objections);
}

/** Why these words are not this person's approval; undefined when they are. */
function speaks(words: Words, settings: Agreed, said: Said): string | undefined {
  const { by } = said;
  const login = gitHubLogin(settings.releases, by);
  if (words.login !== login) return `it is of ${words.login}, and ${by} is ${login}`;
  if (words.objection !== undefined) return words.objection;
  return saysLine(words.text, reviewLine(said)) ? undefined : whyNotLine(words, said);
}

function whyNotLine({ text }: Words, said: Said): string {
  return saysOther(text, said)
    ? "its line is about other images, or about another release of that version"
    : "it does not have the line that says what is approved";
}

function whyNot(words: readonly Words[], { releases }: Agreed, candidates: readonly Candidate[]): string {
  const [first] = words;
  if (first === undefined || words.length > 1) return nothingThere(words);
  if (first.objection !== undefined) return first.objection;
  const asked = candidates.filter(({ by }) => gitHubLogin(releases, by) === first.login);
  if (asked.length === 0) return `${first.login} is the login of nobody who is asked`;
  const { said } = asked.find((one) => saysOther(first.text, one.said)) ?? asked[0];
  return whyNotLine(first, said);
}

function nothingThere(words: readonly unknown[]): string {
  return words.length === 0
    ? "GitHub has nothing there"
    : "nobody who is asked wrote the line that says what is approved";
}

/**
 * Everybody who could approve a stage with a review, and the line that would do it. Whoever has a key signs.
 * @throws UserError: 1 while an image is missing, 2 for what is no stage
 */
export function candidatesFor({ release, settings }: Stated, stage: string): Candidate[] {
  const { images } = release;
  const { path, releases } = settings;
  const subject = subjectOf(release, settings);
  const { environment } = stageNamed(path, stage);
  refuseIncomplete(release);
  return approvingRoles(path, environment.name).flatMap((role) =>
    speakersFor(releases, role)
      .filter((by) => approverNamed(releases.people, by)?.publicKey === undefined)
      .map((by) => ({ role, by, said: { ...subject, stage, role, by, images } })),
  );
}

/** The place of an address, or why it is none of this project. */
function placeIn({ server }: GitHub, { github }: Agreed, evidence: GitHubEvidence): Place | string {
  const repository = `${github.owner}/${github.repository}`;
  const place = placeOf(evidence);
  if (place === undefined) return `${addressOf(evidence)} is not the address of a review or a run`;
  if (place.server !== server || place.repository.toLowerCase() !== repository.toLowerCase())
    return `it is not in ${repository}`;
  return place;
}

function addressOf(evidence: GitHubEvidence): string {
  return "review" in evidence ? evidence.review : evidence.run;
}

function keyOf(approval: Approval): string {
  return JSON.stringify(approval);
}
