import { createHash } from "node:crypto";
import { isDigest } from "../../model/image-reference";
import type { RegistryReader } from "../../model/signing";
import { CloudError } from "../errors";
import { refusalIn, send, type HttpOptions, type HttpRequest, type HttpResponse } from "./http";
import type { RegistryTokens } from "./registry-token";

type Manifest = NonNullable<Awaited<ReturnType<RegistryReader["manifest"]>>>;
type Referrer = Awaited<ReturnType<RegistryReader["referrers"]>>[number];

/** A registry's own limit for manifests is 4 MiB; the blobs read here are signatures and statements, not layers. */
const largestManifest = 4 * 1024 * 1024;
const largestBlob = 32 * 1024 * 1024;
const mostPages = 100;
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The OCI distribution API of one repository. Every content is held against its digest. */
export class RegistryClient implements RegistryReader {
  constructor(
    readonly host: string,
    readonly name: string,
    private readonly tokens: RegistryTokens,
    private readonly http: HttpOptions,
  ) {}

  async manifest(reference: string): Promise<Manifest | undefined> {
    const answer = await this.get(`manifests/${reference}`, largestManifest, manifestTypes);
    if (answer.status === 404) return undefined;
    const digest = sha256(answer.body);
    const promised = isDigest(reference) ? reference : answer.headers.get("docker-content-digest");
    if (promised && promised !== digest) throw this.wrong(reference, digest);
    return { bytes: answer.body, mediaType: mediaTypeOf(answer), digest };
  }

  async blob(digest: string): Promise<Buffer> {
    const answer = await this.get(`blobs/${digest}`, largestBlob);
    if (answer.status === 404)
      throw new CloudError(`${this.name}@${digest} does not exist in ${this.host}`, { status: 404 });
    if (sha256(answer.body) !== digest) throw this.wrong(digest, sha256(answer.body));
    return answer.body;
  }

  async referrers(digest: string): Promise<Referrer[]> {
    const found: Referrer[] = [];
    let path: string | undefined = `referrers/${digest}`;
    for (let page = 0; path !== undefined; page++) {
      if (page === mostPages)
        throw new CloudError(`${this.host} lists more than ${mostPages} pages of referrers`);
      const answer: HttpResponse = await this.get(path, largestManifest);
      if (answer.status === 404 && page === 0) return this.referrersByTag(digest);
      if (answer.status === 404)
        throw this.refused(`listing the referrers of ${this.name}@${digest}`, answer);
      found.push(...this.descriptors(answer.body, digest));
      path = this.nextPage(answer.headers.get("link"));
    }
    return found;
  }

  /** Puts the manifest's own bytes under a tag. */
  async putTag(tag: string, manifest: { bytes: Buffer; mediaType: string }): Promise<void> {
    const answer = await this.authorized(
      {
        url: this.url(`manifests/${tag}`),
        method: "PUT",
        headers: { "content-type": manifest.mediaType },
        body: manifest.bytes,
        limit: largestManifest,
      },
      "pull,push",
    );
    if (answer.status !== 201) throw this.refused(`tagging ${this.name}:${tag}`, answer);
  }

  /** The index that clients keep under a tag where a registry has no referrers API. */
  private async referrersByTag(digest: string): Promise<Referrer[]> {
    const index = await this.manifest(digest.replace(":", "-"));
    return index ? this.descriptors(index.bytes, digest) : [];
  }

  private descriptors(json: Buffer, digest: string): Referrer[] {
    try {
      const { manifests = [] } = JSON.parse(json.toString("utf8")) as { manifests?: Referrer[] };
      return manifests
        .filter((entry) => isDigest(entry.digest))
        .map(({ digest, mediaType, artifactType }) => ({
          digest,
          mediaType,
          ...(artifactType && { artifactType }),
        }));
    } catch {
      throw new CloudError(
        `${this.host} lists the referrers of ${this.name}@${digest} in a form that is not an index`,
      );
    }
  }

  private nextPage(link: string | null): string | undefined {
    const target = link?.match(/<([^>]+)>\s*;\s*rel="?next"?/)?.[1];
    if (target === undefined) return undefined;
    const url = new URL(target, this.url("referrers/"));
    const prefix = `/v2/${this.name}/`;
    if (url.host !== this.host || !url.pathname.startsWith(prefix)) {
      throw new CloudError(`${this.host} continues its list of referrers at ${url.host}${url.pathname}`);
    }
    return url.pathname.slice(prefix.length) + url.search;
  }

  private async get(path: string, limit: number, accept?: string): Promise<HttpResponse> {
    const answer = await this.authorized(
      { url: this.url(path), limit, ...(accept && { headers: { accept } }) },
      "pull",
    );
    if (answer.status !== 200 && answer.status !== 404) throw this.refused(`reading ${this.name}`, answer);
    return answer;
  }

  /** A refusal is believed the second time only: the first token may be older than the right. */
  private async authorized(request: HttpRequest, rights: string): Promise<HttpResponse> {
    const scope = `repository:${this.name}:${rights}`;
    const attempt = async (): Promise<HttpResponse> => {
      const token = await this.tokens.access(this.host, scope);
      return send(
        { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } },
        this.http,
      );
    };
    const answer = await attempt();
    if (answer.status !== 401 && answer.status !== 403) return answer;
    this.tokens.forget(this.host, scope);
    return attempt();
  }

  private url(path: string): string {
    return `https://${this.host}/v2/${this.name}/${path}`;
  }

  private refused(doing: string, { status, body }: HttpResponse): CloudError {
    const denied = status === 401 || status === 403;
    const reason = refusalIn(body) ?? (denied ? "denied" : "unexpected answer");
    return new CloudError(`${doing} in ${this.host} failed: ${status} ${reason}`, {
      status,
      ...(denied && { fix: "Run this as an identity of the matrix that may" }),
    });
  }

  private wrong(asked: string, got: string): CloudError {
    return new CloudError(`${this.host} answered ${this.name} ${asked} with content of digest ${got}`);
  }
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function mediaTypeOf({ headers, body }: HttpResponse): string {
  const header = headers.get("content-type")?.split(";")[0].trim();
  if (header) return header;
  try {
    const { mediaType } = JSON.parse(body.toString("utf8")) as { mediaType?: unknown };
    return typeof mediaType === "string" ? mediaType : "";
  } catch {
    return "";
  }
}
