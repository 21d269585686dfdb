import type { GitHubEvidence } from "./release";

const where = "^(https://[a-z0-9.-]+)/([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)";
const number = "([1-9][0-9]{0,17})";

/** `https://github.com/<owner>/<repository>/pull/<number>#pullrequestreview-<id>`, as GitHub links to a review. */
export const reviewAddress = new RegExp(`${where}/pull/${number}#pullrequestreview-${number}$`);
/** `https://github.com/<owner>/<repository>/actions/runs/<id>`. */
export const runAddress = new RegExp(`${where}/actions/runs/${number}$`);

/** A place on GitHub where people approve. */
export interface Place {
  /** `https://github.com`. */
  readonly server: string;
  /** Owner and name. */
  readonly repository: string;
  /** What is asked for: one review of a pull request, or what was said when jobs of a run waited. */
  readonly at: { readonly pull: string; readonly review: string } | { readonly run: string };
}

/** The place that an address is of; undefined for other addresses. */
export function placeOf(evidence: GitHubEvidence): Place | undefined {
  if ("review" in evidence) {
    const [, server, repository, pull, review] = reviewAddress.exec(evidence.review) ?? [];
    return review === undefined ? undefined : { server, repository, at: { pull, review } };
  }
  const [, server, repository, run] = runAddress.exec(evidence.run) ?? [];
  return run === undefined ? undefined : { server, repository, at: { run } };
}
