import { createHash, generateKeyPairSync, randomInt, sign } from "node:crypto";
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from "@sigstore/protobuf-specs";
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from "@sigstore/mock";
import type { Artifact } from "../../cli/story/registry-client";

const curve = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
const statementType = "application/vnd.in-toto+json";

function blob(bytes: Buffer): { digest: string } {
  return { digest: `sha256:${sha256(bytes).toString("hex")}` };
}

/** What the log answers, as far as a bundle holds it. */
interface LogEntry {
  body: string;
  integratedTime: number;
  logID: string;
  logIndex: number;
  verification: {
    signedEntryTimestamp: string;
    inclusionProof: { logIndex: number; rootHash: string; treeSize: number; checkpoint: string };
  };
}

/** What is entered into the log. */
interface Envelope {
  readonly envelope: string;
  readonly payload: Buffer;
  /** Base64. */
  readonly signature: string;
  /** Base64 of the certificate in PEM form. */
  readonly verifier: string;
}

/** What to leave out of a bundle, or to do otherwise. */
export interface Signing {
  readonly identity?: string;
  readonly issuer?: string;
  /** Repository and ref that were built; none for null. */
  readonly source?: readonly [repository: string, ref: string] | null;
  readonly digest: string;
  /** Without an entry in the log; a timestamp then says when. */
  readonly unlogged?: boolean;
  /** Without the log's promise, which says when. */
  readonly unpromised?: boolean;
  readonly timestamped?: boolean;
  /** What is stated of the digest, in place of cosign's plain signature. */
  readonly states?: { readonly predicateType: string; readonly predicate: object };
  /** The log enters it so many minutes after the certificate was issued. */
  readonly minutesLate?: number;
}

export const identity = "https://github.com/contoso/auth-service/.github/workflows/build.yml@refs/heads/main";
/** What the workflow builds: its own repository, at its own ref. */
export const source = ["https://github.com/contoso/auth-service", "refs/heads/main"] as const;
export const issuer = "https://token.actions.githubusercontent.com";

/** A certificate authority, a transparency log and a timestamp authority of our own, with keys that only this test knows. */
export class Sigstore {
  private constructor(
    readonly ca: Awaited<ReturnType<typeof initializeCA>>,
    private readonly ctLog: Awaited<ReturnType<typeof initializeCTLog>>,
    private readonly logKeys: ReturnType<typeof curve>,
    private readonly tsa: Awaited<ReturnType<typeof initializeTSA>>,
    private readonly start: Date,
  ) {}

  static async begin(): Promise<Sigstore> {
    // All keep this one date. It is set once the roots are there, which are valid from the second in which they are made.
    const start = new Date();
    const ctLog = await initializeCTLog(curve("P-256"), start);
    const ca = await initializeCA(curve("P-384"), ctLog, start);
    const tsa = await initializeTSA(curve("P-384"), start);
    start.setTime(Math.floor(Date.now() / 1000) * 1000);
    return new Sigstore(ca, ctLog, curve("P-256"), tsa, start);
  }

  /** `trusted_root.json` */
  trustedRoot(): string {
    const chain = (...certificates: ArrayBufferView[]) => ({
      certificates: certificates.map((one) => ({
        rawBytes: Buffer.from(one.buffer, one.byteOffset, one.byteLength),
      })),
    });
    const validFor = { start: new Date(0) };
    const log = (publicKey: Buffer, keyId: Buffer) => ({
      baseUrl: "https://log.contoso.example",
      hashAlgorithm: HashAlgorithm.SHA2_256,
      publicKey: { rawBytes: publicKey, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor },
      logId: { keyId },
      checkpointKeyId: undefined,
      operator: "contoso",
    });
    const authority = (certChain: ReturnType<typeof chain>) => ({
      subject: { commonName: "sigstore", organization: "contoso" },
      uri: "https://fulcio.contoso.example",
      operator: "contoso",
      certChain,
      validFor,
    });
    const { logID } = this.ctLog;
    const root: TrustedRoot = {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      certificateAuthorities: [authority(chain(this.ca.rootCertificate))],
      timestampAuthorities: [authority(chain(this.tsa.intCertificate, this.tsa.rootCertificate))],
      tlogs: [log(this.logKey(), sha256(this.logKey()))],
      ctlogs: [log(this.ctLog.publicKey, Buffer.from(logID.buffer, logID.byteOffset, logID.byteLength))],
    };
    return JSON.stringify(TrustedRoot.toJSON(root));
  }

