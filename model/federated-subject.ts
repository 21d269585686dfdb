/** A GitHub repository; the numeric ids are needed where it was made, renamed or transferred after 2026-07-15. */
export interface GitHubRepository {
  readonly owner: string;
  readonly repository: string;
  readonly ownerId?: number;
  readonly repositoryId?: number;
}

/**
 * Subject of the token of a job that names a GitHub environment.
 * Both forms are GitHub's: `repo:OWNER/REPO:…`, and `repo:OWNER@ID/REPO@ID:…` when the ids are given.
 */
export function gitHubEnvironmentSubject(source: GitHubRepository, environment: string): string {
  const { owner, repository, ownerId, repositoryId } = source;
  const name =
    ownerId !== undefined && repositoryId !== undefined
      ? `${owner}@${ownerId}/${repository}@${repositoryId}`
      : `${owner}/${repository}`;
  return `repo:${name}:environment:${environment.replaceAll(":", "%3A")}`;
}
