import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import * as fs from "node:fs";
import { isIP } from "node:net";
import * as path from "node:path";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;
const subject = "CN=airlock sandbox CA";

/** Certificate and private key of a server, both PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of this machine's sandbox alone. */
export interface CertificateAuthority {
  /** PEM, for clients to trust. */
  readonly certificate: string;
  /** File that holds it: `ca.pem` in the authority's directory. */
  readonly certificateFile: string;
  /** A certificate for these host names and IP addresses, valid for a year. */
  issue(names: readonly string[]): Promise<ServerCertificate>;
}

/**
 * The authority kept in `directory` (`ca.pem`, `ca.key`), made there the first time. Its certificates satisfy the strict
 * checks of OpenSSL and Go: SAN, key usages, subject and authority key identifiers.
 */
export async function createAuthority(directory: string): Promise<CertificateAuthority> {
  const certificateFile = path.join(directory, "ca.pem");
  const keyFile = path.join(directory, "ca.key");
  fs.mkdirSync(directory, { recursive: true });
  if (!fs.existsSync(certificateFile)) await makeAuthority(certificateFile, keyFile);
  const certificate = fs.readFileSync(certificateFile, "utf8");
  const authority = new x509.X509Certificate(certificate);
  const signingKey = await importKey(fs.readFileSync(keyFile, "utf8"));
  return {
    certificate,
    certificateFile,
    issue: (names) => issue(authority, signingKey, names),
  };
}

async function makeAuthority(certificateFile: string, keyFile: string): Promise<void> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: subject,
    ...validFor(10 * 365),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  // The certificate comes last: with it the key is known to be there and to match.
  replace(keyFile, await exportKey(keys.privateKey), 0o600);
  replace(certificateFile, `${certificate.toString("pem")}\n`, 0o644);
}

async function issue(
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  names: readonly string[],
): Promise<ServerCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${names[0]}`,
    issuer: authority.subject,
    ...validFor(365),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? "ip" : "dns", value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return { cert: `${certificate.toString("pem")}\n`, key: await exportKey(keys.privateKey) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" })
    .export({ format: "pem", type: "pkcs8" })
    .toString();
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

function validFor(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  // An hour back, for clients whose clock is behind.
  return { notBefore: new Date(now - day / 24), notAfter: new Date(now + days * day) };
}

// Positive and never zero, as RFC 5280 wants it.
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function replace(file: string, content: string, mode: number): void {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content, { mode });
  fs.renameSync(draft, file);
}
