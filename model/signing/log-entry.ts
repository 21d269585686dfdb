import type { X509Certificate } from "node:crypto";
import type { Bundle } from "@sigstore/bundle";
import type { TrustedRoot } from "@sigstore/protobuf-specs";

/** What speaks against a bundle's log entries before the library looks at them. */
export function logProblem(
  { verificationMaterial }: Bundle,
  certificate: X509Certificate | undefined,
  root: TrustedRoot,
): string | undefined {
  const issued = certificate && new Date(certificate.validFrom);
  for (const { inclusionProof, logId } of verificationMaterial.tlogEntries) {
    // The library makes a regular expression of such a name, and the bundle is anybody's.
    const names = [...(inclusionProof?.checkpoint?.envelope ?? "").matchAll(/^\u2014 (\S*)/gm)].map(
      ([, name]) => name,
    );
    if (!names.every((name) => /^[\w.:/-]{1,200}$/.test(name)))
      return "a checkpoint of its log entry is signed under an odd name";
    if (issued === undefined) continue;
    // The library asks since when and until when for a promise alone, and not for a checkpoint.
    const log = root.tlogs.find((one) => logId !== undefined && one.logId?.keyId.equals(logId.keyId));
    const { start, end } = log?.publicKey?.validFor ?? {};
    if ((start && issued < start) || (end && issued > end))
      return "its log was not in use when its certificate was issued";
  }
  return undefined;
}
