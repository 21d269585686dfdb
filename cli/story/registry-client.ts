/** A registry's refusal or failure, as the registry words it. */
export class RegistryRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "RegistryRefusal";
  }
}

/** Something to push: a manifest and the blobs that it names. */
export interface Artifact {
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly blobs: readonly { readonly digest: string; readonly bytes: Buffer }[];
}

/** One registry as one identity sees it: an Entra access token, exchanged the way `docker login` to Azure does it. */
export class RegistryClient {
  private refreshToken: string | undefined;

  constructor(
    private readonly host: string,
    private readonly accessToken: string,
  ) {}

  async push(repository: string, reference: string, artifact: Artifact): Promise<void> {
    for (const blob of artifact.blobs) await this.pushBlob(repository, blob.digest, blob.bytes);
    await this.request(
      repository,
      "PUT",
      `/v2/${repository}/manifests/${reference}`,
      artifact.manifest,
      artifact.mediaType,
    );
  }

  async delete(repository: string, digest: string): Promise<void> {
    await this.request(repository, "DELETE", `/v2/${repository}/manifests/${digest}`);
  }

  /** The manifest's bytes, or undefined where there is none. */
  async manifest(repository: string, reference: string): Promise<Buffer | undefined> {
    try {
      const response = await this.request(repository, "GET", `/v2/${repository}/manifests/${reference}`);
      return Buffer.from(await response.arrayBuffer());
    } catch (error) {
      if (error instanceof RegistryRefusal && error.status === 404) return undefined;
      throw error;
    }
  }

  private async pushBlob(repository: string, digest: string, bytes: Buffer): Promise<void> {
    const started = await this.request(repository, "POST", `/v2/${repository}/blobs/uploads/`);
    const location = new URL(started.headers.get("location") ?? "", `https://${this.host}`);
    location.searchParams.set("digest", digest);
    await this.request(
      repository,
      "PUT",
      location.pathname + location.search,
      bytes,
      "application/octet-stream",
    );
  }

  private async request(repository: string, method: string, path: string, body?: Buffer, type?: string) {
    const actions = method === "GET" ? "pull" : method === "DELETE" ? "pull,delete" : "pull,push";
    const token = await this.accessTokenFor(`repository:${repository}:${actions}`);
    const response = await fetch(`https://${this.host}${path}`, {
      method,
      body: body && new Uint8Array(body),
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json",
        ...(type && { "content-type": type }),
      },
    });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  /** The refresh token: what `docker login` takes as password. */
  async password(): Promise<string> {
    return (this.refreshToken ??= await this.tokenFrom("/oauth2/exchange", "refresh_token", {
      grant_type: "access_token",
      service: this.host,
      access_token: this.accessToken,
    }));
  }

  private async accessTokenFor(scope: string): Promise<string> {
    return this.tokenFrom("/oauth2/token", "access_token", {
      grant_type: "refresh_token",
      service: this.host,
      scope,
      refresh_token: await this.password(),
    });
  }

  private async tokenFrom(path: string, field: string, form: { [name: string]: string }): Promise<string> {
    const response = await fetch(`https://${this.host}${path}`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw await refusal(response);
    return ((await response.json()) as { [field: string]: string })[field];
  }
}

async function refusal(response: Response): Promise<RegistryRefusal> {
  const text = await response.text();
  let message = text;
  try {
    const { errors } = JSON.parse(text) as { errors?: { code: string; message: string }[] };
    if (errors?.[0]) message = `${errors[0].code}: ${errors[0].message}`;
  } catch {
    // Not the registry's own error form: its text is all there is.
  }
  return new RegistryRefusal(response.status, `${response.status} ${message}`.trim());
}
