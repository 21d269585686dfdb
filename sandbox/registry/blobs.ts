import { pipeline } from "node:stream/promises";
import { isHeld } from "./conditions";
import type { RegistryContext } from "./context";
import { RegistryError } from "./errors";
import type { Exchange } from "./exchange";
import { requireDigest } from "./names";
import type { ByteRange } from "./store/content";

/** `GET` and `HEAD /v2/<name>/blobs/<digest>`, with one byte range if asked. */
export async function getBlob(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  text: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const digest = requireDigest(text);
  const size = store.blobSize(repository, digest);
  const headers = {
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": digest,
    "Accept-Ranges": "bytes",
    ETag: `"${digest}"`,
  };
  if (isHeld(exchange, digest)) return exchange.send(304, headers);
  if (exchange.request.method === "HEAD") return exchange.send(200, { ...headers, "Content-Length": size });

  const range = parseRange(exchange.header("range"), size);
  const length = range ? range.end - range.start + 1 : size;
  exchange.response.writeHead(range ? 206 : 200, {
    ...headers,
    "Content-Length": length,
    ...(range ? { "Content-Range": `bytes ${range.start}-${range.end}/${size}` } : {}),
  });
  await pipeline(store.blobStream(repository, digest, range), exchange.response);
}

/** `DELETE /v2/<name>/blobs/<digest>`. */
export async function deleteBlob(
  { access, store }: RegistryContext,
  exchange: Exchange,
  repository: string,
  text: string,
): Promise<void> {
  await access.authorize(exchange, "content/delete", repository);
  const digest = requireDigest(text);
  store.deleteBlob(repository, digest);
  exchange.send(202, { "Docker-Content-Digest": digest });
}

/**
 * One range of a `Range` header; undefined for none, several or another unit, which all mean "send everything". The
 * Azure client leaves out `bytes=`.
 * @throws 416 when the range begins behind the end.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^(?:bytes=)?(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [first, last] = [match[1], match[2]];
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < start) return undefined;
  if (start > end) {
    const headers = { "Content-Range": `bytes */${size}` };
    throw new RegistryError(416, "SIZE_INVALID", `the range begins behind the ${size} bytes`, { headers });
  }
  return { start, end };
}
