import { createHash, type Hash } from "node:crypto";

/** The algorithms that the OCI image specification registers, and the length of their hashes in hexadecimal digits. */
const algorithms: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha512", 128],
]);

/** True for `sha256:` and 64, or `sha512:` and 128 lower-case hexadecimal digits. */
export function isContentDigest(text: string): boolean {
  const length = algorithms.get(algorithmOf(text));
  return length !== undefined && /^[0-9a-f]+$/.test(hexOf(text)) && hexOf(text).length === length;
}

export function isAlgorithm(text: string): boolean {
  return algorithms.has(text);
}

/** `sha256` of `sha256:…`. */
export function algorithmOf(digest: string): string {
  return digest.slice(0, Math.max(0, digest.indexOf(":")));
}

/** What follows the algorithm: names the content's file. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The digest whose file has this name: the algorithms differ in length. */
export function digestOfFile(name: string): string {
  const [algorithm] = [...algorithms].find(([, length]) => length === name.length) ?? ["sha256"];
  return `${algorithm}:${name}`;
}

/** The digest of the bytes, by sha256 unless another algorithm is asked for. */
export function digestOf(bytes: Buffer, algorithm = "sha256"): string {
  return digestFrom(createHash(algorithm).update(bytes), algorithm);
}

/** The digest of what a hash has taken in. */
export function digestFrom(hash: Hash, algorithm: string): string {
  return `${algorithm}:${hash.digest("hex")}`;
}
