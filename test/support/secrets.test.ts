import { generateKeyPairSync, randomBytes, createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TokenPasswords, type PasswordRecord } from "../../sandbox/azure/token-passwords";
import { JsonStore } from "../../sandbox/json-store";
import { homes, leaksOf, secretsIn } from "./secrets";

const home = mkdtempSync(join(tmpdir(), "airlock-secrets-"));
afterAll(() => rmSync(home, { recursive: true }));

function write(place: string, content: string | Buffer, mode = 0o600): void {
  mkdirSync(dirname(join(home, place)), { recursive: true });
  writeFileSync(join(home, place), content, { mode });
}

const pem = (): string =>
  generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();

const authority = pem();
const controlKey = randomBytes(32).toString("base64url");
const registrySecret = randomBytes(32);
const clusterAdministrator = randomBytes(24).toString("hex");
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = `${part({ alg: "RS256", typ: "JWT" })}.${part({ sub: "somebody" })}.${randomBytes(64).toString("base64url")}`;
const number = Buffer.from(createPrivateKey(authority).export({ format: "jwk" }).d!, "base64url");
let password = "";

beforeAll(() => {
  write("sandbox/ca.key", authority);
  write("sandbox/control.key", controlKey);
  write("sandbox/state/issuers/entra.pem", pem());
  write("sandbox/state/vaults/signing-kv/cosign/0123.pem", pem());
  write("sandbox/state/registries/contosodev/secret", registrySecret.toString("hex"));
  write("sandbox/state/clusters/contoso-dev-rg.aks/service-accounts.key", pem());
  write("sandbox/state/clusters/contoso-dev-rg.aks/administrator", clusterAdministrator);
  write("tokens/sp-contoso-platform.jwt", token);
  write("clients/az-iam_team/msal_token_cache.json", JSON.stringify({ secret: token }));
  write(
    "clients/iam_team/config.json",
    JSON.stringify({ auth: Buffer.from(`x:${token}`).toString("base64") }),
  );
  write("cosign.key", authority.replaceAll("PRIVATE", "ENCRYPTED SIGSTORE PRIVATE"));
  write(
    "workspace/Pulumi.dev.yaml",
    "config: {}\nencryptionsalt: v1:WSs/0L7pLT8=:v1:+uXkBu7bNzVKyjjB:Fcvy\n",
    0o644,
  );
  write("sandbox/daemon.log", "nothing happened\n", 0o644);
  const passwords = new TokenPasswords(
    new JsonStore<readonly PasswordRecord[]>(join(home, "sandbox/state/token-passwords")),
  );
  [{ value: password }] = passwords.generate(
    "/registries/contosodev/tokens/ci",
    ["password1"],
    "2026-11-01T00:00:00Z",
  );
});

test("every place that may hold a secret is known, with its reason", async () => {
  expect(await leaksOf(home, ["nothing of interest"])).toEqual([]);
  const found = await secretsIn(home, []);
  for (const { place, why } of homes) {
    expect(why).not.toBe("");
    expect(found.some((finding) => place.test(finding.place))).toBe(true);
  }
});

// AES-256 key of the stack above for the passphrase `sandbox`.
const stackKey = "2a550f2a02bf734eed7956d048daca426e43aff6e60135a8df2882ddebdecaea";

const spellings: readonly (readonly [secret: string, spelled: string, content: () => string | Buffer])[] = [
  ["token", "plain", () => token],
  ["token", "in a URL", () => token.replaceAll(".", "%2E")],
  ["token", "as a registry's login", () => Buffer.from(`00000000:${token}`).toString("base64")],
  ["token", "in base64 of base64url's alphabet", () => Buffer.from(`Bearer ${token}`).toString("base64url")],
  ["private key", "plain", () => authority],
  ["private key", "in JSON", () => JSON.stringify({ key: authority })],
  ["private key", "in a URL", () => encodeURIComponent(authority)],
  ["private key", "in base64", () => Buffer.from(`:${authority}`).toString("base64")],
  ["private key's number", "as a JSON Web Key", () => number.toString("base64url")],
  ["private key's number", "in hexadecimal", () => number.toString("hex").toUpperCase()],
  ["private key's number", "as bytes", () => Buffer.concat([Buffer.from("0"), number])],
  ["private key's number", "in base64 without its frame", () => authority.replace(/-----.*-----|\n/g, "")],
  ["control key", "plain", () => controlKey],
  ["control key", "in base64", () => Buffer.from(`key=${controlKey}`).toString("base64")],
  ["registry secret", "in hexadecimal", () => registrySecret.toString("hex")],
  ["registry secret", "in base64", () => registrySecret.toString("base64")],
  ["cluster administrator", "plain", () => clusterAdministrator],
  ["stack's key", "in hexadecimal", () => stackKey],
  ["token password", "plain", () => password],
  ["token password", "as a registry's login", () => Buffer.from(`ci:${password}`).toString("base64")],
];

test.each(spellings)(
  "a %s that got out is found %s, in a file and in what was printed",
  async (secret, _, content) => {
    const place = "state/.pulumi/stacks/contoso/dev.json";
    write(
      place,
      Buffer.concat([Buffer.from('{ "a": "'), Buffer.from(content() as string), Buffer.from('" }')]),
    );
    const printed = Buffer.from(content() as string).toString("latin1");
    const leaks = await leaksOf(home, ["before", printed]);
    rmSync(join(home, place));
    expect(leaks).toContain(`${secret} in ${place}, mode 600`);
    // Bytes don't survive being printed.
    if (typeof content() === "string") expect(leaks).toContain(`${secret} in printed`);
  },
);

test("a secret where it belongs, for others to read, is one that got out", async () => {
  write("tokens/sp-contoso-open.jwt", token, 0o644);
  expect(await leaksOf(home, [])).toEqual(["token in tokens/sp-contoso-open.jwt, mode 644"]);
  rmSync(join(home, "tokens/sp-contoso-open.jwt"));
});

test("another secret than the one that belongs there is one that got out", async () => {
  write("tokens/sp-contoso-odd.jwt", authority);
  expect(await leaksOf(home, [])).toEqual(["private key in tokens/sp-contoso-odd.jwt, mode 600"]);
  rmSync(join(home, "tokens/sp-contoso-odd.jwt"));
});
