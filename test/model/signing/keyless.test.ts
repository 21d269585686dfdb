import { verifySignature } from "../../../model/signing";
import { MemoryRegistry, recorded } from "./memory-registry";
import { identity, issuer, Sigstore, type Signing } from "../../support/sigstore";

const { digest } = recorded.repositories["iam/unsigned"];
let sigstore: Sigstore;

beforeAll(async () => {
  sigstore = await Sigstore.begin();
});

/** Puts a keyless signature beside the image. */
async function sign(registry: MemoryRegistry, signing: Signing): Promise<void> {
  const { manifest, blobs } = await sigstore.sign(signing);
  for (const { bytes } of blobs) registry.putBlob(bytes.toString());
  registry.put(manifest.toString());
}

async function verdict(
  signing: Partial<Signing>,
  trust: Partial<{ trustedRoot: string; identity: string; source: string }> = {},
) {
  const registry = MemoryRegistry.holding("iam/unsigned");
  await sign(registry, { digest, ...signing });
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot(), ...trust };
  return verifySignature(registry, digest, { keyless, repository: "iam/unsigned" });
}

const problem = (text: string) => ({ verified: false, problem: expect.stringContaining(text) });

test.each<[string, Partial<Signing>]>([
  ["the log's promise says when", {}],
  ["a timestamp says when", { timestamped: true }],
  ["a timestamp says when, and the log only that", { timestamped: true, unpromised: true }],
])("the identity's own signature counts: %s", async (_, signing) => {
  expect(await verdict(signing)).toEqual({
    verified: true,
    form: "bundle",
    signedBy: `${identity} (${issuer})`,
  });
});

test.each<[string, Partial<Signing>, string]>([
  [
    "another workflow",
    { identity: identity.replace("build", "test") },
    `is signed, but not by the trusted identity: ${identity.replace("build", "test")} (${issuer})`,
  ],
  [
    "an identity that goes on",
    { identity: `${identity}-evil` },
    "is signed, but not by the trusted identity",
  ],
  [
    "the same workflow, called by another repository",
    { source: ["https://github.com/evil/fork", "refs/heads/main"] },
    `is signed, but not by the trusted identity: ${identity} for https://github.com/evil/fork@refs/heads/main`,
  ],
  [
    "the same workflow, called from another branch",
    { source: ["https://github.com/contoso/auth-service", "refs/heads/feature"] },
    `${identity} for https://github.com/contoso/auth-service@refs/heads/feature`,
  ],
  ["a certificate that names no source", { source: null }, `${identity} for a source that it doesn't name`],
  ["another issuer", { issuer: "https://token.example.com" }, `${identity} (https://token.example.com)`],
  [
    "a log entry that is missing",
    { unlogged: true, timestamped: true },
    "no entry of a trusted log proves it",
  ],
  ["nothing that says when", { unlogged: true }, "nothing that is trusted says when it was made"],
  ["an entry without the promise or a timestamp", { unpromised: true }, "nothing that is trusted says when"],
  ["a certificate that had expired", { minutesLate: 20 }, "it was not valid when it signed"],
  ["a log that was there before the certificate", { minutesLate: -5 }, "it was not valid when it signed"],
])("refused: %s", async (_, signing, text) => {
  expect(await verdict(signing)).toEqual(problem(text));
});

test("a workflow that others call signs for the source that was agreed on alone", async () => {
  const source = ["https://github.com/contoso/other", "refs/heads/main"] as const;
  expect((await verdict({ source }, { source: source.join("@") })).verified).toBe(true);
  expect(await verdict({}, { source: source.join("@") })).toEqual(
    problem(`${identity} for https://github.com/contoso/auth-service@refs/heads/main`),
  );
});

test("an identity that is no workflow is asked for no source", async () => {
  const mail = "mailto:builder@contoso.example";
  expect((await verdict({ identity: mail, source: null }, { identity: mail })).verified).toBe(true);
});

test("a name whose bytes are no ASCII is another name", async () => {
  const odd = Buffer.from(Buffer.from("contoso").map((byte) => byte | 0x80));
  const disguised = identity.replace("contoso", odd.toString("latin1"));
  expect((await verdict({ identity: disguised })).verified).toBe(false);
});

