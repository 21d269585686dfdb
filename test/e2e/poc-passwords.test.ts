import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { subscriptionId } from "../../sandbox/places";
import { run, succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(300_000);

const sandbox = new TestSandbox(17983);
const file = join(sandbox.workspace, "Pulumi.poc.yaml");
const reader = "sp-onestream-poc-staging-pipeline";
const secretId = `/subscriptions/${subscriptionId}/resourceGroups/onestream-poc-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-poc-secrets-kv/secrets/a-scanner`;
/** As the set-up prints it. */
const connection = {
  issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
  subject:
    "/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc/44444444-4444-4444-8444-444444444444/55555555-5555-4555-8555-555555555555",
};
const day = 86_400_000;
const ago = (days: number) => `${new Date(Date.now() - days * day).toISOString().slice(0, 19)}Z`;

/** As if the first password had been due so many days ago. */
const startedAgo = (days: number) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(/from: "[^"]+"/, `from: "${ago(days)}"`));
/** Whoever runs it has rights on the vault's secrets, which the vault's owner gives. */
const up = async () => succeeded(await sandbox.up("poc", { as: "administrator" }));

interface Password {
  readonly password: string;
  readonly slot: string;
  readonly rotation: number;
  readonly expires: string;
}

interface Exported {
  readonly deployment: {
    readonly resources: { type: string; outputs: Password & { password: { plaintext?: string } } }[];
  };
}

/** What the state has of the password, opened or as it stands there. */
async function stored(open = true): Promise<Password> {
  const env = await sandbox.environmentOf("administrator");
  // Past the sandbox, which remembers what is printed and finds no password in it at the end.
  const words = ["stack", "export", "-s", "poc", "--non-interactive", ...(open ? ["--show-secrets"] : [])];
  const { stdout } = succeeded(await run("pulumi", words, { cwd: sandbox.workspace, env }));
  const { resources } = (JSON.parse(stdout) as Exported).deployment;
  const { outputs } = resources.find(({ type }) => type === "airlock:index:TokenPassword")!;
  const { plaintext } = outputs.password;
  return { ...outputs, password: plaintext === undefined ? "sealed" : (JSON.parse(plaintext) as string) };
}

async function secret(): Promise<{ secretUriWithVersion: string; attributes: { expires: number } }> {
  const token = await sandbox.accessToken("administrator", "https://management.azure.com");
  const response = await fetch(`https://localhost:${sandbox.port}${secretId}?api-version=2024-11-01`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { properties: Awaited<ReturnType<typeof secret>> }).properties;
}

/** What the registry says to somebody who signs in with the password and wants to do this. */
async function answer(host: string, password: string, scope: string): Promise<number> {
  const basic = Buffer.from(`a-scanner:${password}`).toString("base64");
  const asked = new URLSearchParams({ service: host, scope }).toString();
  const response = await fetch(`https://${host}/oauth2/token?${asked}`, {
    headers: { authorization: `Basic ${basic}` },
  });
  if (response.status !== 200) return response.status;
  const { access_token: token } = (await response.json()) as { access_token: string };
  const path = scope.split(":")[1];
  return (
    await fetch(`https://${host}/v2/${path}/tags/list`, { headers: { authorization: `Bearer ${token}` } })
  ).status;
}

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  const passwords = [
    "passwords:",
    "  a-scanner:",
    "    environment: staging",
    "    repositories: [iam/auth-service]",
    `    identity: ${reader}`,
    "    reason: it signs in to registries with a password alone",
    `    from: "${ago(0)}"`,
  ];
  const alerts = /^ {4}alerts:/m;
  const stated = readFileSync(file, "utf8");
  expect(stated).toMatch(alerts);
  const from = (name: string, azureDevOps: object) => (text: string) =>
    text.replace(
      new RegExp(`(sp-onestream-poc-${name}: ){.*}$`, "m"),
      `$1${JSON.stringify({ kind: "application", azureDevOps })}`,
    );
  const withConnections = from("promotion-engine", {})(from("staging-pipeline", connection)(stated));
  writeFileSync(
    file,
    withConnections.replace(alerts, `${passwords.map((line) => `    ${line}\n`).join("")}$&`),
  );
  sandbox.trust();
});
// Searches the state, the sandbox and all that was printed for passwords.
afterAll(() => sandbox.remove());

