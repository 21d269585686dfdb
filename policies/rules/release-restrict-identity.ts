import { isFederatedCredential, isToken } from "../../model/azure/kinds";
import { azureResource } from "../../model/azure/resource";
import { gitHubAccount, registryAccount, stageOfGitHubAccount } from "../../model/release/names";
import { stagesOfRelease } from "../../model/release/stages";
import { federatedCredential } from "../access/federated-credential";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath, textOf, unknown } from "../values";

/** A release's accounts are its stack's alone, and that stack makes no others. */
export const releaseRestrictIdentity: ResourceRule = {
  name: "release-restrict-identity",
  displayName: "A release's accounts have the release alone",
  description:
    "Accounts of a release are made by its own stack, which makes nothing else in Entra ID, and nobody else signs in from its tags.",
  severity: "critical",
  remediationSteps:
    "Let ReleaseAccess make a release's accounts, and give other identities names of their own.",
  looksAt: [
    "In the stack of a release: an application is called like the account of one of its stages; there are no groups, members, passwords or anything else of Entra ID, and no federated credential of a managed identity; a registry token is called like the account of a stage and has the scope map of the same name.",
    "In every other stack: no application is called like a release's account (`v1.2.3-qa-gh-sa`), so that no cell of the matrix is a release's, and no federated credential trusts a GitHub environment that is called like a release's tag (`v1.2.3`, `v1.2.3-qa`): the jobs of a release would be somebody else.",
    "What roles a release's account has is [access-restrict-matrix](access-restrict-matrix.md)'s matter: on the stages' registries, under the condition that names the release's repositories, and with `releases.passwordVault` on the secret with its own password, while the stage is open.",
  ],
  reachesFurther: true,
  why: "An account that is born with a release and dies with it is worth something only if it can do nothing else. A right that it has on the side, or an identity that its jobs can sign in as, is not on the list of what ends.",
  check: (resource, stack) =>
    stack.settings.kind === "release" ? inRelease(resource, stack) : elsewhere(resource, stack),
};

const fix = "Let ReleaseAccess make the release's accounts, and nothing besides";

function inRelease(resource: Resource, stack: StackFacts): Finding[] {
  const { path, release, subscriptionId } = stack.settings;
  const { version } = release!;
  const stages = stagesOfRelease(path, version);
  if (resource.type.startsWith("azuread:"))
    return directoryFindings(resource, stages.map(gitHubAccount), version);
  const azure = azureResource(resource, subscriptionId);
  if (azure === undefined) return [];
  if (isFederatedCredential(azure))
    return [{ what: "a release makes no credential of a managed identity", property: "type", fix }];
  if (!isToken(azure)) return [];
  const { tokenName, scopeMapId } = azure.properties;
  const name = textOf(tokenName) ?? "(not known yet)";
  if (!stages.map(registryAccount).includes(name)) {
    const what = `the token ${name} is no account of ${version}`;
    return [{ what, property: propertyPath(azure.root, "tokenName"), fix }];
  }
  const map = textOf(scopeMapId)?.split("/").pop();
  // A scope map that is made in the same run has no id yet; the update judges the token again.
  if (scopeMapId === unknown || map === name) return [];
  const what = `the token ${name} has the scope map ${map ?? "(none)"}, which is not its own`;
  return [{ what, property: propertyPath(azure.root, "scopeMapId"), fix }];
}

function directoryFindings(
  { type, properties }: Resource,
  accounts: readonly string[],
  version: string,
): Finding[] {
  const kind = type.split(":").pop() ?? "";
  if (kind === "Application") {
    const name = textOf(properties.displayName) ?? "(not known yet)";
    if (accounts.includes(name)) return [];
    return [{ what: `the application ${name} is no account of ${version}`, property: "displayName", fix }];
  }
  if (kind === "ServicePrincipal") {
    if (properties.useExisting !== true) return [];
    return [{ what: "the service principal may be somebody else's", property: "useExisting", fix }];
  }
  if (kind === "ApplicationFederatedIdentityCredential") return [];
  return [{ what: `a release makes no ${kind} in Entra ID`, property: "type", fix }];
}

const releaseTag = /:environment:(v\d+\.\d+\.\d+(?:-[a-z0-9-]+)?)(?:$|')/;

function elsewhere(resource: Resource, stack: StackFacts): Finding[] {
  const { type, properties } = resource;
  if (/^azuread:.*:Application(?:Registration)?$/.test(type)) {
    const name = textOf(properties.displayName) ?? "";
    const owner = stageOfGitHubAccount(name)?.version;
    if (owner === undefined) return [];
    return [
      {
        what: `${name} is the name of an account of release ${owner}, which this stack is not`,
        property: "displayName",
        fix: "Call the application by what it does",
      },
    ];
  }
  const credential = federatedCredential(resource, stack);
  const tag = credential && releaseTag.exec(textOf(credential.subject) ?? "")?.[1];
  if (tag === undefined) return [];
  return [
    {
      what: `jobs of the GitHub environment ${tag}, which is a release's, could sign in as another identity`,
      property: credential!.properties.subject,
      fix: "Give the identity a GitHub environment of its own, with a name that is no version",
    },
  ];
}
