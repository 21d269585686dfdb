import * as fc from "fast-check";
import { listEvidence, sha256, Unreadable, verifySignature, type RegistryReader } from "../../model/signing";
import { recorded } from "../model/signing/memory-registry";
import { mutated, oddText, oddValue } from "./hostile";
import { runs } from "./runs";

const { publicKey, repositories } = recorded;
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
const signed = ["iam/classic", "iam/bundle", "iam/everything"];

type Referrer = Awaited<ReturnType<RegistryReader["referrers"]>>[number];

/** A registry whose answers are whatever bytes it was given. */
class AnyRegistry implements RegistryReader {
  readonly contents = new Map<string, Buffer>();
  readonly tags = new Map<string, string>();
  readonly listed = new Map<string, Referrer[]>();

  static holding(name: string): AnyRegistry {
    const registry = new AnyRegistry();
    const { tags, manifests, blobs } = repositories[name];
    for (const [digest, text] of Object.entries({ ...blobs, ...manifests }))
      registry.contents.set(digest, Buffer.from(text));
    for (const [tag, digest] of Object.entries(tags)) registry.tags.set(tag, digest);
    for (const [digest, text] of Object.entries(manifests)) registry.list(digest, text);
    return registry;
  }

  /** Keeps content under its own digest. */
  put(bytes: Buffer | string): string {
    const content = Buffer.from(bytes);
    this.contents.set(sha256(content), content);
    return sha256(content);
  }

  list(digest: string, text: string): void {
    const { subject, artifactType } = JSON.parse(text) as {
      subject?: { digest: string };
      artifactType?: string;
    };
    if (!subject) return;
    const entry = { digest, mediaType: manifestType, ...(artifactType && { artifactType }) };
    this.listed.set(subject.digest, [...(this.listed.get(subject.digest) ?? []), entry]);
  }

  /** What says that `old` belongs here says it of `fresh` from now on: tags, lists and the manifests that name it. */
  replace(old: string, fresh: string): void {
    for (const [tag, digest] of this.tags) if (digest === old) this.tags.set(tag, fresh);
    for (const [subject, entries] of this.listed) {
      this.listed.set(
        subject,
        entries.map((entry) => (entry.digest === old ? { ...entry, digest: fresh } : entry)),
      );
    }
    for (const [digest, bytes] of [...this.contents]) {
      const text = bytes.toString("latin1");
      if (digest === fresh || !text.includes(old) || !text.startsWith("{")) continue;
      this.contents.delete(digest);
      this.replace(digest, this.put(Buffer.from(text.replaceAll(old, fresh), "latin1")));
    }
  }

  async manifest(reference: string) {
    const digest = this.tags.get(reference) ?? reference;
    const bytes = this.contents.get(digest);
    return bytes && { bytes, mediaType: manifestType, digest };
  }

  async blob(digest: string): Promise<Buffer> {
    return this.contents.get(digest) ?? Buffer.alloc(0);
  }

  async referrers(digest: string) {
    return this.listed.get(digest) ?? [];
  }
}

/** A verdict in one line, and no exception. */
async function verdict(registry: RegistryReader, digest: string) {
  const found = await verifySignature(registry, digest, { publicKey, repository: undefined });
  if (found.verified) expect(found.signedBy).toMatch(/^key sha256:[0-9a-f]{16}$/);
  else expect(found.problem).toMatch(/^(?:is|carries) /);
  return found;
}

test.each(signed)("%s as it was recorded is signed", async (name) => {
  expect(await verdict(AnyRegistry.holding(name), repositories[name].digest)).toMatchObject({
    verified: true,
  });
});

/** The bytes that the signature of a repository is over: a payload's, or a statement's inside of a bundle. */
function signedContents(name: string): [digest: string, text: string][] {
  return Object.entries(repositories[name].blobs).filter(([, text]) =>
    /dsseEnvelope|cosign container image/.test(text),
  );
}

const changedBytes = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.constantFrom("flip", "cut", "add"))
    .map(([at, by, how]) => {
      if (how === "cut") return bytes.subarray(0, at);
      if (how === "add") return Buffer.concat([bytes.subarray(0, at), Buffer.from([by]), bytes.subarray(at)]);
      const changed = Buffer.from(bytes);
      changed[at] ^= by;
      return changed;
    });

test("a payload of which one byte is another is never a signature, whatever else fits it", async () => {
  const [[digest, text]] = signedContents("iam/classic");
  await fc.assert(
    fc.asyncProperty(changedBytes(Buffer.from(text)), async (bytes) => {
      const registry = AnyRegistry.holding("iam/classic");
      registry.replace(digest, registry.put(bytes));
      expect((await verdict(registry, repositories["iam/classic"].digest)).verified).toBe(false);
    }),
    runs(150),
  );
});

