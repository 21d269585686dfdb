import { bundleType, emptyType, statementType } from "../signing/bundle";
import { sha256 } from "../signing/registry-reader";
import { promotionType, type Promotion } from "./promotion";

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** The in-toto statement that a promotion is signed as: the digest, and what is said of it. */
export function promotionStatement(digest: string, predicate: Promotion): Buffer {
  const subject = [{ name: predicate.repository, digest: { sha256: digest.slice("sha256:".length) } }];
  const statement = { _type: "https://in-toto.io/Statement/v1", subject, predicateType: promotionType };
  return Buffer.from(JSON.stringify({ ...statement, predicate }));
}

/** The bytes that a signature of a statement is over (DSSE's pre-authentication encoding). */
export function signedBytes(statement: Buffer): Buffer {
  const head = `DSSEv1 ${statementType.length} ${statementType} ${statement.length} `;
  return Buffer.concat([Buffer.from(head), statement]);
}

/** Size and digest of the image that is spoken of. */
export interface Subject {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * A referrer with a signed statement, in the form in which cosign attaches it, and its blobs.
 * @param signed.signature over `signedBytes`; in DER form for an EC key.
 */
export function bundleReferrer(
  subject: Subject,
  signed: { readonly statement: Buffer; readonly signature: Buffer },
): { manifest: Buffer; mediaType: string; blobs: Buffer[] } {
  const bundle = Buffer.from(
    JSON.stringify({
      mediaType: bundleType,
      verificationMaterial: { publicKey: { hint: "" } },
      dsseEnvelope: {
        payload: signed.statement.toString("base64"),
        payloadType: statementType,
        signatures: [{ sig: signed.signature.toString("base64") }],
      },
    }),
  );
  const config = Buffer.from("{}");
  const described = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: bundleType,
    config: described(emptyType, config),
    layers: [described(bundleType, bundle)],
    subject,
    annotations: {
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": promotionType,
    },
  };
  return {
    manifest: Buffer.from(JSON.stringify(manifest)),
    mediaType: manifestType,
    blobs: [config, bundle],
  };
}
