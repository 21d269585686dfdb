import { isDeepStrictEqual } from "node:util";
import { releaseSubjects } from "../../model/access/release-access";
import { entraAudience, gitHubIssuer, subjectsOf } from "../../model/federated-subject";
import {
  type FederatedCredential,
  federatedCredential,
  subjectOfExpression,
} from "../access/federated-credential";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, textOf, unknown, type Value } from "../values";

/** Who may sign in: one GitHub environment, or one service connection of Azure DevOps, for one identity, word for word. */
export const identityRestrictFederation: ResourceRule = {
  name: "identity-restrict-federation",
  displayName: "Sign-in from one place",
  description:
    "A federated credential trusts the token of exactly one GitHub environment, or one service connection of Azure DevOps, that the configuration states, for one identity.",
  severity: "critical",
  remediationSteps:
    "Let PipelineIdentity make the credential; to change who signs in, change the identity's `githubEnvironment`, or its `azureDevOps`.",
  looksAt: [
    "Federated credentials of applications (plain and flexible) and of managed identities (azure-native of every version, classic, generic), in every stack.",
    "The issuer is GitHub Actions, or the one that the identity's `azureDevOps` states; the audience is `api://AzureADTokenExchange` and nothing besides.",
    "The subject is, letter for letter, the one of an identity's `githubEnvironment` in the repository under `github`: `repo:OWNER/REPO:environment:NAME`, or the form with numeric ids when the configuration has them; or the subject under its `azureDevOps`, which is one service connection's. So a wildcard, `pull_request`, a branch (`ref:`), another repository, another connection and an environment that no identity has are refused.",
    "Applications get credentials in the shared stack alone, where their ids are: a program of an environment could name the promoter's. A release's stack trusts the GitHub environments of its own tags, in both forms of the subject and in open stages alone.",
    "A managed identity may also trust one service account of an AKS cluster (workload identity): the cluster's own issuer, `system:serviceaccount:<namespace>:<name>` without a wildcard.",
    "A flexible expression says `eq` and nothing looser; besides the subject it may name a workflow file.",
    "A subject is given to as many applications as identities state it, and to no one more, all its forms counted together.",
    "A value that is not known before `pulumi up` is refused in a protected environment and in the shared stack.",
    "What it can't see: which identity's application a credential belongs to while ids are unknown, for names are the program's to choose. A credential that *takes the place* of another identity's passes here, and the preview shows its application. Credentials made outside of the program are `airlock access --live`'s matter.",
  ],
  reachesFurther: true,
  why: "A federated credential is a password that anyone has who can make GitHub issue the right token. `repo:org/*` is every repository that anyone in the organisation will ever make; `pull_request` is whoever opens one.",
  check: (resource, stack, earlier) => {
    const credential = federatedCredential(resource, stack);
    return credential ? findings(credential, resource, stack, earlier) : [];
  },
  recalls: (resource, stack) => federatedCredential(resource, stack) !== undefined,
};

function findings(
  credential: FederatedCredential,
  resource: Resource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const { issuer, audiences, properties } = credential;
  const workload = isWorkload(credential, resource);
  const issuerOf = knownSubjects(stack).get(subjectIn(credential) ?? "")?.issuer ?? gitHubIssuer;
  const audience = isList(audiences) && audiences.length === 1 ? audiences[0] : audiences;
  return [
    ...(workload ? [] : valueFindings(issuer, issuerOf, "the issuer", properties.issuer, stack)),
    ...valueFindings(audience, entraAudience, "the audience", properties.audiences, stack),
    ...(workload ? [] : subjectFindings(credential, resource, stack, earlier)),
  ];
}

/**
 * A service account of an AKS cluster that signs in as a managed identity. What that may do is its role assignments' matter; a
 * managed identity has no cell, and so no right on a registry of the path beyond those.
 */
function isWorkload({ issuer, subject, flexible }: FederatedCredential, { type }: Resource): boolean {
  return (
    !type.startsWith("azuread:") &&
    !flexible &&
    /^https:\/\/[a-z0-9-]+\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/i.test(
      textOf(issuer) ?? "",
    ) &&
    /^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/.test(textOf(subject) ?? "")
  );
}

