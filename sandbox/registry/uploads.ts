import type { Caller } from "./access";
import type { RegistryContext } from "./context";
import { blobTooLarge, RegistryError } from "./errors";
import type { Exchange } from "./exchange";
import { requireAlgorithm, requireDigest } from "./names";
import { blobLimit } from "./store/content";

/**
 * `POST /v2/<name>/blobs/uploads/`: mounts a blob of another repository (`mount`, `from`), takes a whole blob
 * (`digest`), or begins an upload. A mount that is not possible, or not permitted, becomes an upload.
 */
export async function startUpload(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  const { access, store } = context;
  const caller = await access.authorize(exchange, "content/write", repository);
  store.requireRepositoryWritable(repository);
  const algorithm = exchange.query.get("digest-algorithm");
  if (algorithm !== null) requireAlgorithm(algorithm);
  const mount = exchange.query.get("mount");
  if (
    mount !== null &&
    mountBlob(context, caller, repository, requireDigest(mount), exchange.query.get("from"))
  ) {
    return created(exchange, repository, mount);
  }
  const digest = exchange.query.get("digest");
  if (digest !== null) requireDigest(digest);
  requireRoom(exchange, 0);
  const id = store.content.startUpload(repository);
  if (digest === null) return progress(exchange, 202, repository, id, 0);
  await store.content.append(repository, id, exchange.request);
  await finish(context, exchange, repository, id, digest);
}

/** `GET /v2/<name>/blobs/uploads/<id>`: how far it is. */
export async function uploadStatus(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  id: string,
): Promise<void> {
  await access.authorize(exchange, "content/write", repository);
  progress(exchange, 204, repository, id, store.content.uploadSize(repository, id));
}

/** `PATCH /v2/<name>/blobs/uploads/<id>`: the next chunk; with `Content-Range` it must begin where the last one ended. */
export async function uploadChunk(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  id: string,
): Promise<void> {
  await access.authorize(exchange, "content/write", repository);
  const end = requireNext(exchange, repository, id, store.content.uploadSize(repository, id));
  const size = await store.content.append(repository, id, exchange.request, { end });
  progress(exchange, 202, repository, id, size);
}

/** `PUT /v2/<name>/blobs/uploads/<id>?digest=`: the last chunk, if any, and the end. */
export async function finishUpload(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  id: string,
): Promise<void> {
  const { access, store } = context;
  await access.authorize(exchange, "content/write", repository);
  store.requireRepositoryWritable(repository);
  const digest = requireDigest(exchange.query.get("digest") ?? "");
  const end = requireNext(exchange, repository, id, store.content.uploadSize(repository, id));
  await store.content.append(repository, id, exchange.request, { end });
  await finish(context, exchange, repository, id, digest);
}

/** `DELETE /v2/<name>/blobs/uploads/<id>`. */
export async function cancelUpload(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  id: string,
): Promise<void> {
  await access.authorize(exchange, "content/write", repository);
  store.content.cancelUpload(repository, id);
  exchange.send(204);
}

function mountBlob(
  { access, store }: RegistryContext,
  caller: Caller,
  repository: string,
  digest: string,
  from: string | null,
): boolean {
  if (from === null || !store.hasBlob(from, digest)) return false;
  if (!access.may(caller.principalId, "content/read", from)) return false;
  access.requireHeld(caller, [
    ["content/write", repository],
    ["content/read", from],
  ]);
  store.linkBlob(repository, digest);
  return true;
}

async function finish(
  { store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  id: string,
  digest: string,
): Promise<void> {
  await store.content.finishUpload(repository, id, digest);
  store.linkBlob(repository, digest);
  created(exchange, repository, digest);
}

function created(exchange: Exchange, repository: string, digest: string): void {
  exchange.send(201, { Location: `/v2/${repository}/blobs/${digest}`, "Docker-Content-Digest": digest });
}

function progress(exchange: Exchange, status: number, repository: string, id: string, size: number): void {
  exchange.send(status, uploadHeaders(repository, id, size));
}

function uploadHeaders(repository: string, id: string, size: number): Record<string, string> {
  return {
    Location: `/v2/${repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, size - 1)}`,
    "Docker-Upload-UUID": id,
  };
}

/** @throws SIZE_INVALID (413) when the body that is announced would make the blob too large. */
function requireRoom(exchange: Exchange, size: number): void {
  if (size + Number(exchange.header("content-length") ?? 0) > blobLimit) throw blobTooLarge(blobLimit);
}

/**
 * The chunk must begin where the last one ended, and leave the blob within its limit.
 * @returns the size that the blob will have, where `Content-Range` says it
 */
function requireNext(exchange: Exchange, repository: string, id: string, size: number): number | undefined {
  requireRoom(exchange, size);
  const header = exchange.header("content-range");
  if (header === undefined) return undefined;
  const match = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/.*)?$/.exec(header.trim());
  const headers = uploadHeaders(repository, id, size);
  if (!match || Number(match[1]) !== size) {
    const message = `the chunk must begin at byte ${size}, Content-Range is ${header}`;
    throw new RegistryError(416, "BLOB_UPLOAD_INVALID", message, { headers });
  }
  const length = exchange.header("content-length");
  const end = Number(match[2]) + 1;
  if (length !== undefined && Number(length) !== end - size) {
    const message = `Content-Range says ${end - size} bytes, Content-Length says ${length}`;
    throw new RegistryError(400, "SIZE_INVALID", message, { headers });
  }
  return end;
}
