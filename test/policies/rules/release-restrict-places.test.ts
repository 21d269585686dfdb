import { releaseRestrictPlaces } from "../../../policies/rules/release-restrict-places";
import { stackFacts } from "../../../policies/stack-facts";
import { unknown, type Properties, type Value } from "../../../policies/values";
import { releaseStack, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const fix = "Let ReleaseAccess make it, and nothing besides";
const facts = releaseStack();
const { settings, today } = facts;
const passwordVault = { name: "contoso-releases-kv", resourceGroup: "contoso-shared-rg" };
const inVault = stackFacts({ ...settings, releases: { ...settings.releases, passwordVault } }, today);

const gitHub = (kind: string, properties: Properties, where = facts) =>
  verdicts(releaseRestrictPlaces, where, `github:index/${kind}:${kind}`, {
    repository: "platform",
    environment: "v0.0.1-staging",
    ...properties,
  });
const vaultSecret = (properties: Properties, where = inVault) =>
  verdicts(releaseRestrictPlaces, where, "azure-native:keyvault:Secret", {
    vaultName: passwordVault.name,
    resourceGroupName: passwordVault.resourceGroup,
    ...properties,
  });

test("of a stage's GitHub environment the tag is the only gate", () => {
  const gate = {
    canAdminsBypass: false,
    deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
  };
  expect(gitHub("RepositoryEnvironment", gate)).toEqual([]);
  expect(gitHub("RepositoryEnvironment", { ...gate, environment: unknown })).toEqual([
    `the GitHub environment (not known yet) is of no stage of v0.0.1 (it: environment). ${fix}`,
  ]);
  expect(gitHub("RepositoryEnvironment", { ...gate, repository: unknown })).toEqual([
    `RepositoryEnvironment is in the repository (not known yet) (it: repository). ${fix}`,
  ]);
  expect(gitHub("RepositoryEnvironment", { deploymentBranchPolicy: unknown })).toEqual([
    "other branches and tags than v0.0.1-staging deploy into the GitHub environment of that name (it: deploymentBranchPolicy). Set customBranchPolicies to true and protectedBranches to false",
    "administrators go around the gate of the GitHub environment v0.0.1-staging (it: canAdminsBypass). Set it to false",
  ]);
});

test("a deployment policy allows the environment's own tag", () => {
  const allows = (properties: Properties) => gitHub("RepositoryEnvironmentDeploymentPolicy", properties);
  const refusal = (property: string, pattern: string) =>
    `${property} of the GitHub environment v0.0.1-staging is ${pattern}, and its own tag alone deploys there (it: ${property}). Set tagPattern to the environment's own name, and leave out branchPattern`;
  expect(allows({ tagPattern: "v0.0.1-staging" })).toEqual([]);
  expect(allows({ tagPattern: "v0.0.1" })).toEqual([refusal("tagPattern", "v0.0.1")]);
  expect(allows({ tagPattern: unknown })).toEqual([refusal("tagPattern", "(not known yet)")]);
  expect(allows({ branchPattern: "*" })).toEqual([
    refusal("branchPattern", "*"),
    refusal("tagPattern", "(none)"),
  ]);
});

test("the password is one secret of the stage's GitHub environment, or of the key vault", () => {
  const secretName = "REGISTRY_PASSWORD";
  expect(gitHub("ActionsEnvironmentSecret", { secretName })).toEqual([]);
  expect(gitHub("ActionsEnvironmentSecret", { secretName: "COPY" })).toEqual([
    `the secret COPY is none of a release's (it: secretName). ${fix}`,
  ]);
  expect(gitHub("ActionsEnvironmentSecret", { secretName }, inVault)).toEqual([
    `REGISTRY_PASSWORD is a secret in GitHub, and the password's place is the key vault (it: secretName). ${fix}`,
  ]);
  expect(gitHub("ActionsSecret", { secretName })).toEqual([
    `a release makes no ActionsSecret in GitHub (it: type). ${fix}`,
  ]);
});

test("a key vault has the passwords that stages have now", () => {
  const secretName = "v0-0-1-staging-acr-sa-20261127100000";
  expect(vaultSecret({ secretName })).toEqual([]);
  expect(vaultSecret({ secretName: "v0-0-1-staging-acr-sa-20261126100000" })).toEqual([
    `the secret v0-0-1-staging-acr-sa-20261126100000 is no password of v0.0.1 (it: secretName). ${fix}`,
  ]);
  expect(vaultSecret({ secretName }, facts)).toEqual([
    `the key vault contoso-releases-kv is no place for passwords of releases (it: vaultName). ${fix}`,
  ]);
});

test("variables say what they are called after", () => {
  const says = (variableName: Value, value: Value, where = facts) =>
    gitHub("ActionsEnvironmentVariable", { variableName, value }, where);
  const vault = "https://contoso-releases-kv.vault.azure.net/secrets";
  const secret = "v0-0-1-staging-acr-sa-20261127100000";
  expect(says("REGISTRY", "contosostaging.azurecr.io")).toEqual([]);
  expect(says("REGISTRY_PASSWORD_SECRET", `${vault}/${secret}`, inVault)).toEqual([]);
  for (const value of [`${vault}/copy`, `https://elsewhere.net/secrets/${secret}`, "no address"])
    expect(says("REGISTRY_PASSWORD_SECRET", value, inVault)).toEqual([
      `the variable REGISTRY_PASSWORD_SECRET says something else than its name (it: value). ${fix}`,
    ]);
  expect(says("REGISTRY", "contosoprod.azurecr.io")).toEqual([
    `the variable REGISTRY says something else than its name (it: value). ${fix}`,
  ]);
  expect(says("REGISTRY_PASSWORD", "x")).toEqual([
    `the variable REGISTRY_PASSWORD is none of a release's (it: variableName). ${fix}`,
  ]);
  expect(says("AZURE_CLIENT_ID", unknown)).toEqual([]);
});

test("other stacks make no GitHub environment of a release, in whatever letters", () => {
  expect(gitHub("RepositoryEnvironment", { environment: "V0.0.1-QA" }, stack("dev"))).toEqual([
    "the GitHub environment V0.0.1-QA is a release's, whose own stack makes it and what is in it (it: environment). Give the GitHub environment a name that is no version",
  ]);
  expect(gitHub("ActionsEnvironmentSecret", { repository: "website" }, stack("dev"))).toEqual([]);
  expect(gitHub("ActionsEnvironmentSecret", { environment: "smoke-test" }, stack("dev"))).toEqual([]);
});
