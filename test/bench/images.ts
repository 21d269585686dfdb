import { sign } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials, buildImage, type Image } from "../../cli/story/image";
import { simpleSigningPayload, signatureManifest, companionTag } from "../../model/signing";
import { RegistryStore } from "../../sandbox/registry";

/** A release of one repository, as a stack file names it. */
export interface Release {
  readonly repository: string;
  readonly version: string;
  readonly digest: string;
  /** What is attached to it: the tag of its signature, and the digest of its bill of materials. */
  readonly evidence: readonly string[];
}

/**
 * Puts small images with their signature and their bill of materials into a registry that nobody has open, past its
 * interface: a thousand of them in seconds.
 * @param directory the registry's own
 * @param host its login server, which the signatures name
 * @param key PEM of the vault's key
 */
export function fillRegistry(
  directory: string,
  host: string,
  key: string,
  repositories: readonly string[],
): Release[] {
  const store = new RegistryStore(directory);
  return repositories.map((repository) => {
    const version = "1";
    const image = buildImage(repository, version);
    put(store, repository, image.tag, image);
    const sbom = billOfMaterials(repository, version, image);
    put(store, repository, sbom.digest, sbom);
    const payload = simpleSigningPayload(host, repository, image.digest);
    const signature = signatureManifest({ payload, signature: sign("sha256", payload, key) });
    store.putBlob(repository, signature.config);
    store.putBlob(repository, payload);
    const tag = companionTag(image.digest, "sig");
    store.putManifest(repository, tag, signature.manifest, image.mediaType);
    return { repository, version, digest: image.digest, evidence: [tag, sbom.digest] };
  });
}

function put(
  store: RegistryStore,
  repository: string,
  reference: string,
  artifact: Pick<Image, "blobs" | "manifest" | "mediaType">,
): void {
  for (const { bytes } of artifact.blobs) store.putBlob(repository, bytes);
  store.putManifest(repository, reference, artifact.manifest, artifact.mediaType);
}

/** PEM of the signing key in a sandbox's vault. @param vaults the folder of its vaults */
export function signingKey(vaults: string): string {
  const pem = readdirSync(vaults, { recursive: true, encoding: "utf8" }).find((file) =>
    file.endsWith(".pem"),
  );
  if (pem === undefined) throw new Error(`no signing key below ${vaults}`);
  return readFileSync(join(vaults, pem), "utf8");
}

/** Names of as many repositories; every group has its own. Short ones: the configuration of a stack has a limit. */
export function repositoryNames(group: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `iam/${group}${index + 1}`);
}
