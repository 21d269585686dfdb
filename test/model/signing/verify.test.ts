import { createHash, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import * as fc from "fast-check";
import { signatureManifest, simpleSigningPayload, verifySignature } from "../../../model/signing";
import { digestOf, MemoryRegistry, recorded } from "./memory-registry";

const { publicKey, otherPublicKey, repositories } = recorded;
const policy = { publicKey };
const trusted = { verified: true, signedBy: fingerprint(publicKey) };
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

function fingerprint(pem: string): string {
  const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
  return `key sha256:${createHash("sha256").update(spki).digest("hex").slice(0, 16)}`;
}

function digestIn(name: string): string {
  return repositories[name].digest;
}

function signatureTag(digest: string): string {
  return `sha256-${digest.slice(7)}.sig`;
}

const refused = (problem: string) => ({ verified: false, problem });
const unsigned = refused("is not signed");
const wrongKey = refused("is signed, but not by the trusted key");
const forAnother = (digest: string) => refused(`carries a signature for another digest (${digest})`);
const unreadable = (why: string) => refused(`carries a signature that can't be read: ${why}`);

describe("what cosign 3.1.3 wrote", () => {
  test.each([
    ["a simple-signing signature", "iam/classic", { ...trusted, form: "simple-signing" }],
    ["a bundle", "iam/bundle", { ...trusted, form: "bundle" }],
    ["two signers under one tag", "iam/two-signers", { ...trusted, form: "simple-signing" }],
    ["both forms and an attestation", "iam/everything", { ...trusted, form: "simple-signing" }],
    ["nothing", "iam/unsigned", unsigned],
    ["both forms by another key", "iam/other-key", wrongKey],
    ["an SBOM attestation as a bundle, by the trusted key", "iam/attested", unsigned],
    ["an SBOM attestation under its tag, by the trusted key", "iam/attested-classic", unsigned],
  ])("%s", async (_, repository, expected) => {
    const registry = MemoryRegistry.holding(repository);
    expect(await verifySignature(registry, digestIn(repository), policy)).toEqual(expected);
  });

  test.each(["iam/classic", "iam/bundle", "iam/everything"])(
    "%s is refused under another key",
    async (repository) => {
      const registry = MemoryRegistry.holding(repository);
      expect(await verifySignature(registry, digestIn(repository), { publicKey: otherPublicKey })).toEqual(
        wrongKey,
      );
    },
  );

  test("a bundle counts in a registry that lists the type of the empty config", async () => {
    const registry = MemoryRegistry.holding("iam/bundle");
    const listed = await registry.referrers(digestIn("iam/bundle"));
    registry.referrers = async () =>
      listed.map((entry) => ({ ...entry, artifactType: "application/vnd.oci.empty.v1+json" }));
    expect(await verifySignature(registry, digestIn("iam/bundle"), policy)).toEqual({
      ...trusted,
      form: "bundle",
    });
  });
});

describe("a signature in the wrong place", () => {
  test("a simple-signing signature of another image is named with its digest", async () => {
    const registry = MemoryRegistry.holding("iam/classic", "iam/unsigned");
    const [claimed, digest] = [digestIn("iam/classic"), digestIn("iam/unsigned")];
    registry.tags.set(signatureTag(digest), registry.tags.get(signatureTag(claimed))!);
    expect(await verifySignature(registry, digest, policy)).toEqual(forAnother(claimed));
  });

  test("a bundle about another image is named with its digest", async () => {
    const registry = MemoryRegistry.holding("iam/bundle", "iam/unsigned");
    const [claimed, digest] = [digestIn("iam/bundle"), digestIn("iam/unsigned")];
    registry.put(bundleManifest(registry, claimed, { subject: { digest } }));
    expect(await verifySignature(registry, digest, policy)).toEqual(forAnother(claimed));
  });

  test("the same by another key is only by another key", async () => {
    const registry = MemoryRegistry.holding("iam/other-key", "iam/unsigned");
    const [claimed, digest] = [digestIn("iam/other-key"), digestIn("iam/unsigned")];
    registry.tags.set(signatureTag(digest), registry.tags.get(signatureTag(claimed))!);
    expect(await verifySignature(registry, digest, policy)).toEqual(wrongKey);
  });

  test("a simple-signing signature made for another repository is named with it; its host plays no part", async () => {
    const registry = MemoryRegistry.holding("iam/classic");
    const digest = digestIn("iam/classic");
    const under = (repository: string) => verifySignature(registry, digest, { publicKey, repository });
    expect(await under("iam/classic")).toEqual({ ...trusted, form: "simple-signing" });
    expect(await under("utility/classic")).toEqual(
      refused("carries a signature for another repository (iam/classic)"),
    );
  });

  test("a valid signature beside it still counts", async () => {
    const registry = MemoryRegistry.holding("iam/bundle", "iam/classic");
    const [other, digest] = [digestIn("iam/classic"), digestIn("iam/bundle")];
    registry.tags.set(signatureTag(digest), registry.tags.get(signatureTag(other))!);
    expect(await verifySignature(registry, digest, policy)).toEqual({ ...trusted, form: "bundle" });
  });
});

/** The bundle manifest that cosign wrote for a subject, with changes. */
function bundleManifest(registry: MemoryRegistry, subject: string, changes: object): object {
  const found = [...registry.manifests.values()]
    .map((text) => JSON.parse(text) as { artifactType?: string; subject?: { digest: string } })
    .find((manifest) => manifest.artifactType === bundleType && manifest.subject?.digest === subject);
  return { ...found, ...changes };
}

/** A registry with one bundle, changed, about the image of iam/bundle. */
function withBundle(change: (bundle: any) => unknown): MemoryRegistry {
  const digest = digestIn("iam/bundle");
  const registry = MemoryRegistry.holding("iam/bundle");
  const manifest = bundleManifest(registry, digest, {}) as { layers: { digest: string }[] };
  const bundle = JSON.parse(registry.blobs.get(manifest.layers[0].digest)!) as unknown;
  const changed = change(bundle) ?? bundle;
  for (const [own, text] of registry.manifests) if (text.includes(bundleType)) registry.manifests.delete(own);
  const blob = registry.putBlob(typeof changed === "string" ? changed : JSON.stringify(changed));
  registry.put({ ...manifest, layers: [{ mediaType: bundleType, ...blob }] });
  return registry;
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("a bundle that was changed", () => {
  const digest = digestIn("iam/bundle");
  const statement = (claimed: string, predicateType: string) => ({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ digest: { sha256: claimed.slice(7) } }],
    predicateType,
    predicate: {},
  });
  const signPredicate = "https://sigstore.dev/cosign/sign/v1";

  test.each<[string, (bundle: any) => unknown, object]>([
    [
      "in its statement",
      (b) => void (b.dsseEnvelope.payload = base64(statement(digest, signPredicate))),
      wrongKey,
    ],
    [
      "in its signature",
      (b) => void (b.dsseEnvelope.signatures[0].sig = Buffer.from("not a signature").toString("base64")),
      wrongKey,
    ],
    [
      "from an attestation into a signature",
      (b) => void (b.dsseEnvelope.payload = base64(statement(digest, "https://spdx.dev/Document"))),
      unsigned,
    ],
    [
      "into another payload type",
      (b) => void (b.dsseEnvelope.payloadType = "text/plain"),
      unreadable("its payload is of type text/plain"),
    ],
    [
      "into text that is no statement",
      (b) => void (b.dsseEnvelope.payload = Buffer.from("[]").toString("base64")),
      unreadable("its statement is not a JSON object"),
    ],
    [
      "by cutting it off",
      (b) => JSON.stringify(b).slice(0, -20),
      unreadable("its bundle is not a JSON object"),
    ],
    ["into an empty object", () => ({}), unreadable("its bundle is not valid: invalid bundle")],
    [
      "into a signature over a file",
      ({ mediaType, verificationMaterial }) => ({
        mediaType,
        verificationMaterial,
        messageSignature: { messageDigest: { algorithm: "SHA2_256", digest: "AAAA" }, signature: "AAAA" },
      }),
      unreadable("its bundle holds no statement"),
    ],
    [
      "by taking its only signature away",
      (b) => void (b.dsseEnvelope.signatures = []),
      unreadable("its bundle is not valid: invalid bundle"),
    ],
  ])("%s is refused", async (_, change, expected) => {
    expect(await verifySignature(withBundle(change), digest, policy)).toEqual(expected);
  });

  test("anywhere in its bytes is never verified as something else", async () => {
    const whole = repositories["iam/bundle"];
    const [[name, text]] = Object.entries(whole.blobs);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const registry = MemoryRegistry.holding("iam/bundle");
        registry.blobs.set(name, changed);
        const result = await verifySignature(registry, digest, policy);
        expect(result).toEqual(
          changed === text
            ? { ...trusted, form: "bundle" }
            : unreadable(`its bundle is not the content of ${name}`),
        );
      }),
    );
  });

  test("anywhere, with its digest, is verified only for the statement that was signed", async () => {
    const [text] = Object.values(repositories["iam/bundle"].blobs);
    const statementOf = (json: string) =>
      Buffer.from(JSON.parse(json).dsseEnvelope.payload as string, "base64").toString();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const { verified } = await verifySignature(
          withBundle(() => changed),
          digest,
          policy,
        );
        if (verified) expect(statementOf(changed)).toBe(statementOf(text));
      }),
      { numRuns: 500 },
    );
  });

  test("into another type of artifact is no signature", async () => {
    const registry = MemoryRegistry.holding("iam/bundle");
    const manifest = bundleManifest(registry, digest, { artifactType: "application/spdx+json" });
    for (const [own, text] of registry.manifests)
      if (text.includes(bundleType)) registry.manifests.delete(own);
    registry.put(manifest);
    expect(await verifySignature(registry, digest, policy)).toEqual(unsigned);
  });
});

