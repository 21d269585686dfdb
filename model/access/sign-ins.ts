import {
  gitHubEnvironmentOf,
  gitHubEnvironmentSubject,
  gitHubIssuer,
  type GitHubRepository,
} from "../federated-subject";
import { releaseSubjects } from "./release-access";
import type { Credential, Identity } from "./types";

/** Whose token signs somebody in. */
export interface SignIn {
  readonly issuer: string;
  readonly subject: string;
  /** Other forms in which the same subject may come. */
  readonly forms?: readonly string[];
}

/** Identity → the one sign-in that the configuration states for it. */
export function statedSignIns(settings: {
  readonly identities: Readonly<Record<string, Identity>>;
  readonly github: GitHubRepository;
}): Record<string, SignIn> {
  const { identities, github } = settings;
  return Object.fromEntries(
    Object.entries(identities)
      .filter(([, { kind }]) => kind === "application")
      .map(([name, identity]) => {
        const subject = gitHubEnvironmentSubject(github, gitHubEnvironmentOf(name, identity));
        return [name, { issuer: gitHubIssuer, subject }];
      }),
  );
}

/** The same of the accounts of a release, in the stages that are open. */
export function releaseSignIns(settings: Parameters<typeof releaseSubjects>[0]): Record<string, SignIn> {
  const signIns: Record<string, SignIn> = {};
  for (const [subject, accounts] of releaseSubjects(settings)) {
    for (const account of accounts) {
      const known = Object.hasOwn(signIns, account) ? signIns[account] : undefined;
      signIns[account] = known
        ? { ...known, forms: [...(known.forms ?? []), subject] }
        : { issuer: gitHubIssuer, subject };
    }
  }
  return signIns;
}

/** `signs in from repo:contoso/platform:environment:prod (github)`, with what is wrong about it. */
export function describeSignIn({ kind, name, subject, issuer, stated }: Credential): string {
  const from = issuer === gitHubIssuer ? "github" : (issuer ?? "an issuer that is not known");
  const way =
    kind === "federated"
      ? `signs in from ${subject ?? "a subject that is not known"} (${from})`
      : `signs in with a ${kind}, ${name}: whoever has it`;
  return stated === false ? `${way}, a credential that the configuration does not state` : way;
}