test("a log that had ended when the certificate was issued counts for nothing", async () => {
  const root = JSON.parse(sigstore.trustedRoot()) as { tlogs: { publicKey: { validFor: object } }[] };
  root.tlogs[0].publicKey.validFor = { start: "2019-01-01T00:00:00Z", end: "2020-01-01T00:00:00Z" };
  const trust = { trustedRoot: JSON.stringify(root) };
  expect(await verdict({ timestamped: true, unpromised: true }, trust)).toEqual(
    problem("its log was not in use when its certificate was issued"),
  );
});

test("a certificate that can't be parsed is a verdict, and no exception", async () => {
  const registry = MemoryRegistry.holding("iam/unsigned");
  const { manifest, blobs } = await sigstore.sign({ digest });
  const [empty, bundle] = blobs.map(({ bytes }) => bytes.toString());
  registry.putBlob(empty);
  const stored = registry.putBlob(bundle.replace(/("rawBytes":")[^"]+/, "$1AAAA"));
  registry.put(manifest.toString().replace(blobs[1].digest, stored.digest));
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot() };
  expect(await verifySignature(registry, digest, { keyless })).toEqual(
    problem("carries a signature that can't be read"),
  );
});

test("a checkpoint under a name that is an expression is not looked at", async () => {
  const registry = MemoryRegistry.holding("iam/unsigned");
  const { manifest, blobs } = await sigstore.sign({ digest });
  const [empty, bundle] = blobs.map(({ bytes }) => bytes.toString());
  registry.putBlob(empty);
  const odd = bundle.replace(/\u2014 \S+ /, "\u2014 (.+)+(.+)+! ");
  expect(odd).not.toBe(bundle);
  const stored = registry.putBlob(odd);
  const text = manifest.toString().replace(blobs[1].digest, stored.digest);
  registry.put(text.replace(`"size":${bundle.length}`, `"size":${odd.length}`));
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot() };
  expect(await verifySignature(registry, digest, { keyless })).toEqual(
    problem("a checkpoint of its log entry is signed under an odd name"),
  );
});

test("an identity is no pattern", async () => {
  expect(await verdict({}, { identity: "https://github.com/.*" })).toEqual(
    problem("is signed, but not by the trusted identity"),
  );
});

test("another authority, with the same names, is not trusted", async () => {
  const other = await Sigstore.begin();
  expect(await verdict({}, { trustedRoot: other.trustedRoot() })).toEqual(problem("can't be trusted"));
});

test("a signature for another image is named with its digest", async () => {
  const registry = MemoryRegistry.holding("iam/unsigned");
  const claimed = `sha256:${"b".repeat(64)}`;
  await sign(registry, { digest: claimed });
  const bundle = [...registry.manifests.values()].find((text) => text.includes(claimed))!;
  registry.put(bundle.replace(claimed, digest));
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot() };
  expect(await verifySignature(registry, digest, { keyless })).toEqual(
    problem(`carries a signature for another digest (${claimed})`),
  );
});

test("a signature by a key is not the identity's, nor the identity's the key's", async () => {
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot() };
  const byKey = MemoryRegistry.holding("iam/everything");
  expect(
    (await verifySignature(byKey, recorded.repositories["iam/everything"].digest, { keyless })).verified,
  ).toBe(false);
  const byIdentity = MemoryRegistry.holding("iam/unsigned");
  await sign(byIdentity, { digest });
  expect(await verifySignature(byIdentity, digest, { publicKey: recorded.publicKey })).toEqual(
    problem("is signed, but not by the trusted key"),
  );
});

test.each([
  ["no JSON", "root", "the trusted root can't be read"],
  ["no authority", "{}", "the trusted root names no certificate authority"],
])("a trusted root with %s is an error", async (_, trustedRoot, text) => {
  await expect(verdict({}, { trustedRoot })).rejects.toThrow(text);
});

test("a trusted root without logs, or without periods, is an error", async () => {
  const root = () => JSON.parse(sigstore.trustedRoot()) as Record<string, { validFor?: object }[]>;
  const unlogged = JSON.stringify({ ...root(), ctlogs: [] });
  await expect(verdict({}, { trustedRoot: unlogged })).rejects.toThrow("names no transparency log");
  const eternal = root();
  delete eternal.certificateAuthorities[0].validFor;
  await expect(verdict({}, { trustedRoot: JSON.stringify(eternal) })).rejects.toThrow(
    "the trusted root doesn't say since when each authority and log is good",
  );
});
