import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { digestOf, image1 } from "./support";

describe("the sample image", () => {
  const { config, layers, manifest } = image1();

  it("is the same for the same input and another for another version", () => {
    expect(digestOf(image1().manifest)).toBe(digestOf(manifest));
    expect(digestOf(image1("2.0.0").manifest)).not.toBe(digestOf(manifest));
  });

  it("has a manifest and a config that describe its layer", () => {
    const described = JSON.parse(manifest.toString());
    expect(described.layers).toEqual([
      {
        mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
        digest: digestOf(layers[0]),
        size: layers[0].length,
      },
    ]);
    expect(described.config.digest).toBe(digestOf(config));
    const diffId = `sha256:${createHash("sha256").update(gunzipSync(layers[0])).digest("hex")}`;
    expect(JSON.parse(config.toString())).toMatchObject({
      architecture: "amd64",
      os: "linux",
      config: {
        Entrypoint: ["/app/start"],
        Labels: {
          "org.opencontainers.image.title": "auth-service",
          "org.opencontainers.image.version": "1.0.0",
          "org.opencontainers.image.revision": "0123456789abcdef0123456789abcdef01234567",
          "org.opencontainers.image.source": "https://github.com/contoso/auth-service",
          "org.opencontainers.image.created": "2026-11-01T08:00:00Z",
        },
      },
      rootfs: { type: "layers", diff_ids: [diffId] },
    });
  });

  it("has a layer that tar reads", () => {
    const tar = gunzipSync(layers[0]);
    expect(execFileSync("tar", ["-tf", "-"], { input: tar }).toString()).toBe("app/\napp/start\n");
    const start = execFileSync("tar", ["-xOf", "-", "app/start"], { input: tar }).toString();
    expect(start).toBe('#!/bin/sh\necho "auth-service 1.0.0"\n');
  });
});
