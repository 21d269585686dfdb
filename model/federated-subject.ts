import type { AzureDevOpsConnection } from "./azure-devops";

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

/** Whose token signs somebody in. */
export interface SignIn {
  readonly issuer: string;
  readonly subject: string;
  /** Other forms in which the same subject may come. */
  readonly forms?: readonly string[];
}

/** What the configuration says of how an identity signs in. */
interface StatedIdentity {
  readonly kind: string;
  readonly githubEnvironment?: string;
  readonly azureDevOps?: Partial<AzureDevOpsConnection>;
}

/** The one sign-in of an identity; undefined for a group, and while its service connection is not there yet. */
export function signInOf(
  name: string,
  identity: StatedIdentity,
  github: GitHubRepository,
): SignIn | undefined {
  const { kind, azureDevOps } = identity;
  if (kind !== "application") return undefined;
  if (azureDevOps === undefined) {
    const subject = gitHubEnvironmentSubject(github, gitHubEnvironmentOf(name, identity));
    return { issuer: gitHubIssuer, subject };
  }
  const { issuer, subject } = azureDevOps;
  return issuer !== undefined && subject !== undefined ? { issuer, subject } : undefined;
}

/** Applications, by the one subject that may sign in as them, with the issuer of its tokens. */
export function subjectsOf({
  github,
  identities,
}: {
  readonly github: GitHubRepository;
  readonly identities: Readonly<Record<string, StatedIdentity>>;
}): ReadonlyMap<string, { readonly issuer: string; readonly identities: readonly string[] }> {
  const subjects = new Map<string, { issuer: string; identities: string[] }>();
  for (const [name, identity] of Object.entries(identities)) {
    const signIn = signInOf(name, identity, github);
    if (signIn === undefined) continue;
    const others = subjects.get(signIn.subject)?.identities ?? [];
    subjects.set(signIn.subject, { issuer: signIn.issuer, identities: [...others, name] });
  }
  return subjects;
}

/** The GitHub environment that a subject names, in either form; undefined where it names none. */
export function environmentOfSubject(subject: string): string | undefined {
  return /:environment:([^']+)/.exec(subject)?.[1];
}
