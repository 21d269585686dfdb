import { createHmac } from "node:crypto";

// Node signs messages, never a digest, and Key Vault's `sign` is given the digest: hence ECDSA by hand, for the sandbox alone.
const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const generator: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** ECDSA on P-256 with a deterministic nonce (RFC 6979, SHA-256): r and s, 32 bytes each. */
export function signDigest(privateKey: Buffer, digest: Buffer): Buffer {
  if (digest.length !== 32) throw new RangeError(`a SHA-256 digest has 32 bytes, not ${digest.length}`);
  const d = toNumber(privateKey);
  const e = toNumber(digest) % n;
  for (const k of nonces(toBytes(d), toBytes(e))) {
    const r = multiply(generator, k)!.x % n;
    const s = (invert(k, n) * (e + r * d)) % n;
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r), toBytes(s)]);
  }
  throw new Error("unreachable: the nonces never end");
}

/** Whether a signature of 64 bytes, r and s, is that of the key whose coordinates these are. */
export function verifyDigest(
  publicKey: { x: Buffer; y: Buffer },
  digest: Buffer,
  signature: Buffer,
): boolean {
  if (signature.length !== 64) return false;
  const [r, s] = [toNumber(signature.subarray(0, 32)), toNumber(signature.subarray(32))];
  if (r === 0n || r >= n || s === 0n || s >= n) return false;
  const w = invert(s, n);
  const ofDigest = multiply(generator, modulo(toNumber(digest) * w, n));
  const ofKey = multiply({ x: toNumber(publicKey.x), y: toNumber(publicKey.y) }, modulo(r * w, n))!;
  const point = ofDigest === undefined ? ofKey : sum(ofDigest, ofKey);
  return point !== undefined && point.x % n === r;
}

function* nonces(key: Buffer, digest: Buffer): Generator<bigint> {
  let k = Buffer.alloc(32, 0);
  let v = Buffer.alloc(32, 1);
  const mac = (...parts: Buffer[]): Buffer<ArrayBuffer> =>
    Buffer.from(createHmac("sha256", k).update(Buffer.concat(parts)).digest());
  for (const mark of [0, 1]) {
    k = mac(v, Buffer.from([mark]), key, digest);
    v = mac(v);
  }
  for (;;) {
    v = mac(v);
    const candidate = toNumber(v);
    if (candidate > 0n && candidate < n) yield candidate;
    k = mac(v, Buffer.from([0]));
    v = mac(v);
  }
}

// The point at infinity is undefined.
function multiply(point: Point, factor: bigint): Point | undefined {
  let result: Point | undefined;
  let addend = point;
  for (let bits = factor; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = result ? add(result, addend) : addend;
    addend = add(addend, addend);
  }
  return result;
}

function sum(a: Point, b: Point): Point | undefined {
  return a.x === b.x && a.y !== b.y ? undefined : add(a, b);
}

function add(a: Point, b: Point): Point {
  const slope =
    a.x === b.x ? (3n * a.x * a.x - 3n) * invert(2n * a.y, p) : (b.y - a.y) * invert(modulo(b.x - a.x, p), p);
  const x = modulo(slope * slope - a.x - b.x, p);
  return { x, y: modulo(slope * (a.x - x) - a.y, p) };
}

function invert(value: bigint, modulus: bigint): bigint {
  let [a, b, u, v] = [modulo(value, modulus), modulus, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [u, v] = [v, u - quotient * v];
  }
  return modulo(u, modulus);
}

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
const toNumber = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);
const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
