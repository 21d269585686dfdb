import { isConnectionSubject } from "../azure-devops";
import { gitHubIssuer, type GitHubRepository, type SignIn, signInOf } from "../federated-subject";
import { releaseSubjects } from "./release-access";
import type { Credential, Identity } from "./types";

export type { SignIn } from "../federated-subject";

/** Identity → the one sign-in that the configuration states for it. */
export function statedSignIns(settings: {
  readonly identities: Readonly<Record<string, Identity>>;
  readonly github: GitHubRepository;
}): Record<string, SignIn> {
  const { identities, github } = settings;
  return Object.fromEntries(
    Object.entries(identities).flatMap(([name, identity]) => {
      const signIn = signInOf(name, identity, github);
      return signIn === undefined ? [] : [[name, signIn]];
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
  const from =
    issuer === gitHubIssuer
      ? "github"
      : subject !== undefined && isConnectionSubject(subject)
        ? `azure devops, ${issuer}`
        : (issuer ?? "an issuer that is not known");
  const way =
    kind === "federated"
      ? `signs in from ${subject ?? "a subject that is not known"} (${from})`
      : `signs in with a ${kind}, ${name}: whoever has it`;
  return stated === false ? `${way}, a credential that the configuration does not state` : way;
}
