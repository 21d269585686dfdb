import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17763);
const project = join(sandbox.home, "stage");
const expires = new Date(Date.now() + 7 * 86_400_000).toISOString();
const secretKey = "4dabf18193072939515e22adb298388d";

// The pair of one stage, without the components that make it elsewhere.
const program = `
import * as pulumi from "@pulumi/pulumi";
import * as acr from "@pulumi/azure-native/containerregistry";
import * as resources from "@pulumi/azure-native/resources";
import * as azuread from "@pulumi/azuread";
import { RevocationProof, TokenPassword } from ${JSON.stringify(join(checkout, "components"))};

const phase = process.env.PHASE!;
const open = phase === "open" || phase === "early";
const resourceGroupName = new resources.ResourceGroup("rg", { resourceGroupName: "onestream-qa-rg", location: "eastus2" }).name;
const registry = new acr.Registry("qa", { resourceGroupName, registryName: "onestreamqa", location: "eastus2", sku: { name: "Premium" } });
const inRegistry = { resourceGroupName, registryName: registry.name };
const map = new acr.ScopeMap("map", { ...inRegistry, scopeMapName: "v0-0-1-qa-acr-sa", actions: ["repositories/iam/login/content/read"] });
const token = new acr.Token("token", { ...inRegistry, tokenName: "v0-0-1-qa-acr-sa", scopeMapId: map.id, status: open ? "enabled" : "disabled" });
const where = { registryId: registry.id, loginServer: registry.loginServer, tokenName: token.name };
const password = new TokenPassword("password", {
  ...where,
  expires: ${JSON.stringify(expires)},
  rotation: Number(process.env.ROTATION),
  ended: !open,
});
const application = new azuread.Application("account", { displayName: "v0.0.1-qa-gh-sa" });
const principal = new azuread.ServicePrincipal("account", { clientId: application.clientId, accountEnabled: open });
if (open) {
  new azuread.ApplicationFederatedIdentityCredential("account", {
    applicationId: application.id,
    displayName: "github-environment",
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:onestream/platform:environment:v0.0.1-qa",
    audiences: ["api://AzureADTokenExchange"],
  });
}
export const slot = password.slot;
export const shared = password.password;
export const proof = phase !== "closed" && phase !== "early" ? undefined : new RevocationProof("proof", {
  ...where,
  password: password.password,
  passwordCreatedAt: password.createdAt,
  passwordExpires: password.expires,
  acceptedAt: password.acceptedAt,
  applicationId: application.id,
  servicePrincipalId: principal.id,
  scopes: [],
}, { dependsOn: [token, principal] }).accessTokensLiveUntil;
`;

const pulumi = (phase: string, rotation: number, ...args: string[]) =>
  sandbox.pulumi([...args, "-s", "qa"], {
    as: "administrator",
    cwd: project,
    env: { PHASE: phase, ROTATION: String(rotation) },
  });
const up = (phase: string, rotation: number) =>
  pulumi(phase, rotation, "up", "--yes", "--skip-preview", "--suppress-progress", "--diff");

interface Exported {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly inputs?: Record<string, unknown>;
      readonly outputs?: Record<string, unknown>;
    }[];
  };
}

/** The resource of the plugin's type as the state has it. */
async function stored(type: string) {
  const { stdout } = succeeded(await pulumi("open", 1, "stack", "export"));
  const { resources } = (JSON.parse(stdout) as Exported).deployment;
  return resources.find((resource) => resource.type === type);
}

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  mkdirSync(project);
  for (const name of ["node_modules", "package.json", "tsconfig.json"])
    symlinkSync(join(checkout, name), join(project, name));
  writeFileSync(join(project, "index.ts"), program);
  const plugin = JSON.stringify(join(checkout, "provider"));
  writeFileSync(
    join(project, "Pulumi.yaml"),
    `name: onestream\nruntime: nodejs\nplugins: { providers: [{ name: airlock, path: ${plugin} }] }\n`,
  );
  succeeded(await pulumi("open", 1, "stack", "init", "--no-select"));
});
// Searches the state, the sandbox and all that was printed for passwords.
afterAll(() => sandbox.remove());

test("a password is encrypted in the state, and no run shows it", async () => {
  const { output } = succeeded(await up("open", 1));
  expect(output).toMatch(/password +: \[secret\]/);
  const { outputs } = (await stored("airlock:index:TokenPassword"))!;
  expect(outputs).toMatchObject({
    password: { [secretKey]: expect.any(String), ciphertext: expect.any(String) },
    slot: "password1",
  });
  const again = succeeded(await up("open", 1)).output;
  expect(again).not.toMatch(/[~+-] +airlock:index:TokenPassword/);
});

test("a rotation is one difference, and takes the other slot", async () => {
  const { stdout } = succeeded(await pulumi("open", 2, "preview", "--diff", "--suppress-progress"));
  expect(stdout).toMatch(/~ rotation: 1 => 2/);
  succeeded(await up("open", 2));
  expect((await stored("airlock:index:TokenPassword"))!.outputs).toMatchObject({ slot: "password2" });
});

test("a refresh finds a password that works unchanged", async () => {
  succeeded(await pulumi("open", 2, "refresh", "--yes", "--suppress-progress", "--expect-no-changes"));
});

test("accounts that live are not proven to have ended: the update fails in one line", async () => {
  const { exitCode, output } = await up("early", 2);
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(
    /error: .*the end of the token v0-0-1-qa-acr-sa and the application [0-9a-f-]{36} is not proven: the password of the token v0-0-1-qa-acr-sa still works in localhost:\d+, and .* End it, then run this again$/m,
  );
});

test("a password that ends with its token is left as it was", async () => {
  const made = (await stored("airlock:index:TokenPassword"))!.outputs!;
  succeeded(await up("closing", 2));
  const { slot, acceptedAt, ended } = (await stored("airlock:index:TokenPassword"))!.outputs!;
  expect([slot, acceptedAt, ended]).toEqual([made.slot, made.acceptedAt, true]);
});

test("a stage that ended is proven, is refreshed as proven and keeps its password sealed", async () => {
  const { output } = succeeded(await up("closed", 2));
  const { inputs, outputs } = (await stored("airlock:index:RevocationProof"))!;
  expect(inputs!.password).toMatchObject({ ciphertext: expect.any(String) });
  expect(outputs).toMatchObject({ revoked: true, refusedAt: expect.any(String) });
  expect(outputs).not.toHaveProperty("password");
  expect(output).toContain("proof");
  succeeded(await pulumi("closed", 2, "refresh", "--yes", "--suppress-progress", "--expect-no-changes"));
  expect(succeeded(await up("closed", 2)).output).not.toMatch(/[~+-]+ +airlock:index/);
});

test("what is deleted leaves no password", async () => {
  succeeded(await pulumi("closed", 2, "destroy", "--yes", "--skip-preview", "--suppress-progress"));
});