  /** A keyless signature, as cosign puts it beside an image: a manifest that refers to it. */
  async sign(signing: Signing): Promise<Artifact & { readonly digest: string }> {
    const bundle = Buffer.from(JSON.stringify(await this.bundle(signing)));
    const empty = Buffer.from("{}");
    const described = (mediaType: string, bytes: Buffer) => ({
      mediaType,
      ...blob(bytes),
      size: bytes.length,
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        artifactType: bundleType,
        config: described("application/vnd.oci.empty.v1+json", empty),
        layers: [described(bundleType, bundle)],
        subject: { mediaType: manifestType, digest: signing.digest, size: 1 },
      }),
    );
    const blobs = [empty, bundle].map((bytes) => ({ ...blob(bytes), bytes }));
    return { manifest, mediaType: manifestType, blobs, digest: blob(manifest).digest };
  }

  private async bundle(signing: Signing): Promise<object> {
    const statement = {
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ digest: { sha256: signing.digest.slice("sha256:".length) } }],
      ...(signing.states ?? { predicateType: "https://sigstore.dev/cosign/sign/v1", predicate: {} }),
    };
    const payload = Buffer.from(JSON.stringify(statement));
    const own = curve("P-256");
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 ${statementType.length} ${statementType} ${payload.length} `),
      payload,
    ]);
    const signature = sign("sha256", signed, own.privateKey);
    const certificate = await this.ca.issueCertificate({
      publicKey: own.publicKey.export({ type: "spki", format: "der" }),
      subjectAltName: signing.identity ?? identity,
      extensions: [
        { oid: "1.3.6.1.4.1.57264.1.8", value: signing.issuer ?? issuer },
        ...(signing.source === null ? [] : (signing.source ?? source)).map((value, index) => ({
          oid: `1.3.6.1.4.1.57264.1.${[12, 14][index]}`,
          value,
        })),
      ],
    });
    const rawBytes = Buffer.from(certificate.buffer, certificate.byteOffset, certificate.byteLength);
    const dsseEnvelope = {
      payload: payload.toString("base64"),
      payloadType: statementType,
      signatures: [{ sig: signature.toString("base64"), keyid: "" }],
    };
    const entered = {
      envelope: JSON.stringify(dsseEnvelope),
      payload,
      signature: signature.toString("base64"),
      verifier: "",
    };
    return {
      mediaType: bundleType,
      verificationMaterial: {
        certificate: { rawBytes: rawBytes.toString("base64") },
        tlogEntries: signing.unlogged ? [] : [await this.entry(signing, entered)],
        timestampVerificationData: {
          rfc3161Timestamps: signing.timestamped
            ? [{ signedTimestamp: await this.timestamp(signature) }]
            : [],
        },
      },
      dsseEnvelope,
    };
  }

  /** Enters an envelope into the log. @returns what the log answers, by its own name for the entry */
  async enter(
    { envelope, payload, signature, verifier }: Envelope,
    at = this.start,
  ): Promise<Record<string, LogEntry>> {
    const log = await initializeTLog("https://log.contoso.example", this.logKeys, at);
    return log.log({
      apiVersion: "0.0.1",
      kind: "dsse",
      spec: {
        envelopeHash: { algorithm: "sha256", value: sha256(envelope).toString("hex") },
        payloadHash: { algorithm: "sha256", value: sha256(payload).toString("hex") },
        signatures: [{ signature, verifier }],
      },
    });
  }

  private async entry({ minutesLate = 0, unpromised }: Signing, envelope: Envelope): Promise<object> {
    const at = new Date(this.start.getTime() + minutesLate * 60_000);
    const [entry] = Object.values(await this.enter(envelope, at));
    const { signedEntryTimestamp, inclusionProof } = entry.verification;
    const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: base64(entry.logID) },
      kindVersion: { kind: "dsse", version: "0.0.1" },
      integratedTime: String(entry.integratedTime),
      ...(!unpromised && { inclusionPromise: { signedEntryTimestamp } }),
      inclusionProof: {
        logIndex: String(inclusionProof.logIndex),
        rootHash: base64(inclusionProof.rootHash),
        treeSize: String(inclusionProof.treeSize),
        hashes: [],
        checkpoint: { envelope: inclusionProof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  }

  private async timestamp(signature: Buffer): Promise<string> {
    const response = await this.tsa.timestamp({
      artifactHash: sha256(signature),
      hashAlgorithmOID: "2.16.840.1.101.3.4.2.1",
      nonce: randomInt(1_000_000),
      policyOID: "1.2.3.4.1",
      certReq: false,
    });
    return Buffer.from(response.buffer, response.byteOffset, response.byteLength).toString("base64");
  }

  private logKey(): Buffer {
    return this.logKeys.publicKey.export({ type: "spki", format: "der" });
  }
}
