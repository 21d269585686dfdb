import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { digestOf } from "./digest";

/** The parts of an image, ready to be pushed: layers and config as blobs, then the manifest. */
export interface SampleImage {
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
  readonly manifest: Buffer;
}

export interface SampleImageInput {
  readonly service: string;
  readonly version: string;
  /** Commit the image was built from. */
  readonly revision: string;
  /** URL of the source repository. */
  readonly source: string;
  /** ISO 8601. */
  readonly created: string;
  /** Other labels, beside those that tell of the build. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A small OCI image with one file that prints its service and version; the same input gives the same bytes. */
export function sampleImage(input: SampleImageInput): SampleImage {
  const { service, version, revision, source, created } = input;
  const labels = {
    "org.opencontainers.image.title": service,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.revision": revision,
    "org.opencontainers.image.source": source,
    "org.opencontainers.image.created": created,
    ...input.labels,
  };
  const seconds = Math.floor(Date.parse(created) / 1000);
  const script = `#!/bin/sh\necho "${service} ${version}"\n`;
  const tar = Buffer.concat([
    tarEntry("app/", "", 0o755, seconds),
    tarEntry("app/start", script, 0o755, seconds),
    Buffer.alloc(1024),
  ]);
  const layer = gzipSync(tar, { level: 9 });
  // The header's last byte names the operating system, which would make the digest depend on where it was built.
  layer[9] = 255;
  const config = json({
    created,
    architecture: "amd64",
    os: "linux",
    config: { User: "65532", Entrypoint: ["/app/start"], WorkingDir: "/app", Labels: labels },
    rootfs: { type: "layers", diff_ids: [`sha256:${createHash("sha256").update(tar).digest("hex")}`] },
    history: [{ created, created_by: `COPY start /app/start`, comment: service }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
    annotations: labels,
  });
  return { config, layers: [layer], manifest };
}

function descriptor(mediaType: string, content: Buffer): object {
  return { mediaType, digest: digestOf(content), size: content.length };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** One POSIX ustar entry: a 512-byte header, then the content in whole blocks. A name that ends in `/` is a folder. */
function tarEntry(name: string, content: string, mode: number, seconds: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  header.write(name, 0, 100);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(Buffer.byteLength(content), 11), 124);
  header.write(octal(seconds, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write(name.endsWith("/") ? "5" : "0", 156);
  header.write("ustar\u000000", 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\u0000 `, 148);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}
