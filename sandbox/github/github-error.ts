/** An error as GitHub's provider words it. */
export class GitHubError extends Error {
  constructor(
    readonly status: number,
    what: string,
    text: string,
  ) {
    super(`${what}: ${status} ${text}`);
    this.name = "GitHubError";
  }
}
