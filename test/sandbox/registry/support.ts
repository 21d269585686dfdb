import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { Decision } from "../../../model/access/types";
import { createAuthority } from "../../../sandbox/certificates";
import {
  registryHandler,
  RegistryStore,
  sampleImage,
  type RegistryView,
  type ManifestWriteLock,
  type RegistryAuthority,
  type RegistryOperation,
  type SampleImage,
} from "../../../sandbox/registry";
import { digestOf } from "../../../sandbox/registry/digest";

/** Rights as a test gives them: principal, then repository (`*` for any), then operations. */
export type Rights = Record<string, Record<string, RegistryOperation[]>>;

export const everything: RegistryOperation[] = [
  "content/read",
  "content/write",
  "content/delete",
  "metadata/read",
  "metadata/write",
  "catalog/read",
];

/** Entra tokens are `entra-<principal>`; the registry token `ci` has the password `secret`. */
export class FakeAuthority implements RegistryAuthority {
  constructor(public rights: Rights) {}

  principalOf(token: string): Promise<string | undefined> {
    return Promise.resolve(token.startsWith("entra-") ? token.slice("entra-".length) : undefined);
  }

  tokenCredential(registry: string, username: string, password: string): Promise<string | undefined> {
    return Promise.resolve(username === "ci" && password === "secret" ? `token:${registry}/ci` : undefined);
  }

  can(registry: string, principalId: string, operation: RegistryOperation, repository?: string): Decision {
    const rights = this.rights[principalId] ?? {};
    const allowed = [...(rights["*"] ?? []), ...(rights[repository ?? ""] ?? [])].includes(operation);
    return {
      allowed,
      reasons: [{ text: allowed ? "by assignment" : `no role on ${registry} gives ${operation}` }],
    };
  }

  nameOf(principalId: string): string | undefined {
    return principalId === "platform-id" ? "sp-platform" : undefined;
  }
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  json: () => any;
}

export interface RequestOptions {
  headers?: Record<string, string | number>;
  body?: Buffer | string;
  /** A body that is sent without its length. */
  stream?: string;
  as?: string | null;
}

/** One registry on a free port over TLS, in a directory of its own. */
export class TestRegistry {
  server!: https.Server;
  host!: string;
  store!: RegistryStore;
  ca!: string;
  private constructor(
    readonly directory: string,
    readonly authority: FakeAuthority,
  ) {}

  static async start(rights: Rights, lock: ManifestWriteLock = "allows-tags"): Promise<TestRegistry> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "registry-"));
    const registry = new TestRegistry(directory, new FakeAuthority(rights));
    const authority = await createAuthority(path.join(directory, "tls"));
    registry.ca = authority.certificate;
    registry.server = https.createServer(await authority.issue(["localhost", "127.0.0.1"]));
    await new Promise<void>((resolve) => registry.server.listen(0, "127.0.0.1", resolve));
    registry.host = `localhost:${(registry.server.address() as AddressInfo).port}`;
    registry.serve(lock);
    return registry;
  }

  /** Serves what is on disk, as after a restart. */
  serve(
    manifestWriteLock: ManifestWriteLock = "allows-tags",
    shown = (store: RegistryStore): RegistryView => store,
  ): void {
    const store = new RegistryStore(path.join(this.directory, "data"));
    this.store = store;
    const { host, authority } = this;
    const options = { host, store, authority, manifestWriteLock, shown: () => shown(store) };
    this.server.removeAllListeners("request");
    this.server.on("request", registryHandler({ name: "onestreamprod", ...options }));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  async refreshToken(principal: string): Promise<string> {
    const form = new URLSearchParams({
      grant_type: "access_token",
      service: this.host,
      access_token: `entra-${principal}`,
    });
    return (await this.raw("POST", "/oauth2/exchange", { body: form.toString() })).json().refresh_token;
  }

  /** A request as a principal, with Basic credentials; `as: null` sends none. */
  async send(method: string, target: string, options: RequestOptions = {}): Promise<Answer> {
    const { as = "writer", headers = {}, body, stream } = options;
    if (as === null) return this.raw(method, target, { headers, body, stream });
    const credentials = `00000000-0000-0000-0000-000000000000:${await this.refreshToken(as)}`;
    const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    return this.raw(method, target, { headers: { Authorization: authorization, ...headers }, body, stream });
  }

  raw(method: string, target: string, { headers = {}, body, stream }: RequestOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const url = target.startsWith("https://") ? target : `https://${this.host}${target}`;
      const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
      const request = https.request(
        url,
        { method, ca: this.ca, headers: { ...length, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const content = Buffer.concat(chunks);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              body: content,
              json: () => JSON.parse(content.toString("utf8")),
            });
          });
        },
      );
      request.on("error", reject);
      if (stream !== undefined) request.write(stream);
      request.end(body);
    });
  }

  async pushBlob(repository: string, blob: Buffer, as = "writer"): Promise<string> {
    const digest = digestOf(blob);
    const answer = await this.send("POST", `/v2/${repository}/blobs/uploads/?digest=${digest}`, {
      body: blob,
      as,
    });
    if (answer.status !== 201) throw new Error(answer.body.toString());
    return digest;
  }

  pushManifest(
    repository: string,
    reference: string,
    manifest: Buffer | object,
    as = "writer",
  ): Promise<Answer> {
    const body = Buffer.isBuffer(manifest) ? manifest : Buffer.from(JSON.stringify(manifest));
    const { mediaType } = JSON.parse(body.toString()) as { mediaType?: string };
    const headers = { "Content-Type": mediaType ?? ociManifest };
    return this.send("PUT", `/v2/${repository}/manifests/${reference}`, { body, headers, as });
  }

  /** Pushes a sample image over HTTP; returns its digest. */
  async pushImage(repository: string, tag: string, version = "1.0.0"): Promise<string> {
    const image = image1(version);
    for (const blob of [image.config, ...image.layers]) await this.pushBlob(repository, blob);
    const answer = await this.pushManifest(repository, tag, image.manifest);
    if (answer.status !== 201) throw new Error(answer.body.toString());
    return digestOf(image.manifest);
  }
}

export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const empty = Buffer.from("{}");

export function image1(version = "1.0.0"): SampleImage {
  return sampleImage({
    service: "auth-service",
    version,
    revision: "0123456789abcdef0123456789abcdef01234567",
    source: "https://github.com/contoso/auth-service",
    created: "2026-11-01T08:00:00Z",
  });
}

/** An artifact manifest with an empty config and layer, as signing tools push them. */
export function artifact(subject: { digest: string; size: number } | undefined, extra: object = {}): object {
  const nothing = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(empty), size: 2 };
  return {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: nothing,
    layers: [nothing],
    ...(subject ? { subject: { mediaType: ociManifest, ...subject } } : {}),
    ...extra,
  };
}

export { digestOf };