interface Envelope {
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

test("a bundle whose statement, its type or whose signature is another is never a signature", async () => {
  const [[digest, text]] = signedContents("iam/bundle");
  const { dsseEnvelope } = JSON.parse(text) as Envelope;
  const payload = Buffer.from(dsseEnvelope.payload, "base64");
  const sig = Buffer.from(dsseEnvelope.signatures[0].sig, "base64");
  const changed = fc.oneof(
    changedBytes(payload).map((bytes) => ({ ...dsseEnvelope, payload: bytes.toString("base64") })),
    mutated(JSON.parse(payload.toString()))
      .map((statement) => JSON.stringify(statement) ?? "")
      .filter((statement) => statement !== payload.toString())
      .map((statement) => ({ ...dsseEnvelope, payload: Buffer.from(statement).toString("base64") })),
    changedBytes(sig).map((bytes) => ({ ...dsseEnvelope, signatures: [{ sig: bytes.toString("base64") }] })),
    oddText
      .filter((type) => type !== dsseEnvelope.payloadType)
      .map((payloadType) => ({ ...dsseEnvelope, payloadType })),
  );
  await fc.assert(
    fc.asyncProperty(changed, async (envelope) => {
      const registry = AnyRegistry.holding("iam/bundle");
      const bundle = { ...(JSON.parse(text) as Envelope), dsseEnvelope: envelope };
      registry.replace(digest, registry.put(JSON.stringify(bundle)));
      expect((await verdict(registry, repositories["iam/bundle"].digest)).verified).toBe(false);
    }),
    runs(200),
  );
});

test("a simple signature that is another is never one", async () => {
  const { tags, manifests, digest } = repositories["iam/classic"];
  const [old] = Object.values(tags).filter((one) => manifests[one].includes("cosign/signature"));
  const manifest = JSON.parse(manifests[old]) as { layers: { annotations: Record<string, string> }[] };
  const name = "dev.cosignproject.cosign/signature";
  const signature = Buffer.from(manifest.layers[0].annotations[name], "base64");
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        changedBytes(signature).map((bytes) => bytes.toString("base64")),
        oddText,
      ),
      async (text) => {
        const registry = AnyRegistry.holding("iam/classic");
        const layers = [{ ...manifest.layers[0], annotations: { [name]: text } }];
        registry.replace(old, registry.put(JSON.stringify({ ...manifest, layers })));
        expect((await verdict(registry, digest)).verified).toBe(false);
      },
    ),
    runs(150),
  );
});

test("a manifest or bundle with anything changed is a verdict, and counts only with what was signed still in it", async () => {
  const anything = fc
    .constantFrom(...signed)
    .chain((name) => {
      const { blobs, manifests } = repositories[name];
      const json = Object.entries({ ...blobs, ...manifests }).filter(([, text]) => text.startsWith("{"));
      return fc.constantFrom(...json).map(([digest, text]) => ({ name, digest, text }));
    })
    .chain(({ name, digest, text }) => fc.tuple(fc.constant({ name, digest }), mutated(JSON.parse(text))));
  await fc.assert(
    fc.asyncProperty(anything, async ([{ name, digest }, changed]) => {
      const registry = AnyRegistry.holding(name);
      registry.replace(digest, registry.put(JSON.stringify(changed) ?? ""));
      const { verified } = await verdict(registry, repositories[name].digest);
      if (!verified) return;
      const left = [...registry.contents.values()].map((bytes) => bytes.toString()).join("\n");
      const intact = signedContents(name).some(([, text]) => {
        const { dsseEnvelope } = JSON.parse(text) as Partial<Envelope>;
        const parts = dsseEnvelope ? [dsseEnvelope.payload, dsseEnvelope.signatures[0].sig] : [text];
        return parts.every((part) => left.includes(part));
      });
      expect(intact).toBe(true);
    }),
    runs(300),
  );
});

test("evidence of another image is never this one's, however it is attached", async () => {
  const names = Object.keys(repositories);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.constantFrom("sig", "att", "sbom"),
      fc.boolean(),
      async (name, suffix, all) => {
        const registry = AnyRegistry.holding(name);
        const digest = registry.put(
          `{"schemaVersion":2,"mediaType":"${manifestType}","layers":[],"annotations":{"a":"other"}}`,
        );
        const everything = [...registry.contents.keys()].filter((one) => one !== digest);
        registry.listed.set(
          digest,
          everything.map((one) => ({ digest: one, mediaType: manifestType, artifactType: bundleType })),
        );
        for (const one of all ? everything : everything.slice(0, 1)) {
          registry.tags.set(`${digest.replace(":", "-")}.${suffix}`, one);
          expect((await verdict(registry, digest)).verified).toBe(false);
        }
      },
    ),
    runs(60),
  );
});

const anyContent = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  oddValue.map((value) =>
    Buffer.from(
      JSON.stringify({ schemaVersion: 2, artifactType: bundleType, layers: value, manifests: value }),
    ),
  ),
  fc.constant(Buffer.from(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)),
);

test("whatever bytes a registry answers with are a verdict, and the list of evidence ends", async () => {
  const digest = `sha256:${"a".repeat(64)}`;
  await fc.assert(
    fc.asyncProperty(fc.array(anyContent, { maxLength: 4 }), fc.boolean(), async (contents, honest) => {
      const registry = new AnyRegistry();
      const names = contents.map((bytes, index) => {
        if (honest) return registry.put(bytes);
        const claimed = `sha256:${String(index).repeat(64)}`;
        registry.contents.set(claimed, bytes);
        return claimed;
      });
      // Each refers to each, and to itself.
      for (const subject of [digest, ...names]) {
        registry.listed.set(
          subject,
          names.map((one) => ({ digest: one, mediaType: manifestType, artifactType: bundleType })),
        );
      }
      for (const [index, name] of names.entries())
        registry.tags.set(`${digest.replace(":", "-")}.${["sig", "att", "sbom", "x"][index]}`, name);
      expect((await verdict(registry, digest)).verified).toBe(false);
      await listEvidence(registry, digest).catch((error: unknown) =>
        expect(error).toBeInstanceOf(Unreadable),
      );
    }),
    runs(150),
  );
});
