import { isHeld, requireBelieved } from "./conditions";
import type { RegistryContext } from "./context";
import { RegistryError } from "./errors";
import type { Exchange } from "./exchange";
import { manifestLimit } from "./manifest";
import { isDigestReference, requireDigest, requireReference, requireTag } from "./names";

/** `GET` and `HEAD /v2/<name>/manifests/<reference>`. */
export async function getManifest(
  { access, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const { record, bytes } = shown.manifest(repository, requireReference(reference));
  const headers = {
    "Content-Type": record.mediaType,
    "Docker-Content-Digest": record.digest,
    ETag: `"${record.digest}"`,
  };
  if (isHeld(exchange, record.digest)) exchange.send(304, headers);
  else if (exchange.request.method === "HEAD")
    exchange.send(200, { ...headers, "Content-Length": record.size });
  else exchange.send(200, headers, bytes);
}

/** Most tags that one push by digest may set. */
const tagLimit = 100;

/** `PUT /v2/<name>/manifests/<reference>`; by digest also with tags for it: `?tag=1.2.3&tag=1.2`. */
export async function putManifest(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/write", repository);
  const bytes = await exchange.body(manifestLimit, "a manifest");
  requireBelieved(exchange, store.digestOf(repository, reference));
  const tags = isDigestReference(reference) ? tagsAsked(exchange) : [];
  // All of them or none: one that is locked is known before anything is written.
  for (const tag of tags) store.requireTagMovable(repository, tag);
  const manifest = store.putManifest(repository, reference, bytes, exchange.header("content-type"));
  for (const tag of tags) store.setTag(repository, tag, manifest.digest);
  exchange.send(201, {
    Location: `/v2/${repository}/manifests/${manifest.digest}`,
    "Docker-Content-Digest": manifest.digest,
    ...(manifest.subject ? { "OCI-Subject": manifest.subject } : {}),
    ...(tags.length > 0 ? { "OCI-Tag": tags.join(", ") } : {}),
  });
}

function tagsAsked({ query }: Exchange): string[] {
  const tags = [...new Set(query.getAll("tag"))].map(requireTag);
  if (tags.length <= tagLimit) return tags;
  throw new RegistryError(414, "UNSUPPORTED", `a push may set ${tagLimit} tags at most, not ${tags.length}`);
}

/** `DELETE /v2/<name>/manifests/<reference>`: a tag alone, or a manifest with its tags. */
export async function deleteManifest(
  { access, store, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<void> {
  await access.authorize(exchange, "content/delete", repository);
  requireReference(reference);
  if (isDigestReference(reference)) {
    shown.requireShown(repository, { digest: reference });
    store.deleteManifest(repository, reference);
  } else {
    shown.requireShown(repository, { tag: reference });
    store.deleteTag(repository, reference);
  }
  exchange.send(202);
}

/** `GET /v2/<name>/referrers/<digest>`, optionally of one artifact type. */
export async function listReferrers(
  { access, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
  digest: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const filter = exchange.query.get("artifactType");
  const referrers = shown.referrers(repository, requireDigest(digest));
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
