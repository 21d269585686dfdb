import { isSecret } from "../../model/azure/kinds";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import { type JobVariable, jobVariables, registryPassword } from "../../model/release/job-values";
import { registryAccount } from "../../model/release/names";
import { passwordExpires } from "../../model/release/password";
import { passwordSecret } from "../../model/release/password-vault";
import { stagesOf, stageTag } from "../../model/release/stages";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isObject, propertyPath, textOf, unknown, type Value } from "../values";

/** A release's gates hold, and its password is in one place. */
export const releaseRestrictPlaces: ResourceRule = {
  name: "release-restrict-places",
  displayName: "A release's gates and its password's place",
  description:
    "Into a stage's GitHub environment its own tag alone deploys, and the registry password is there or in the configured vault, and nowhere else.",
  severity: "critical",
  remediationSteps:
    "Let ReleaseAccess make the GitHub environments, secrets and variables of a release, and nothing besides.",
  looksAt: [
    "In the stack of a release: of GitHub there are the environments that are called like its stages' tags (`v1.2.3-qa`, `v1.2.3`, letter for letter, in the repository under `github`), their deployment policies, secrets and variables. Anything else of GitHub is refused: secrets of repositories, organisations, Dependabot and Codespaces, variables of repositories, rulesets.",
    "Such an environment has `customBranchPolicies` alone, and no bypass for administrators; a deployment policy allows the tag of the environment's own name, and no branch.",
    "The one secret is `REGISTRY_PASSWORD`, and none with `releases.passwordVault`. Variables have the names that ReleaseAccess gives, and what they say looks like what they are called after.",
    "A secret of a key vault is in `releases.passwordVault`, and is called like the password that a stage has now.",
    "The provider works for the configuration's own owner.",
    "In every other stack: no GitHub environment of that repository, and nothing in one, is called like a release's tag. GitHub ignores case.",
    "Values that are not known before `pulumi up` are refused where they decide; what variables say is judged again by the update.",
  ],
  reachesFurther: true,
  why: "The federated credential trusts whatever runs in the GitHub environment; the branch policy is what makes that the release's tag. And a copy of the password that lies elsewhere is on no list of what ends, and is read by jobs that nobody approved.",
  check: (resource, stack) =>
    stack.settings.kind === "release" ? inRelease(resource, stack) : elsewhere(resource, stack),
};

const fix = "Let ReleaseAccess make it, and nothing besides";

function inRelease(resource: Resource, stack: StackFacts): Finding[] {
  const { type, properties } = resource;
  const { github, subscriptionId } = stack.settings;
  if (type === "pulumi:providers:github") {
    const { owner } = properties;
    if (owner === undefined || isCalled(owner, github.owner)) return [];
    return [{ what: `GitHub's provider works for ${called(owner)}`, property: "owner", fix }];
  }
  if (type.startsWith("github:")) return gitHubFindings(resource, stack);
  const azure = azureResource(resource, subscriptionId);
  return azure !== undefined && isSecret(azure) ? vaultFindings(azure, stack) : [];
}

function gitHubFindings({ type, properties }: Resource, stack: StackFacts): Finding[] {
  const { path, github, release } = stack.settings;
  const kind = type.split(":").pop() ?? "";
  const judge = judges[kind];
  if (judge === undefined) return [{ what: `a release makes no ${kind} in GitHub`, property: "type", fix }];
  const { repository, environment } = properties;
  const stage = stagesOf(path).find((one) => stageTag(release!.version, one) === environment);
  return [
    ...(isCalled(repository, github.repository)
      ? []
      : [{ what: `${kind} is in the repository ${called(repository)}`, property: "repository", fix }]),
    ...(stage === undefined
      ? [
          {
            what: `the GitHub environment ${called(environment)} is of no stage of ${release!.version}`,
            property: "environment",
            fix,
          },
        ]
      : []),
    ...judge(properties, stack, stage?.environment),
  ];
}

interface StageEnvironment {
  readonly name: string;
  readonly host: string;
}
type Judge = (
  properties: Resource["properties"],
  stack: StackFacts,
  stage: StageEnvironment | undefined,
) => Finding[];

