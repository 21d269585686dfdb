import { releaseRestrictIdentity } from "../../../policies/rules/release-restrict-identity";
import { unknown, type Properties } from "../../../policies/values";
import { registryId, releaseStack, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const application = "azuread:index/application:Application";
const fix = "Let ReleaseAccess make the release's accounts, and nothing besides";

describe("in the stack of a release", () => {
  const judge = (type: string, properties: Properties) =>
    verdicts(releaseRestrictIdentity, releaseStack(), type, properties);

  test("applications are the accounts of its stages", () => {
    expect(judge(application, { displayName: "v0.0.1-staging-gh-sa" })).toEqual([]);
    expect(judge(application, { displayName: "v0.0.1-prod-gh-sa" })).toEqual([]);
    for (const displayName of ["v0.0.1-dev-gh-sa", "v0.0.2-staging-gh-sa", "sp-helper"])
      expect(judge(application, { displayName })).toEqual([
        `the application ${displayName} is no account of v0.0.1 (it: displayName). ${fix}`,
      ]);
    expect(judge(application, { displayName: unknown })).toEqual([
      `the application (not known yet) is no account of v0.0.1 (it: displayName). ${fix}`,
    ]);
  });

  test("nothing else of Entra ID is made", () => {
    expect(judge("azuread:index/group:Group", { displayName: "release" })).toEqual([
      `a release makes no Group in Entra ID (it: type). ${fix}`,
    ]);
    expect(judge("azuread:index/servicePrincipal:ServicePrincipal", { useExisting: true })).toEqual([
      `the service principal may be somebody else's (it: useExisting). ${fix}`,
    ]);
    expect(judge("azuread:index/servicePrincipal:ServicePrincipal", { clientId: unknown })).toEqual([]);
  });

  test("tokens are the accounts of its stages, with their own scope map", () => {
    const token = "azure-native:containerregistry:Token";
    const maps = `${registryId("staging")}/scopeMaps`;
    const tokenName = "v0-0-1-staging-acr-sa";
    expect(judge(token, { tokenName, scopeMapId: `${maps}/${tokenName}` })).toEqual([]);
    expect(judge(token, { tokenName, scopeMapId: unknown })).toEqual([]);
    expect(judge(token, { tokenName, scopeMapId: `${maps}/everything` })).toEqual([
      `the token v0-0-1-staging-acr-sa has the scope map everything, which is not its own (it: scopeMapId). ${fix}`,
    ]);
    expect(judge(token, { tokenName })).toEqual([
      `the token v0-0-1-staging-acr-sa has the scope map (none), which is not its own (it: scopeMapId). ${fix}`,
    ]);
    expect(judge(token, { tokenName: "v0-0-2-staging-acr-sa", scopeMapId: unknown })).toEqual([
      `the token v0-0-2-staging-acr-sa is no account of v0.0.1 (it: tokenName). ${fix}`,
    ]);
    expect(judge("azure-native:containerregistry:Webhook", { tokenName: "it" })).toEqual([]);
  });
});

describe("in every other stack", () => {
  const judge = (type: string, properties: Properties) =>
    verdicts(releaseRestrictIdentity, stack("shared"), type, properties);

  test("no application is called like a release's account", () => {
    expect(judge(application, { displayName: "v0.0.1-qa-gh-sa" })).toEqual([
      "v0.0.1-qa-gh-sa is the name of an account of release v0.0.1, which this stack is not (it: displayName). Call the application by what it does",
    ]);
    expect(judge(application, { displayName: "sp-contoso-dev-pipeline" })).toEqual([]);
    expect(judge(application, { displayName: unknown })).toEqual([]);
  });

  test.each(["v0.0.1", "v0.0.1-qa"])("no identity trusts jobs of %s", (tag) => {
    const credential =
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
    const message = (property: string) =>
      `jobs of the GitHub environment ${tag}, which is a release's, could sign in as another identity (it: ${property}). Give the identity a GitHub environment of its own, with a name that is no version`;
    expect(judge(credential, { subject: `repo:contoso/platform:environment:${tag}` })).toEqual([
      message("subject"),
    ]);
    const flexible =
      "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential";
    const claimsMatchingExpression = `claims['sub'] eq 'repo:contoso/platform:environment:${tag}'`;
    expect(judge(flexible, { claimsMatchingExpression })).toEqual([message("claimsMatchingExpression")]);
    expect(judge(credential, { subject: "repo:contoso/platform:environment:vnext" })).toEqual([]);
  });
});
