import * as fc from "fast-check";
import { readContent } from "../../model/image-content";
import { labelNames } from "../../model/labels";
import { judgeEvidence, listEvidence, Unreadable } from "../../model/signing";
import { MemoryRegistry, recorded } from "../model/signing/memory-registry";
import { mutated, oddText, oddValue } from "./hostile";
import { runs } from "./runs";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";
const odd = fc.oneof(oddText, oddValue);
const labels = fc.dictionary(fc.constantFrom(...Object.values(labelNames)), odd);
const config = labels.chain((Labels) => mutated({ os: "linux", architecture: "amd64", config: { Labels } }));

test("whatever an image says of itself is printable labels, or can't be read", async () => {
  await fc.assert(
    fc.asyncProperty(config, labels, odd, async (said, annotations, layers) => {
      const registry = new MemoryRegistry();
      const descriptor = { mediaType: configType, ...registry.putBlob(JSON.stringify(said) ?? "") };
      const digest = registry.put({ mediaType: manifestType, config: descriptor, layers, annotations });
      const found = await readContent(registry, digest).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Unreadable);
        return undefined;
      });
      for (const value of Object.values(found?.labels ?? {})) {
        expect(typeof value).toBe("string");
        expect(value).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
      if (found) expect(Number.isNaN(found.images[0].size)).toBe(false);
    }),
    runs(200),
  );
});

test("evidence of which anything is another is a verdict, and counts only with what was signed still in it", async () => {
  const { digest, blobs, manifests } = recorded.repositories["iam/attested"];
  const [statement] = Object.values(blobs).filter((text) => text.includes("dsseEnvelope"));
  const parts = Object.entries({ ...blobs, ...manifests }).filter(([, text]) => text.startsWith("{"));
  const change = fc
    .constantFrom(...parts)
    .chain(([old, text]) => fc.tuple(fc.constant(old), mutated(JSON.parse(text))));
  const { payload, signatures } = (
    JSON.parse(statement) as { dsseEnvelope: { payload: string; signatures: { sig: string }[] } }
  ).dsseEnvelope;
  await fc.assert(
    fc.asyncProperty(change, async ([old, changed]) => {
      const registry = MemoryRegistry.holding("iam/attested");
      replace(registry, old, JSON.stringify(changed) ?? "");
      const evidence = await listEvidence(registry, digest).catch(() => []);
      for (const one of evidence) {
        const { signedBy, problem } = await judgeEvidence(registry, one, { publicKey: recorded.publicKey });
        expect([signedBy, problem].filter((text) => text !== undefined)).toHaveLength(1);
        const left = [...registry.blobs.values()].join("\n");
        if (signedBy !== undefined) expect(left).toContain(payload);
        if (signedBy !== undefined) expect(left).toContain(signatures[0].sig);
      }
    }),
    runs(200),
  );
});

/** Puts other content in the place of some, and lets everything that named it name the other. */
function replace(registry: MemoryRegistry, old: string, text: string): void {
  const isBlob = registry.blobs.delete(old);
  registry.manifests.delete(old);
  const fresh = isBlob ? registry.putBlob(text).digest : registry.put(text);
  for (const [digest, manifest] of [...registry.manifests]) {
    if (digest !== fresh && manifest.includes(old))
      replace(registry, digest, manifest.replaceAll(old, fresh));
  }
}