test("a client's password is rotated by the update that comes when it is due, and the former works on", async () => {
  await up();
  const outputs = succeeded(await sandbox.pulumi(["stack", "output", "-s", "poc", "--json"])).stdout;
  const { loginServers, passwordSecrets } = JSON.parse(outputs) as Record<string, Record<string, string>>;
  const host = loginServers.staging;
  expect(passwordSecrets["a-scanner"]).toMatch(/\/secrets\/a-scanner$/);
  const first = await stored();
  expect(first).toMatchObject({ slot: "password1", rotation: 0 });
  expect((await stored(false)).password).toBe("sealed");
  const kept = await secret();
  expect(kept.attributes.expires).toBe(Date.parse(first.expires) / 1000);

  // A second update has nothing to do.
  const quiet = ["preview", "-s", "poc", "--expect-no-changes", "--policy-pack", "policies"];
  succeeded(await sandbox.pulumi(quiet, { as: "administrator" }));
  const scope = "repository:iam/auth-service:pull";
  // The image isn't there; who may not pull is told something else.
  expect(await answer(host, first.password, scope)).toBe(404);
  expect(await answer(host, "another", scope)).toBe(401);

  // Twenty of its thirty days are over.
  startedAgo(20);
  const { output } = await up();
  const second = await stored();
  expect(second).toMatchObject({ slot: "password2", rotation: 1 });
  expect(second.password).not.toBe(first.password);
  expect(output).not.toContain(second.password);
  expect((await secret()).secretUriWithVersion).not.toBe(kept.secretUriWithVersion);
  for (const { password } of [first, second]) expect(await answer(host, password, scope)).toBe(404);

  // By the next one the first is gone.
  startedAgo(40);
  await up();
  const third = await stored();
  expect(third).toMatchObject({ slot: "password1", rotation: 2 });
  expect(await answer(host, first.password, scope)).toBe(401);
  for (const { password } of [second, third]) expect(await answer(host, password, scope)).toBe(404);
});

test("a promotion, whose identity may make no password, leaves one that is due to the platform", async () => {
  const before = readFileSync(file, "utf8");
  startedAgo(60);
  const promotion = ["preview", "-s", "poc", "--policy-pack", "policies", "--suppress-progress"];
  const whole = succeeded(await sandbox.pulumi(promotion, { as: "administrator" }));
  expect(whole.stdout).toContain("TokenPassword");
  const without = (pattern: string) =>
    sandbox.pulumi([...promotion, "--exclude", pattern, "--expect-no-changes"], { as: "administrator" });
  succeeded(await without("**RegistryPassword**"));
  // Nor does it matter where there is none.
  writeFileSync(file, before);
  succeeded(await without("**NothingOfTheKind**"));
});

test("nobody but the reader has a role on the secret, and that on this secret alone", async () => {
  const token = await sandbox.accessToken("administrator", "https://management.azure.com");
  const vault = secretId.split("/secrets/")[0];
  const response = await fetch(
    `https://localhost:${sandbox.port}${vault}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  const { value } = (await response.json()) as {
    value: { properties: { scope: string; roleDefinitionId: string } }[];
  };
  const below = value.filter(({ properties: { scope } }) =>
    scope.toLowerCase().startsWith(vault.toLowerCase()),
  );
  expect(
    below.map(({ properties }) => [properties.scope, properties.roleDefinitionId.split("/").pop()]),
  ).toEqual([[secretId, "4633458b-17de-408a-b874-0445c86b69e6"]]);
});

test("the reader signs in by its service connection, and nobody as an identity whose connection is not there yet", async () => {
  const token = await sandbox.accessToken(reader, "https://vault.azure.net");
  expect(token.split(".")).toHaveLength(3);
  const { exitCode, output } = await sandbox.airlock([
    "sandbox",
    "env",
    "--as",
    "sp-onestream-poc-promotion-engine",
  ]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain(
    'nothing can sign in as "sp-onestream-poc-promotion-engine": it has no federated credential for GitHub or Azure DevOps',
  );
});
