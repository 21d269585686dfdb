/** A GitHub repository; the numeric ids are needed where it was made, renamed or transferred after 2026-07-15. */
export interface GitHubRepository {
  readonly owner: string;
  readonly repository: string;
  readonly ownerId?: number;
  readonly repositoryId?: number;
}

/** Issuer of the tokens of GitHub Actions on github.com. */
export const gitHubIssuer = "https://token.actions.githubusercontent.com";

/** The only audience that Entra ID takes a workflow's token for. */
export const entraAudience = "api://AzureADTokenExchange";

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

/**
 * The same in each form that GitHub may give it, by a name for the credential: which one a repository has depends on when it
 * was made, renamed or transferred last.
 */
export function gitHubEnvironmentSubjects(
  source: GitHubRepository,
  environment: string,
): Record<string, string> {
  const { owner, repository } = source;
  const named = gitHubEnvironmentSubject({ owner, repository }, environment);
  const numbered = gitHubEnvironmentSubject(source, environment);
  return {
    "github-environment": named,
    ...(numbered !== named && { "github-environment-ids": numbered }),
  };
}

/** The GitHub environment that an application signs in from: its own name, unless it states another. */
export function gitHubEnvironmentOf(
  name: string,
  { githubEnvironment }: { readonly githubEnvironment?: string },
): string {
  return githubEnvironment ?? name;
}

/** Applications, by the one subject that may sign in as them. */
export function subjectsOf({
  github,
  identities,
}: {
  readonly github: GitHubRepository;
  readonly identities: Readonly<
    Record<string, { readonly kind: string; readonly githubEnvironment?: string }>
  >;
}): ReadonlyMap<string, readonly string[]> {
  const subjects = new Map<string, string[]>();
  for (const [name, identity] of Object.entries(identities)) {
    if (identity.kind !== "application") continue;
    const subject = gitHubEnvironmentSubject(github, gitHubEnvironmentOf(name, identity));
    subjects.set(subject, [...(subjects.get(subject) ?? []), name]);
  }
  return subjects;
}

/** The GitHub environment that a subject names, in either form; undefined where it names none. */
export function environmentOfSubject(subject: string): string | undefined {
  return /:environment:([^']+)/.exec(subject)?.[1];
}