function valueFindings(
  value: Value,
  expected: string,
  what: string,
  property: string,
  { strict }: StackFacts,
): Finding[] {
  const fix = `Set it to ${expected}`;
  if (value === expected) return [];
  if (value === unknown || (isList(value) && value.includes(unknown))) {
    return strict ? [{ what: `${what} is not known before \`pulumi up\``, property, fix }] : [];
  }
  return [
    { what: `${what} is ${isList(value) ? value.join(", ") || "left out" : String(value)}`, property, fix },
  ];
}

function subjectFindings(
  { subject, flexible, properties }: FederatedCredential,
  resource: Resource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const property = properties.subject;
  const fix =
    "Give the identity its own GitHub environment in `identities`, and pass on the subject that follows";
  if (subject === unknown) {
    return stack.strict ? [{ what: "who may sign in is not known before `pulumi up`", property, fix }] : [];
  }
  const stated = textOf(subject) ?? "";
  const wanted = flexible ? subjectOfExpression(stated) : stated;
  const subjects = knownSubjects(stack);
  const identities = wanted === undefined ? undefined : subjects.get(wanted)?.identities;
  if (wanted === undefined || identities === undefined) {
    return [{ what: `${whoSignsIn(stated, flexible)} can sign in`, property, fix }];
  }
  if (stack.environment !== undefined) {
    return [
      {
        what: `a program of ${stack.environment.name} lets ${wanted} sign in, and nobody can see as whom`,
        property,
        fix: "Make identities and their credentials in the shared stack, with PipelineIdentity",
      },
    ];
  }
  const forms = [...subjects].filter(([, others]) => isDeepStrictEqual(others.identities, identities));
  const holders = holdersOf(
    forms.map(([form]) => form),
    [...earlier, resource],
    stack,
  );
  if (holders <= identities.length) return [];
  return [
    {
      what: `${holders} applications trust ${wanted}, but it is the subject of ${identities.length}: ${identities.join(", ")}`,
      property,
      fix: "Leave it to the one identity that it belongs to",
    },
  ];
}

/**
 * How many applications trust a subject, whichever of its forms. While ids are unknown, two credentials of two forms may be of
 * one application, and two of one form are not.
 */
function holdersOf(forms: readonly string[], resources: readonly Resource[], stack: StackFacts): number {
  const trusting = forms.map((form) =>
    resources.flatMap((one) => {
      const credential = federatedCredential(one, stack);
      const same = credential && textOf(credential.subject) !== undefined && subjectIn(credential) === form;
      return same ? [{ name: one.name, identity: credential.identity }] : [];
    }),
  );
  const known = new Set(trusting.flat().flatMap(({ identity }) => identity ?? []));
  const unnamed = trusting.map(
    (some) => new Set(some.flatMap(({ name, identity }) => (identity === undefined ? name : []))).size,
  );
  return known.size + Math.max(...unnamed);
}

/** A release's stack lets its own tags sign in, in the stages that are open, and nobody else; every other stack the reverse. */
function knownSubjects({ settings }: StackFacts): ReturnType<typeof subjectsOf> {
  if (settings.kind !== "release") return subjectsOf(settings);
  const subjects = [...releaseSubjects(settings)];
  return new Map(subjects.map(([subject, identities]) => [subject, { issuer: gitHubIssuer, identities }]));
}

function subjectIn({ subject, flexible }: FederatedCredential): string | undefined {
  return flexible ? subjectOfExpression(textOf(subject) ?? "") : textOf(subject);
}

/** Who a subject that the configuration does not state lets in. */
function whoSignsIn(subject: string, flexible: boolean): string {
  if (subject === "") return "a token without a subject";
  if (flexible && !/[*?]/.test(subject)) return `whoever fits ${subject}`;
  if (/[*?]/.test(subject)) return `every workflow that fits ${subject}`;
  if (subject.endsWith(":pull_request")) return `whoever opens a pull request (${subject})`;
  if (/:ref:/.test(subject)) return `every workflow on a branch or tag, without a gate (${subject})`;
  return `${subject}, which no identity of the configuration states,`;
}
