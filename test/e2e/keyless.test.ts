import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage } from "../../cli/story/image";
import { RegistryClient } from "../../cli/story/registry-client";
import { setConfigValue } from "../../model/config/stack-file";
import { sha256 } from "../../model/signing";
import { identity, issuer, Sigstore } from "../support/sigstore";
import { identityToken, SigstoreServer } from "../support/sigstore-server";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { GoClients, goPrograms } from "./clients/go-clients";
import { builder, hostOf, promoters, projectFile, repository, reviewer } from "./story/world";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17683);
const programs = goPrograms();
let sigstore: Sigstore;
let services: SigstoreServer;
const otherIdentity = identity.replace("build", "test");
/** Whose signature each version has when it is pushed. */
const signers = { "1.0.0": identity, "1.1.0": otherIdentity, "1.2.0": undefined, "1.3.0": undefined };
type Version = keyof typeof signers;
const digest = (version: Version) => buildImage(repository, version).digest;

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  sigstore = await Sigstore.begin();
  services = await SigstoreServer.begin(sigstore);
  const root = sigstore.trustedRoot();
  writeFileSync(join(sandbox.workspace, "trusted_root.json"), root);
  const trustedRoot = { file: "trusted_root.json", digest: sha256(Buffer.from(root)) };
  const keyless = { issuer, identities: { "iam/*": { identity } }, trustedRoot };
  const text = readFileSync(projectFile(sandbox), "utf8");
  writeFileSync(
    projectFile(sandbox),
    setConfigValue(text, "onestream", "signing", { keyless }, { structured: true }),
  );
  for (const stack of ["shared", "dev", "staging"]) succeeded(await sandbox.up(stack));
  for (const version of Object.keys(signers) as Version[]) await push(version);
});
afterAll(() => {
  services.end();
  return sandbox.remove();
});

/** A build in dev, and its signature. */
async function push(version: Version): Promise<void> {
  const token = await sandbox.accessToken(builder, "https://containerregistry.azure.net");
  const registry = new RegistryClient(hostOf(sandbox, "dev"), token);
  const image = buildImage(repository, version);
  await registry.push(repository, image.tag, image);
  const signer = signers[version];
  if (signer === undefined) return;
  const signature = await sigstore.sign({ digest: image.digest, identity: signer });
  await registry.push(repository, signature.digest, signature);
}

const publish = (version: Version): Promise<Ran> =>
  sandbox.airlock(["publish", `${repository}@${digest(version)}`, "--version", version, "--replace"], {
    cwd: sandbox.workspace,
  });

const errorsOf = ({ output }: Ran) =>
  output
    .split("\n")
    .filter((line) => line.includes("error:"))
    .map((line) => line.trim());

/** What staging runs after the version went there from dev. */
async function bringToStaging(version: Version): Promise<unknown> {
  succeeded(await publish(version));
  succeeded(await sandbox.up("dev", { as: builder }));
  succeeded(await sandbox.airlock(["promote", repository, "--to", "staging"], { cwd: sandbox.workspace }));
  succeeded(await sandbox.up("staging", { as: promoters.staging }));
  const running = succeeded(await sandbox.pulumi(["stack", "output", "running", "--json", "-s", "staging"]));
  return JSON.parse(running.stdout);
}

const inStaging = (version: Version) => `${hostOf(sandbox, "staging")}/${repository}@${digest(version)}`;

const signedByIdentity = (version: Version, ...replaced: Version[]) => ({
  [repository]: {
    reference: inStaging(version),
    version,
    registry: hostOf(sandbox, "staging"),
    labels: expect.objectContaining({ version }) as object,
    signedBy: `${identity} (${issuer})`,
    previous: replaced.map((one) => ({ version: one, reference: inStaging(one) })),
  },
});

test("an image that the identity signed without a key goes from dev to staging", async () => {
  expect(await bringToStaging("1.0.0")).toEqual(signedByIdentity("1.0.0"));
  const again = succeeded(await sandbox.up("staging", { as: promoters.staging }));
  expect(again.output).toMatch(/^ +\d+ unchanged$/m);
});

test("the trusted root stands in the state by its digest alone", async () => {
  const state = succeeded(await sandbox.pulumi(["stack", "export", "-s", "staging"])).stdout;
  expect(state).toContain(sha256(Buffer.from(sigstore.trustedRoot())));
  expect(state).not.toContain("certificateAuthorities");
});

if (programs) {
  test("what cosign signs without a key counts, and cosign verifies it in staging", async () => {
    const cosign = new GoClients(sandbox, programs, ["dev", "staging"]);
    const folder = join(sandbox.home, "cosign");
    mkdirSync(folder);
    writeFileSync(join(folder, "signing_config.json"), services.signingConfig());
    const image = (environment: "dev" | "staging") =>
      `${hostOf(sandbox, environment)}/${repository}@${digest("1.3.0")}`;
    const root = ["--trusted-root", join(sandbox.workspace, "trusted_root.json")];
    const config = ["--signing-config", join(folder, "signing_config.json")];
    const token = ["--identity-token", identityToken(issuer, identity)];
    await cosign.cosign(builder, "sign", "--yes", ...config, ...root, ...token, image("dev"));
    expect(await bringToStaging("1.3.0")).toEqual(signedByIdentity("1.3.0", "1.0.0"));
    const certificate = ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer];
    const verified = await cosign.cosign(
      promoters.staging,
      "verify",
      ...root,
      ...certificate,
      image("staging"),
    );
    expect(JSON.parse(verified)).toMatchObject([
      { critical: { image: { "docker-manifest-digest": digest("1.3.0") } } },
    ]);
  });
} else {
  test("ran without cosign: no Go", () => {
    if (process.env.CI === "true") throw new Error("cosign has to be seen working in CI. Install Go");
  });
}

test.each([
  ["1.1.0", `is signed, but not by the trusted identity: ${otherIdentity} (${issuer})`],
  ["1.2.0", "is not signed"],
] as const)("%s, signed by another or nobody, fails the preview in one line", async (version, problem) => {
  succeeded(await publish(version));
  const preview = await sandbox.pulumi(["preview", "-s", "dev", "--diff"], { as: reviewer });
  expect(preview.exitCode).not.toBe(0);
  expect(errorsOf(preview)).toEqual([
    `error: airlock:index:ImageImport resource '${repository}@${digest(version).slice(7, 19)}': property digest value ` +
      `{${digest(version)}} has a problem: ${repository}@${digest(version)} ${problem}: sign it in ${hostOf(sandbox, "dev")} before publishing`,
  ]);
});

test("another trusted root in the agreed one's place counts for nothing", async () => {
  succeeded(await publish("1.1.0"));
  const other = (await Sigstore.begin()).trustedRoot();
  writeFileSync(join(sandbox.workspace, "trusted_root.json"), other);
  const preview = await sandbox.pulumi(["preview", "-s", "dev", "--diff"], { as: reviewer });
  expect(preview.exitCode).not.toBe(0);
  expect(errorsOf(preview)).toEqual([
    expect.stringContaining(
      `/trusted_root.json is ${sha256(Buffer.from(other))}, and should be ${sha256(Buffer.from(sigstore.trustedRoot()))}`,
    ),
  ]);
});