const judges: Readonly<Record<string, Judge | undefined>> = {
  RepositoryEnvironment: ({ environment, deploymentBranchPolicy: policy, canAdminsBypass }) => [
    ...(isObject(policy) && policy.customBranchPolicies === true && policy.protectedBranches === false
      ? []
      : [
          {
            what: `other branches and tags than ${called(environment)} deploy into the GitHub environment of that name`,
            property: "deploymentBranchPolicy",
            fix: "Set customBranchPolicies to true and protectedBranches to false",
          },
        ]),
    ...(canAdminsBypass === false
      ? []
      : [
          {
            what: `administrators go around the gate of the GitHub environment ${called(environment)}`,
            property: "canAdminsBypass",
            fix: "Set it to false",
          },
        ]),
  ],
  RepositoryEnvironmentDeploymentPolicy: ({ environment, branchPattern, tagPattern }) => {
    const finding = (property: string, pattern: Value): Finding => ({
      what: `${property} of the GitHub environment ${called(environment)} is ${called(pattern)}, and its own tag alone deploys there`,
      property,
      fix: "Set tagPattern to the environment's own name, and leave out branchPattern",
    });
    return [
      ...(branchPattern === undefined ? [] : [finding("branchPattern", branchPattern)]),
      ...(tagPattern === environment ? [] : [finding("tagPattern", tagPattern)]),
    ];
  },
  ActionsEnvironmentSecret: ({ secretName }, { settings }) => {
    if (settings.releases.passwordVault !== undefined) {
      const what = `${called(secretName)} is a secret in GitHub, and the password's place is the key vault`;
      return [{ what, property: "secretName", fix }];
    }
    if (secretName === registryPassword) return [];
    return [{ what: `the secret ${called(secretName)} is none of a release's`, property: "secretName", fix }];
  },
  ActionsEnvironmentVariable: ({ variableName, value }, stack, stage) => {
    const name = jobVariables.find((one) => one === variableName);
    if (name === undefined) {
      const what = `the variable ${called(variableName)} is none of a release's`;
      return [{ what, property: "variableName", fix }];
    }
    if (typeof value !== "string" || stage === undefined || says(name, value, stack, stage)) return [];
    // What it says instead may be the password.
    return [{ what: `the variable ${name} says something else than its name`, property: "value", fix }];
  },
};

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a variable says what it is called after. */
function says(name: JobVariable, value: string, { settings }: StackFacts, stage: StageEnvironment): boolean {
  const { release, releases, subscriptionId } = settings;
  const own = { version: release!.version, environment: stage.name };
  if (name === "REGISTRY") return value === stage.host;
  if (name === "REGISTRY_USER") return value === registryAccount(own);
  if (name === "AZURE_SUBSCRIPTION_ID") return value.toLowerCase() === subscriptionId.toLowerCase();
  if (name !== "REGISTRY_PASSWORD_SECRET") return guid.test(value);
  const life = release!.stages[stage.name];
  if (life === undefined || releases.passwordVault === undefined) return false;
  const secret = passwordSecret(own, passwordExpires(life, releases));
  const vault = releases.passwordVault.name.toLowerCase();
  // The sandbox's vaults are ports of this machine.
  const address = /^https:\/\/(?:([a-z0-9-]+)\.[a-z.]+|localhost:\d+)\/secrets\/([a-z0-9-]+)\/?$/;
  const [, host = vault, named] = address.exec(value.toLowerCase()) ?? [];
  return host === vault && named === secret;
}

function vaultFindings({ properties, root }: AzureResource, { settings }: StackFacts): Finding[] {
  const { path, release, releases } = settings;
  const { version, stages } = release!;
  const { secretName, vaultName } = properties;
  const passwords = stagesOf(path).flatMap(({ environment: { name } }) => {
    const life = stages[name];
    return life === undefined
      ? []
      : [passwordSecret({ version, environment: name }, passwordExpires(life, releases))];
  });
  const finding = (what: string, property: string): Finding => ({
    what,
    property: propertyPath(root, property),
    fix,
  });
  return [
    ...(isCalled(vaultName, releases.passwordVault?.name)
      ? []
      : [finding(`the key vault ${called(vaultName)} is no place for passwords of releases`, "vaultName")]),
    ...(passwords.some((name) => isCalled(secretName, name))
      ? []
      : [finding(`the secret ${called(secretName)} is no password of ${version}`, "secretName")]),
  ];
}

const releaseTag = /^v\d+\.\d+\.\d+(?:-[a-z0-9-]+)?$/i;

function elsewhere({ type, properties }: Resource, { settings }: StackFacts): Finding[] {
  if (!type.startsWith("github:")) return [];
  const { repository, environment } = properties;
  const ours = typeof repository !== "string" || isCalled(repository, settings.github.repository);
  if (!ours || !releaseTag.test(textOf(environment) ?? "")) return [];
  return [
    {
      what: `the GitHub environment ${called(environment)} is a release's, whose own stack makes it and what is in it`,
      property: "environment",
      fix: "Give the GitHub environment a name that is no version",
    },
  ];
}

/** Whether a name is this one, as GitHub and Azure compare names. */
const isCalled = (value: Value, name: string | undefined): boolean =>
  name !== undefined && textOf(value)?.toLowerCase() === name.toLowerCase();

const called = (value: Value): string =>
  value === unknown ? "(not known yet)" : (textOf(value) ?? "(none)");
