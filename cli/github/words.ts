import * as z from "zod";
import type { Place } from "../../model/release/review-address";
import type { GitHub } from "./client";

/** What somebody said on GitHub when they approved something. */
export interface Words {
  /** In small letters. */
  readonly login: string;
  readonly text: string;
  /** When; a run doesn't tell. */
  readonly at?: string;
  /** Why it is no approval; undefined when it is one. */
  readonly objection?: string;
}

const person = z.object({ login: z.string() });
const review = z.object({
  id: z.number(),
  node_id: z.string(),
  user: person.nullable(),
  body: z.string().nullable(),
  state: z.string(),
  submitted_at: z.iso.datetime().nullish(),
});
type Review = z.infer<typeof review>;
const waits = z.array(
  z.object({ state: z.string(), comment: z.string().nullish(), user: person.nullable() }),
);
const edited = z.object({
  data: z.object({ node: z.object({ lastEditedAt: z.string().nullable() }).nullable() }),
});

const perPage = 100;
const mostPages = 20;

/** What was said at a place, as GitHub has it now; nothing when there is no such place. */
export function wordsAt(gitHub: GitHub, { repository, at }: Place): Promise<Words[]> {
  return "run" in at ? wordsOfRun(gitHub, repository, at.run) : wordsOfReview(gitHub, repository, at);
}

async function wordsOfReview(
  gitHub: GitHub,
  repository: string,
  at: { readonly pull: string; readonly review: string },
): Promise<Words[]> {
  const all = await reviewsOf(gitHub, `/repos/${repository}/pulls/${at.pull}/reviews`);
  const found = all.find(({ id }) => String(id) === at.review);
  if (found?.user == null) return [];
  const words = {
    login: found.user.login.toLowerCase(),
    text: found.body ?? "",
    ...(found.submitted_at != null && { at: found.submitted_at }),
  };
  const objection = objectionTo(found, all) ?? (await objectionToEdit(gitHub, found));
  return [{ ...words, ...(objection !== undefined && { objection }) }];
}

/** All of a pull request's reviews, from the first to the last. */
async function reviewsOf(gitHub: GitHub, path: string): Promise<Review[]> {
  const all: Review[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const some = await gitHub.get(`${path}?per_page=${perPage}&page=${page}`, z.array(review));
    all.push(...(some ?? []));
    if ((some ?? []).length < perPage) break;
  }
  return all;
}

function objectionTo({ id, state, user }: Review, all: readonly Review[]): string | undefined {
  if (state === "DISMISSED") return "the review was dismissed";
  if (state !== "APPROVED") return `the review approves nothing: it is ${state}`;
  const later = all.slice(all.findIndex((one) => one.id === id) + 1);
  const takesBack = later.some((one) => one.user?.login === user?.login && one.state === "CHANGES_REQUESTED");
  return takesBack ? `${user?.login} asked for changes in a later review` : undefined;
}

/** Whoever may write to the repository can edit what others wrote, and REST doesn't tell. */
async function objectionToEdit(gitHub: GitHub, { node_id }: Review): Promise<string | undefined> {
  const query = "query($id: ID!) { node(id: $id) { ... on PullRequestReview { lastEditedAt } } }";
  const { data } = await gitHub.query(query, { id: node_id }, edited);
  if (data.node === null) return "GitHub does not show whether the review was edited";
  return data.node.lastEditedAt === null ? undefined : `the review was edited at ${data.node.lastEditedAt}`;
}

/** What people wrote when they let jobs of a run into an environment, or did not. */
async function wordsOfRun(gitHub: GitHub, repository: string, run: string): Promise<Words[]> {
  const said = (await gitHub.get(`/repos/${repository}/actions/runs/${run}/approvals`, waits)) ?? [];
  return said.flatMap(({ state, comment, user }) => {
    if (user === null) return [];
    const rejects = said.some((one) => one.user?.login === user.login && one.state === "rejected");
    const objection = rejects
      ? `${user.login} rejected a job of the run`
      : state === "approved"
        ? undefined
        : `what was said in the run approves nothing: it is ${state}`;
    return [
      { login: user.login.toLowerCase(), text: comment ?? "", ...(objection !== undefined && { objection }) },
    ];
  });
}
