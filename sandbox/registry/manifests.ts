import type { RegistryContext } from "./context";
import type { Exchange } from "./exchange";
import { manifestLimit } from "./manifest";
import { isDigestReference, requireDigest, requireReference } from "./names";

/** `GET` and `HEAD /v2/<name>/manifests/<reference>`. */
export async function getManifest(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const { record, bytes } = store.manifest(repository, requireReference(reference));
  const headers = {
    "Content-Type": record.mediaType,
    "Docker-Content-Digest": record.digest,
    ETag: `"${record.digest}"`,
  };
  if (exchange.request.method === "HEAD") exchange.send(200, { ...headers, "Content-Length": record.size });
  else exchange.send(200, headers, bytes);
}

/** `PUT /v2/<name>/manifests/<reference>`. */
export async function putManifest(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/write", repository);
  const bytes = await exchange.body(manifestLimit, "a manifest");
  const manifest = store.putManifest(repository, reference, bytes, exchange.header("content-type"));
  exchange.send(201, {
    Location: `/v2/${repository}/manifests/${manifest.digest}`,
    "Docker-Content-Digest": manifest.digest,
    ...(manifest.subject ? { "OCI-Subject": manifest.subject } : {}),
  });
}

/** `DELETE /v2/<name>/manifests/<reference>`: a tag alone, or a manifest with its tags. */
export async function deleteManifest(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/delete", repository);
  requireReference(reference);
  if (isDigestReference(reference)) store.deleteManifest(repository, reference);
  else store.deleteTag(repository, reference);
  exchange.send(202);
}

/** `GET /v2/<name>/referrers/<digest>`, optionally of one artifact type. */
export async function listReferrers(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  digest: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const filter = exchange.query.get("artifactType");
  const referrers = store.referrers(repository, requireDigest(digest));
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: filter ? referrers.filter(({ artifactType }) => artifactType === filter) : referrers,
  };
  exchange.json(200, index, {
    "Content-Type": index.mediaType,
    ...(filter ? { "OCI-Filters-Applied": "artifactType" } : {}),
  });
}
