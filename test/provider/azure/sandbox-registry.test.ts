import * as tls from "node:tls";
import { createPrivateKey, sign } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import {
  listEvidence,
  signatureManifest,
  simpleSigningPayload,
  verifySignature,
} from "../../../model/signing";
import type { Repository } from "../../../provider/azure/azure";
import { locksOf } from "../../../provider/azure/locks";
import { RegistryClient } from "../../../provider/azure/registry-reader";
import { RegistryTokens } from "../../../provider/azure/registry-token";
import { artifact, digestOf, empty, everything, TestRegistry } from "../../sandbox/registry/support";
import { keyPair } from "../support/images";

const name = "iam/auth-service";
let registry: TestRegistry;

beforeAll(async () => {
  registry = await TestRegistry.start({
    writer: { "*": everything },
    promoter: { "*": ["content/read", "metadata/read", "metadata/write"] },
    nobody: {},
  });
  // The only way to make the built-in fetch trust the registry's own authority within this process.
  tls.setDefaultCACertificates([...tls.getCACertificates(), registry.ca]);
});
afterAll(() => registry.stop());

/** What the plugin speaks to a registry, as a principal of the sandbox. */
function repositoryAs(principal: string): Repository {
  const lifetime = new AbortController().signal;
  const credential = {
    getToken: async () => ({ token: `entra-${principal}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const http = { lifetime, pause: (milliseconds: number) => wait(milliseconds) };
  const client = new RegistryClient(registry.host, name, new RegistryTokens(credential, http), http);
  return Object.assign(client, locksOf(registry.host, name, credential, lifetime));
}

test("a signed image is verified and its evidence listed over the wire", async () => {
  const digest = await registry.pushImage(name, "1.0.0");
  const key = keyPair();
  const payload = simpleSigningPayload(registry.host, name, digest);
  const signature = sign(
    "sha256",
    payload,
    createPrivateKey(key.privateKey.export({ type: "pkcs8", format: "pem" })),
  );
  const signed = signatureManifest({ payload, signature });
  for (const blob of [payload, signed.config, empty]) await registry.pushBlob(name, blob);
  await registry.pushManifest(name, `${digest.replace(":", "-")}.sig`, signed.manifest);
  const sbom = Buffer.from(
    JSON.stringify(artifact({ digest, size: 1 }, { artifactType: "application/spdx+json" })),
  );
  await registry.pushManifest(name, digestOf(sbom), sbom);

  const repository = repositoryAs("promoter");
  expect((await verifySignature(repository, digest, key)).verified).toBe(true);
  expect((await listEvidence(repository, digest)).map((entry) => entry.digest)).toEqual([
    digestOf(signed.manifest),
    digestOf(sbom),
  ]);
});

test("locks hold, and a reader's tag is refused with the registry's reason", async () => {
  const digest = await registry.pushImage(name, "1.1.0", "1.1.0");
  const repository = repositoryAs("promoter");
  await repository.setManifestLock(digest, { canDelete: false });
  await repository.setTagLock("1.1.0", { canWrite: false, canDelete: false });
  expect(await repository.manifestLock(digest)).toEqual({ canWrite: true, canDelete: false });
  expect(await repository.tagLock("1.1.0")).toEqual({ canWrite: false, canDelete: false, digest });
  expect(await repository.tagLock("absent")).toBeUndefined();
  expect(await repository.manifestLock(`sha256:${"0".repeat(64)}`)).toBeUndefined();
  const manifest = (await repository.manifest(digest))!;
  await expect(repository.putTag("moved", manifest)).rejects.toThrow(
    new RegExp(`^tagging ${name}:moved in ${registry.host} failed: 40[13] `),
  );
  await repositoryAs("writer").putTag("moved", manifest);
  expect((await repository.manifest("moved"))?.digest).toBe(digest);
});

test("whoever has no role reads nothing, and is told why in one line", async () => {
  await expect(repositoryAs("nobody").manifest("1.0.0")).rejects.toMatchObject({
    status: 401,
    message: expect.stringMatching(/no role on onestreamprod gives content\/read/) as string,
  });
});
