import { createHash } from "node:crypto";
import { simpleSigningPayload, signatureManifest } from "../../model/signing/simple-signing";
import { buildTag } from "../../model/tags";
import { sampleImage } from "../sandbox/sample";
import type { Artifact } from "./registry-client";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyConfig = Buffer.from("{}");

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

const blob = (bytes: Buffer) => ({ digest: digestOf(bytes), bytes });

/** An image with its digest, and the unique tag of its build. */
export interface Image extends Artifact {
  readonly digest: string;
  readonly tag: string;
}

/** A small real image; the same version and labels give the same digest, so a second run finds it in place. */
export function buildImage(
  repository: string,
  version: string,
  labels?: Readonly<Record<string, string>>,
): Image {
  const service = repository.slice(repository.lastIndexOf("/") + 1);
  const revision = createHash("sha1").update(`${service} ${version}`).digest("hex");
  const { config, layers, manifest } = sampleImage({
    service,
    version,
    revision,
    source: `https://github.com/${repository}`,
    created: "2026-11-01T00:00:00Z",
    labels,
  });
  return {
    manifest,
    mediaType: manifestType,
    blobs: [config, ...layers].map(blob),
    digest: digestOf(manifest),
    tag: buildTag({ service, version, buildId: "1", commit: revision }),
  };
}

/** A bill of materials that refers to the image: evidence that has to travel with it. */
export function billOfMaterials(
  service: string,
  version: string,
  image: Artifact,
): Artifact & { digest: string } {
  const document = Buffer.from(
    JSON.stringify({
      spdxVersion: "SPDX-2.3",
      SPDXID: "SPDXRef-DOCUMENT",
      name: `${service}-${version}`,
      dataLicense: "CC0-1.0",
      packages: [
        { SPDXID: "SPDXRef-Package", name: service, versionInfo: version, downloadLocation: "NOASSERTION" },
      ],
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: "application/spdx+json",
      config: {
        mediaType: "application/vnd.oci.empty.v1+json",
        digest: digestOf(emptyConfig),
        size: emptyConfig.length,
      },
      layers: [{ mediaType: "application/spdx+json", digest: digestOf(document), size: document.length }],
      subject: { mediaType: manifestType, digest: digestOf(image.manifest), size: image.manifest.length },
    }),
  );
  return {
    manifest,
    mediaType: manifestType,
    blobs: [blob(emptyConfig), blob(document)],
    digest: digestOf(manifest),
  };
}

/** The signature of a digest, as cosign stores it beside the image. */
export async function signatureOf(
  host: string,
  repository: string,
  digest: string,
  sign: (hash: Buffer) => Promise<Buffer>,
): Promise<Artifact> {
  const payload = simpleSigningPayload(host, repository, digest);
  const signature = await sign(createHash("sha256").update(payload).digest());
  const { manifest, config } = signatureManifest({ payload, signature });
  return { manifest, mediaType: manifestType, blobs: [blob(config), blob(payload)] };
}