describe("a simple-signing signature that was changed", () => {
  const digest = digestIn("iam/classic");
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ownPolicy = { publicKey: own.publicKey.export({ type: "spki", format: "pem" }).toString() };

  function withLayer(change: (layer: any, registry: MemoryRegistry) => void): MemoryRegistry {
    const registry = MemoryRegistry.holding("iam/classic");
    const tag = signatureTag(digest);
    const manifest = JSON.parse(registry.manifests.get(registry.tags.get(tag)!)!) as { layers: object[] };
    change(manifest.layers[0], registry);
    registry.put(manifest, tag);
    return registry;
  }

  /** A signature by a key of our own over any payload. */
  function signedBy(payload: string): MemoryRegistry {
    const registry = new MemoryRegistry();
    const bytes = Buffer.from(payload);
    const { manifest } = signatureManifest({
      payload: bytes,
      signature: sign("sha256", bytes, own.privateKey),
    });
    registry.putBlob(payload);
    registry.put(manifest.toString(), signatureTag(digest));
    return registry;
  }

  test("in its payload, under the old digest", async () => {
    const payload = digestOf(simpleSigningPayload("localhost:5977", "iam/classic", digest));
    expect([...MemoryRegistry.holding("iam/classic").blobs.keys()]).toEqual([payload]);
    const registry = MemoryRegistry.holding("iam/classic");
    registry.blobs.set(payload, registry.blobs.get(payload)!.slice(0, 40));
    expect(await verifySignature(registry, digest, policy)).toEqual(
      unreadable(`its payload is not the content of ${payload}`),
    );
  });

  test("in its payload, with its digest", async () => {
    const registry = withLayer((layer, { putBlob, blobs }) => {
      Object.assign(
        layer,
        putBlob.call({ blobs }, simpleSigningPayload("contoso.example", "a", digest).toString()),
      );
    });
    expect(await verifySignature(registry, digest, policy)).toEqual(wrongKey);
  });

  test.each<[string, (layer: any) => void, object]>([
    [
      "its signature is cut off",
      (l) => void (l.annotations = mapped(l, (text) => text.slice(0, 40))),
      wrongKey,
    ],
    ["its signature is empty", (l) => void (l.annotations = mapped(l, () => "")), wrongKey],
    [
      "its signature is gone",
      (l) => void delete l.annotations,
      unreadable("its payload stands without a signature"),
    ],
    [
      "it is of another type",
      (l) => void (l.mediaType = "text/plain"),
      unreadable("its payload is of type text/plain"),
    ],
    ["it has no digest", (l) => void delete l.digest, unreadable("its payload has no sha256 digest")],
    [
      "its digest is a path",
      (l) => void (l.digest = "../../other/blobs/sha256:0"),
      unreadable("its payload has no sha256 digest"),
    ],
    [
      "its digest is a name",
      (l) => void (l.digest = "__proto__"),
      unreadable("its payload has no sha256 digest"),
    ],
  ])("%s", async (_, change, expected) => {
    expect(await verifySignature(withLayer(change), digest, policy)).toEqual(expected);
  });

  test.each([
    ["no JSON", "signed", "its payload is not a JSON object"],
    [
      "a claim of another kind",
      JSON.stringify({
        critical: { type: "atomic container signature", image: { "docker-manifest-digest": digest } },
      }),
      "its payload is no claim of cosign",
    ],
    [
      "no digest",
      JSON.stringify({ critical: { type: "cosign container image signature" } }),
      "its payload names no digest",
    ],
  ])("the trusted key signed %s", async (_, payload, why) => {
    expect(await verifySignature(signedBy(payload), digest, ownPolicy)).toEqual(unreadable(why));
  });

  test("its manifest has nothing that can be read", async () => {
    const registry = new MemoryRegistry();
    registry.put({ mediaType: "x", layers: [] }, signatureTag(digest));
    expect(await verifySignature(registry, digest, policy)).toEqual(unreadable("its manifest has no layers"));
    registry.put({ mediaType: "x", layers: ["x"] }, signatureTag(digest));
    expect(await verifySignature(registry, digest, policy)).toEqual(
      unreadable("its manifest has no list of layers"),
    );
  });

  test("its manifest is not what its digest says", async () => {
    const registry = MemoryRegistry.holding("iam/bundle");
    const [[referrer]] = (await registry.referrers(digestIn("iam/bundle"))).map((entry) => [entry.digest]);
    registry.manifests.set(referrer, registry.manifests.get(referrer)! + " ");
    expect(await verifySignature(registry, digestIn("iam/bundle"), policy)).toEqual(
      unreadable(`its manifest is not the content of ${referrer}`),
    );
  });
});

