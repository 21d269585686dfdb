import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { engineEnvironment, exportLines, findEngine, quote, withEngine } from "../../cli/engine-environment";
import { findPlaces } from "../../cli/places";
import { UserError } from "../../model/errors";

const places = () => findPlaces({ AIRLOCK_HOME: mkdtempSync(join(tmpdir(), "air lock-")) });
const engine = { engineDirectory: "/opt/engine", node: "/opt/node" };
const session = {
  clientId: "33333333-3333-4333-8333-333333333333",
  tenantId: "11111111-1111-4111-8111-111111111111",
  assertion: "header.payload.signature",
  providers: { "azure-native": 40001, azuread: 40002 },
};

test("any text survives a shell as one word", () => {
  const echo = (word: string) => execFileSync("sh", ["-c", `printf %s ${quote(word)}`], { encoding: "utf8" });
  for (const word of ["plain", "two words", "it's", '$HOME `id` "\\', "*", "", "a\nb", "~"])
    expect(echo(word)).toBe(word);
});

test("quoting never lets a quote out", () => {
  fc.assert(
    fc.property(
      fc.string(),
      (word) => /^[\w@%+=:,./-]+$/.test(word) || /^'(?:[^']|'\\'')*'$/.test(quote(word)),
    ),
  );
});

test("the exports give a shell exactly these variables, and put the engine in front of its PATH", () => {
  const at = places();
  const variables = engineEnvironment(at, engine, {
    endpoint: "https://localhost:7443",
    identity: "a/b",
    session,
  });
  const script = `${exportLines(variables)}env`;
  const printed = execFileSync("sh", ["-c", script], { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } });
  const seen = Object.fromEntries(
    printed.split("\n").map((line) => line.split(/=(.*)/).slice(0, 2) as [string, string]),
  );
  expect(seen).toMatchObject({ ...variables, PATH: `${variables.PATH}:/usr/bin:/bin` });
  expect(variables).toEqual({
    PATH: `${at.checkout}/node_modules/.bin:/opt/engine`,
    PULUMI_HOME: join(at.home, "pulumi"),
    PULUMI_BACKEND_URL: `file://${at.home.replace(" ", "%20")}/state`,
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NODE_COMPILE_CACHE: at.compiled,
    PULUMI_DEBUG_PROVIDERS: "azure-native:40001,azuread:40002",
    AZURE_TENANT_ID: session.tenantId,
    AZURE_CLIENT_ID: session.clientId,
    AZURE_FEDERATED_TOKEN_FILE: join(at.home, "tokens/a%2Fb.jwt"),
    AZURE_AUTHORITY_HOST: "https://localhost:7443",
    AIRLOCK_ARM_ENDPOINT: "https://localhost:7443",
    AIRLOCK_GRAPH_ENDPOINT: "https://localhost:7443/graph",
    AIRLOCK_HOME: at.home,
    AIRLOCK_PORT: "7443",
    NODE_EXTRA_CA_CERTS: join(at.home, "sandbox/ca.pem"),
    SSL_CERT_FILE: join(at.home, "sandbox/ca.pem"),
    REQUESTS_CA_BUNDLE: join(at.home, "sandbox/ca.pem"),
  });
  expect(withEngine({ PATH: "/bin", LANG: "C" }, variables)).toEqual({
    ...variables,
    LANG: "C",
    PATH: `${variables.PATH}:/bin`,
  });
});

test("the token is readable by this user alone", () => {
  const at = places();
  const variables = engineEnvironment(at, engine, {
    endpoint: "https://localhost:7443",
    identity: "sre",
    session,
  });
  expect(readFileSync(variables.AZURE_FEDERATED_TOKEN_FILE, "utf8")).toBe(session.assertion);
  expect(statSync(variables.AZURE_FEDERATED_TOKEN_FILE).mode & 0o777).toBe(0o600);
});

test("without set-up there is no engine", () => {
  const checkout = mkdtempSync(join(tmpdir(), "airlock-"));
  expect(() => findEngine({ ...places(), checkout })).toThrow(
    new UserError({
      what: "there is no Pulumi engine: set-up has not run",
      where: join(checkout, ".build/setup.json"),
      fix: "Run npm start once; it sets everything up",
      exitCode: 2,
    }),
  );
});
