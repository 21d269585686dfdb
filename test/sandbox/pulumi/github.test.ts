import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownValue } from "../../../sandbox/pulumi/handler";
import { addIdentity, openTestSandbox, type TestSandbox } from "../support";
import { Engine } from "./engine";

const environment = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policy = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const secret = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const variable = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const where = { repository: "platform", environment: "v0.0.1-qa" };
const tagsOnly = {
  ...where,
  canAdminsBypass: false,
  deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
};

let test: TestSandbox;
const engines: Engine[] = [];

beforeEach(async () => (test = await openTestSandbox()));
afterEach(async () => {
  for (const engine of engines.splice(0)) engine.close();
  await test.close();
});

async function engineAs(name?: string): Promise<Engine> {
  const { providers } = await test.sandbox.sessions.open(name);
  const engine = new Engine(providers.github);
  engines.push(engine);
  return engine;
}

it("has the version of the package that speaks to it", async () => {
  const { version } = require("@pulumi/github/package.json") as { version: string };
  expect(await (await engineAs()).version()).toBe(version);
});

it("makes an environment that one tag deploys to, and takes its rules and secrets with it", async () => {
  const engine = await engineAs();
  const made = await engine.create(environment, tagsOnly);
  expect(made.id).toBe("platform:v0.0.1-qa");
  expect(await engine.read(environment, made.id, tagsOnly)).toEqual({ id: made.id, inputs: tagsOnly });
  const rule = { ...where, tagPattern: "v0.0.1-qa" };
  const { id, outputs } = await engine.create(policy, rule);
  expect([id, outputs.policyId]).toEqual(["platform:v0.0.1-qa:1", 1]);
  expect(await engine.read(policy, id, rule)).toEqual({ id, inputs: rule });
  const kept = await engine.create(secret, { ...where, secretName: "REGISTRY_PASSWORD", value: "a" });
  await engine.delete(environment, made.id);
  expect(await engine.read(policy, id, rule)).toEqual({ id: "", inputs: {} });
  expect(await engine.read(secret, kept.id, where)).toEqual({ id: "", inputs: {} });
});

it("takes a secret, keeps its hash alone and never says it again", async () => {
  const engine = await engineAs();
  await engine.create(environment, tagsOnly);
  const inputs = { ...where, secretName: "registry_password", value: "not-for-the-eyes-of-anybody" };
  const { id, outputs } = await engine.create(secret, inputs);
  expect(id).toBe("platform:v0.0.1-qa:REGISTRY_PASSWORD");
  expect(JSON.stringify(outputs)).not.toContain(inputs.value);
  const folder = join(test.places.state, "github");
  for (const file of readdirSync(folder))
    expect(readFileSync(join(folder, file), "utf8")).not.toContain(inputs.value);
  const { gitHub } = test.sandbox;
  expect(gitHub.secretIs("platform", "v0.0.1-qa", "REGISTRY_PASSWORD", inputs.value)).toBe(true);
  // What is not told back is no drift.
  expect(await engine.read(secret, id, inputs)).toEqual({ id, inputs });
  expect((await engine.diff(secret, id, inputs, { ...inputs, value: "another" })).replaces).toEqual([]);
  await engine.update(secret, id, outputs, { ...inputs, value: "another" });
  expect(gitHub.secretIs("platform", "v0.0.1-qa", "REGISTRY_PASSWORD", inputs.value)).toBe(false);
});

it("takes a variable, and tells it", async () => {
  const engine = await engineAs();
  await engine.create(environment, tagsOnly);
  const inputs = { ...where, variableName: "REGISTRY", value: "onestreamqa.azurecr.io" };
  const { id, outputs } = await engine.create(variable, inputs);
  expect(id).toBe("platform:v0.0.1-qa:REGISTRY");
  expect(await engine.read(variable, id, inputs)).toEqual({ id, inputs });
  expect((await engine.diff(variable, id, inputs, { ...inputs, value: "another" })).replaces).toEqual([]);
  await engine.update(variable, id, outputs, { ...inputs, value: "another" });
  expect((await engine.read(variable, id, inputs)).inputs).toEqual({ ...inputs, value: "another" });
  await engine.delete(variable, id);
  expect(await engine.read(variable, id, inputs)).toEqual({ id: "", inputs: {} });
});

it("knows before the creation what GitHub does not decide", async () => {
  const engine = await engineAs();
  expect((await engine.create(policy, { ...where, tagPattern: "v0.0.1-qa" }, true)).outputs).toEqual({
    ...where,
    tagPattern: "v0.0.1-qa",
    policyId: unknownValue,
    repositoryId: unknownValue,
  });
});

it.each([
  [environment, { repository: "platform" }, ["environment: missing required property 'environment'"]],
  [policy, where, ["tagPattern: exactly one of branchPattern and tagPattern is needed"]],
  [
    secret,
    { ...where, secretName: "A", value: "a", plaintextValue: "b" },
    ["value: exactly one of value and plaintextValue is needed"],
  ],
])("finds what is wrong before anything is made: %s", async (type, inputs, failures) => {
  expect((await (await engineAs()).check(type, inputs)).failures).toEqual(failures);
});

it.each([
  [
    environment,
    { ...where, deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: true } },
    "environment v0.0.1-qa of platform: 422 protected_branches and custom_branch_policies cannot have the same value",
  ],
  [policy, { ...where, tagPattern: "v0.0.1-qa" }, "environment v0.0.1-qa of platform: 404 Not Found"],
  [secret, { ...where, secretName: "A", value: "a" }, "environment v0.0.1-qa of platform: 404 Not Found"],
])("refuses what GitHub refuses: %s", async (type, inputs, message) => {
  await expect((await engineAs()).create(type, inputs)).rejects.toThrow(message);
});

it("refuses names of GitHub's own, and rules where protected branches deploy", async () => {
  const engine = await engineAs();
  const deploymentBranchPolicy = { protectedBranches: true, customBranchPolicies: false };
  await engine.create(environment, { ...where, deploymentBranchPolicy });
  await expect(engine.create(policy, { ...where, tagPattern: "v0.0.1-qa" })).rejects.toThrow(
    "environment v0.0.1-qa of platform: 404 Not Found: it has no custom deployment branch policies",
  );
  await expect(engine.create(secret, { ...where, secretName: "GITHUB_X", value: "a" })).rejects.toThrow(
    "secret GITHUB_X of platform: 422 Secret name is invalid",
  );
  await expect(engine.create(variable, { ...where, variableName: "GITHUB_X", value: "a" })).rejects.toThrow(
    "variable GITHUB_X of platform: 422 Variable name is invalid",
  );
});

it("lets nobody but administrators write", async () => {
  addIdentity(test.sandbox, "sp-onestream-prod-pipeline");
  const engine = await engineAs("sp-onestream-prod-pipeline");
  await expect(engine.create(environment, tagsOnly)).rejects.toThrow(
    "sp-onestream-prod-pipeline on GitHub: 403 Resource not accessible by integration",
  );
});

it("signs a workflow of a release's environment in as the release's account", async () => {
  const { objectId } = addIdentity(test.sandbox, "v0.0.1-qa-gh-sa");
  expect(await test.sandbox.sessions.open("v0.0.1-qa-gh-sa")).toMatchObject({ objectId });
});