function mapped(layer: { annotations: Record<string, string> }, change: (text: string) => string): object {
  return Object.fromEntries(Object.entries(layer.annotations).map(([key, text]) => [key, change(text)]));
}

describe("when the registry fails", () => {
  test("what can't be read is an error, and not an unsigned image", async () => {
    const registry = MemoryRegistry.holding("iam/other-key");
    registry.referrers = () => Promise.reject(new Error("503 from the registry"));
    await expect(verifySignature(registry, digestIn("iam/other-key"), policy)).rejects.toThrow(
      "503 from the registry",
    );
  });

  test("a signature that was read still counts", async () => {
    const registry = MemoryRegistry.holding("iam/bundle");
    registry.put(
      {
        mediaType: "x",
        layers: [
          {
            digest: digestOf("gone"),
            mediaType: "application/vnd.dev.cosign.simplesigning.v1+json",
            annotations: { "dev.cosignproject.cosign/signature": "" },
          },
        ],
      },
      signatureTag(digestIn("iam/bundle")),
    );
    expect(await verifySignature(registry, digestIn("iam/bundle"), policy)).toEqual({
      ...trusted,
      form: "bundle",
    });
  });
});

describe("a signature of our own", () => {
  test.each([
    ["P-256", generateKeyPairSync("ec", { namedCurve: "P-256" }), "sha256"],
    ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256"],
    ["Ed25519", generateKeyPairSync("ed25519"), null],
  ])("with a %s key is verified for its digest alone", async (_, pair, hash) => {
    const digest = digestOf("image");
    const payload = simpleSigningPayload("contosodev.azurecr.io", "iam/auth-service", digest);
    const { manifest, config } = signatureManifest({
      payload,
      signature: sign(hash, payload, pair.privateKey),
    });
    const registry = new MemoryRegistry();
    registry.putBlob(payload.toString());
    registry.putBlob(config.toString());
    registry.put(manifest.toString(), signatureTag(digest));
    const own = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(await verifySignature(registry, digest, { publicKey: own })).toEqual({
      verified: true,
      signedBy: fingerprint(own),
      form: "simple-signing",
    });
    expect(await verifySignature(registry, digest, policy)).toEqual(wrongKey);
    expect(await verifySignature(registry, digestOf("other"), { publicKey: own })).toEqual(unsigned);
  });

  test("has the bytes that cosign signs", () => {
    const digest = digestIn("iam/classic");
    const [text] = Object.values(repositories["iam/classic"].blobs);
    expect(simpleSigningPayload("localhost:5977", "iam/classic", digest).toString()).toBe(text);
  });
});

test("a key that is none is refused without being repeated", async () => {
  await expect(
    verifySignature(new MemoryRegistry(), digestOf("x"), { publicKey: "hunter2" }),
  ).rejects.toThrow(
    "the trusted public key is missing or not in PEM form (signing.publicKey). Export it with: cosign public-key --key <key>",
  );
});
