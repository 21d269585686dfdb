import { X509Certificate } from "node:crypto";
import type { Bundle } from "@sigstore/bundle";

const codeSigning = "1.3.6.1.5.5.7.3.3";
// Fulcio's extensions for what was built, as `UTF8String`s: the repository's address and the ref.
const sourceRepository = "1.3.6.1.4.1.57264.1.12";
const sourceRef = "1.3.6.1.4.1.57264.1.14";

/** The certificate that a bundle was signed with; undefined for one that was signed with a key. */
export function certificateOf({ verificationMaterial }: Bundle): X509Certificate | undefined {
  const { content } = verificationMaterial;
  if (content.$case === "certificate") return new X509Certificate(content.certificate.rawBytes);
  return content.$case === "x509CertificateChain"
    ? new X509Certificate(content.x509CertificateChain.certificates[0].rawBytes)
    : undefined;
}

/** What speaks against a certificate whose chain holds: another or a second name in it, or another purpose. */
export function certificateProblem(
  { keyUsage, subjectAltName }: X509Certificate,
  identity: string,
): string | undefined {
  if (!keyUsage?.includes(codeSigning)) return "its certificate is not for signing code";
  // Read once more, by another reader: this one shows what is no plain ASCII, and every name that there is.
  return [`URI:${identity}`, `email:${identity}`].includes(subjectAltName ?? "")
    ? undefined
    : "its certificate has another name beside the identity's, or an odd one";
}

/** `<repository's address>@<ref>` that the certificate was issued for; undefined when it names either not. */
export function sourceIn(extensions: Readonly<Record<string, Buffer>>): string | undefined {
  const [repository, ref] = [extensions[sourceRepository], extensions[sourceRef]].map(utf8String);
  return repository === undefined || ref === undefined ? undefined : `${repository}@${ref}`;
}

// DER: a tag, a length of one or more bytes, and the text.
function utf8String(der: Buffer | undefined): string | undefined {
  if (der === undefined || der[0] !== 0x0c) return undefined;
  const long = der[1] & 0x80 ? der[1] & 0x7f : 0;
  return der.subarray(2 + long).toString("utf8");
}
