import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../../model/signing";
import { UNKNOWN } from "../../../provider/properties";
import { ImageImport } from "../../../provider/resources/image-import";
import { identity, issuer, Sigstore } from "../../support/sigstore";
import { addImage } from "../support/images";
import { promotion, signedInStaging, stagingHost, without } from "../support/promotion";

const folder = mkdtempSync(join(tmpdir(), "airlock-root-"));
const file = join(folder, "trusted_root.json");
let sigstore: Sigstore;
let trustedRoot: { file: string; digest: string };

beforeAll(async () => {
  sigstore = await Sigstore.begin();
  writeFileSync(file, sigstore.trustedRoot());
  trustedRoot = { file, digest: sha256(Buffer.from(sigstore.trustedRoot())) };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An image in staging that the identity signed without a key. */
async function signedByIdentity() {
  const { azure, key, staging } = signedInStaging();
  const digest = addImage(staging, "auth-service 2.0.0");
  const { manifest, blobs } = await sigstore.sign({ digest });
  for (const blob of blobs) staging.blobs.set(blob.digest, blob.bytes);
  staging.put(JSON.parse(manifest.toString()) as { mediaType: string });
  const keyless = { issuer, identity, trustedRoot };
  const news = { ...without(promotion(digest, ""), "publicKey"), keyless };
  return { azure, digest, key, news, keyless, resource: new ImageImport(azure) };
}

test("an image that the identity signed is promoted, and shows who it was", async () => {
  const { azure, digest, news, resource } = await signedByIdentity();
  const { inputs, failures } = await resource.check(undefined, news);
  expect(failures).toEqual([]);
  expect(inputs.signedBy).toBe(`${identity} (${issuer})`);
  const { outputs } = await resource.create(inputs);
  expect(outputs.signedBy).toBe(`${identity} (${issuer})`);
  expect(outputs.evidence).toHaveLength(1);
  azure.calls.length = 0;
  expect((await resource.check(inputs, news)).failures).toEqual([]);
  expect(azure.calls).toEqual([]);
  expect(inputs.digest).toBe(digest);
});

test("another identity, issuer or root is verified again; another place of the same root is not", async () => {
  const { azure, news, keyless, resource } = await signedByIdentity();
  const { inputs } = await resource.check(undefined, news);
  const callsFor = async (changed: object) => {
    azure.calls.length = 0;
    await resource.check(inputs, { ...news, keyless: { ...keyless, ...changed } });
    return azure.calls.length;
  };
  expect(await callsFor({ identity: `${identity}2` })).toBeGreaterThan(0);
  expect(await callsFor({ issuer: `${issuer}/2` })).toBeGreaterThan(0);
  expect(await callsFor({ trustedRoot: { file: "elsewhere.json", digest: trustedRoot.digest } })).toBe(0);
});

test("another identity fails the preview in one line", async () => {
  const { digest, news, keyless, resource } = await signedByIdentity();
  const { failures } = await resource.check(undefined, {
    ...news,
    keyless: { ...keyless, identity: "https://github.com/contoso/other" },
  });
  expect(failures).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${digest} is signed, but not by the trusted identity: ${identity} (${issuer}): sign it in ${stagingHost} before promoting`,
    },
  ]);
});

test("a trusted root that is not the agreed one, or not there, counts for nothing", async () => {
  const { news, keyless, resource } = await signedByIdentity();
  const reasons = async (changed: object) => {
    const changedRoot = { ...keyless, trustedRoot: { ...trustedRoot, ...changed } };
    const { failures } = await resource.check(undefined, { ...news, keyless: changedRoot });
    return failures.map(({ reason }) => reason);
  };
  const agreed = `sha256:${"e".repeat(64)}`;
  const advice = "review it, and put its digest into signing.keyless.trustedRoot";
  expect(await reasons({ digest: agreed })).toEqual([
    `the trusted root ${file} is ${trustedRoot.digest}, and should be ${agreed}: ${advice}`,
  ]);
  expect(await reasons({ file: "nowhere.json" })).toEqual([
    `the trusted root nowhere.json is not there, and should be ${trustedRoot.digest}: ${advice}`,
  ]);
});

test("exactly one says whose signature counts", async () => {
  const { key, news, resource } = await signedByIdentity();
  expect((await resource.check(undefined, without(news, "keyless"))).failures).toEqual([
    { property: "publicKey", reason: "is required, or `keyless`" },
  ]);
  expect((await resource.check(undefined, { ...news, publicKey: key.publicKey })).failures).toEqual([
    { property: "keyless", reason: "stands beside `publicKey`: one of them says whose signature counts" },
  ]);
});

test("malformed properties are named", async () => {
  const { news, resource } = await signedByIdentity();
  const problems = async (keyless: unknown) =>
    (await resource.check(undefined, { ...news, keyless })).failures.map(({ reason }) => reason);
  expect(await problems({ issuer: "http://x", identity, trustedRoot })).toEqual([
    'issuer expected an https address, got "http://x"',
  ]);
  expect(await problems({ issuer, identity: "", trustedRoot })).toEqual([
    'identity expected who signs, such as a workflow\'s address, got ""',
  ]);
  expect(await problems({ issuer, identity, trustedRoot: { file } })).toEqual([
    "trustedRoot digest is required",
  ]);
});

test("with an unknown identity nothing is verified yet", async () => {
  const { azure, news, keyless, resource } = await signedByIdentity();
  const { inputs, failures } = await resource.check(undefined, {
    ...news,
    keyless: { ...keyless, identity: UNKNOWN },
  });
  expect(failures).toEqual([]);
  expect(inputs.signedBy).toBe(UNKNOWN);
  expect(azure.calls).toEqual([]);
});
