import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";
import { buildSync } from "esbuild";
import { RegistryStore } from "../../../sandbox/registry";
import { digestOf, image1 } from "./support";

describe("what a registry keeps on disk", () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "store-"));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  it("keeps repositories, tags, locks and referrers apart and across restarts, nested names too", () => {
    const store = new RegistryStore(directory);
    const image = image1();
    for (const name of ["iam", "iam/auth-service", "iam/auth-service/debug"]) {
      for (const blob of [image.config, ...image.layers]) store.putBlob(name, blob);
      store.putManifest(name, "1.0.0", image.manifest);
    }
    store.updateAttributes("iam", { tag: "1.0.0" }, { writeEnabled: false });
    store.deleteRepository("iam/auth-service");
    const again = new RegistryStore(directory);
    expect(again.repositoryNames()).toEqual(["iam", "iam/auth-service/debug"]);
    expect(again.tags("iam")).toEqual(store.tags("iam"));
    expect(again.manifests("iam")).toEqual(store.manifests("iam"));
    expect(again.secret).toEqual(store.secret);
    expect(again.hasBlob("iam/auth-service", digestOf(image.config))).toBe(false);
  });

  it("limits an upload and goes on with what arrived", async () => {
    const { content } = new RegistryStore(directory);
    const id = content.startUpload("iam");
    expect(await content.append("iam", id, Readable.from([Buffer.from("12345")]), { limit: 8 })).toBe(5);
    await expect(
      content.append("iam", id, Readable.from([Buffer.from("6789")]), { limit: 8 }),
    ).rejects.toMatchObject({
      status: 413,
      message: "a blob may have 8 bytes at most",
    });
    expect(new RegistryStore(directory).content.uploadSize("iam", id)).toBe(5);
  });

  it("lets one request at a time write to an upload", async () => {
    const { content } = new RegistryStore(directory);
    const id = content.startUpload("iam");
    const slow = new Readable({ read: () => undefined });
    const first = content.append("iam", id, slow);
    await expect(content.append("iam", id, Readable.from([]))).rejects.toMatchObject({ status: 409 });
    slow.push("x");
    slow.push(null);
    expect(await first).toBe(1);
  });

  it("is whole after a kill at any time: tags have manifests, manifests have blobs", async () => {
    const writer = path.join(directory, "writer.js");
    buildSync({
      entryPoints: [path.join(__dirname, "endless-writer.ts")],
      bundle: true,
      platform: "node",
      outfile: writer,
    });
    for (let round = 0; round < 5; round++) {
      const data = path.join(directory, "data");
      const child = spawn(process.execPath, [writer, data], { stdio: ["ignore", "pipe", "inherit"] });
      let lines = 0;
      for await (const chunk of child.stdout) {
        lines += String(chunk).split("\n").length;
        if (lines > 10 + round * 7) break;
      }
      expect(lines).toBeGreaterThan(10 + round * 7);
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const store = new RegistryStore(data);
      for (const name of store.repositoryNames()) {
        for (const tag of store.tags(name))
          expect(store.manifest(name, tag.name).record.digest).toBe(tag.digest);
        for (const manifest of store.manifests(name)) {
          expect(digestOf(store.content.read(manifest.digest))).toBe(manifest.digest);
          for (const blob of manifest.blobs) expect(digestOf(store.readBlob(name, blob))).toBe(blob);
        }
      }
    }
  });
});
