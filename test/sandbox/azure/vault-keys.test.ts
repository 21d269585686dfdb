import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { signDigest, verifyDigest } from "../../../sandbox/azure/p256";
import { VaultKeys } from "../../../sandbox/azure/vault-keys";

const sha256 = (data: Uint8Array): Buffer => createHash("sha256").update(data).digest();

describe("signing a digest", () => {
  it("verifies with the platform's own ECDSA, for any message and key", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (message) => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const { d } = privateKey.export({ format: "jwk" });
        const signature = signDigest(Buffer.from(d!, "base64url"), sha256(message));
        return verify("sha256", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
      }),
      { numRuns: 10 },
    );
  });

  it("gives the signature of RFC 6979, A.2.5, message `sample`", () => {
    const key = Buffer.from("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", "hex");
    expect(signDigest(key, sha256(Buffer.from("sample"))).toString("hex")).toBe(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    );
  });
});

describe("verifying a digest", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = publicKey.export({ format: "jwk" });
  const [x, y] = [jwk.x!, jwk.y!].map((coordinate) => Buffer.from(coordinate, "base64url"));
  const signed = (message: Uint8Array): Buffer =>
    sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });

  it("holds for what the platform's own ECDSA signed, and for nothing that differs in one bit", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(511), (message, bit) => {
        const signature = signed(message);
        const other = Buffer.from(signature);
        other[bit >> 3] ^= 1 << (bit & 7);
        const digest = sha256(message);
        return [signature, other].map((one) => verifyDigest({ x, y }, digest, one)).join() === "true,false";
      }),
      { numRuns: 10 },
    );
  });

  it("holds for no signature of another length, and for none of zeros", () => {
    const digest = sha256(Buffer.from("image"));
    const signature = signed(Buffer.from("image"));
    const zero = Buffer.alloc(32);
    const wrong = [
      signature.subarray(1),
      Buffer.concat([zero, signature.subarray(32)]),
      Buffer.concat([signature.subarray(0, 32), zero]),
    ];
    expect(wrong.map((one) => verifyDigest({ x, y }, digest, one))).toEqual([false, false, false]);
  });
});

describe("keys of a vault", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "vault-keys-"))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("keeps one key for a name, private to its owner, and signs with it", () => {
    const { version } = new VaultKeys(directory).ensure("onestream-signing-kv", "cosign");
    const keys = new VaultKeys(directory);
    expect(keys.ensure("onestream-signing-kv", "cosign")).toEqual({ version });
    const folder = path.join(directory, "onestream-signing-kv", "cosign");
    const modes = readdirSync(folder).map((file) => statSync(path.join(folder, file)).mode & 0o777);
    expect(modes).toEqual([0o600]);

    const { x, y } = keys.publicKey("onestream-signing-kv", "cosign")!;
    const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
    const signature = keys.sign("onestream-signing-kv", "cosign", version, sha256(Buffer.from("image")))!;
    expect(verify("sha256", Buffer.from("image"), { key, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
  });

  it("knows no key and no version that was never made", () => {
    const keys = new VaultKeys(directory);
    keys.ensure("onestream-signing-kv", "cosign");
    expect(keys.publicKey("onestream-signing-kv", "other")).toBeUndefined();
    expect(keys.sign("onestream-signing-kv", "cosign", "1", sha256(Buffer.from("")))).toBeUndefined();
  });
});
