import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial, type TrustMaterial } from "@sigstore/verify";
import { UserError } from "../errors";

/** A `trusted_root.json` that names at least one authority and one log of each kind, all with the time they are good for. @throws UserError (2) */
export function readTrustedRoot(json: string): { root: TrustedRoot; material: TrustMaterial } {
  let read: { root: TrustedRoot; material: TrustMaterial };
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(json));
    read = { root, material: toTrustMaterial(root) };
  } catch {
    throw wrong("the trusted root can't be read");
  }
  const { certificateAuthorities, tlogs, ctlogs, timestampAuthorities } = read.root;
  if (certificateAuthorities.length === 0) throw wrong("the trusted root names no certificate authority");
  if (tlogs.length === 0 || ctlogs.length === 0)
    throw wrong("the trusted root names no transparency log, or none for certificates");
  const periods = [
    ...[...certificateAuthorities, ...timestampAuthorities].map(({ validFor }) => validFor),
    ...[...tlogs, ...ctlogs].map(({ publicKey }) => publicKey?.validFor),
  ];
  // What says nothing would be trusted for ever.
  if (periods.some((period) => period?.start === undefined))
    throw wrong("the trusted root doesn't say since when each authority and log is good");
  return read;
}

function wrong(what: string): UserError {
  return new UserError({
    what,
    where: "signing.keyless.trustedRoot",
    fix: "Take the trusted_root.json of the sigstore instance that your builds sign with",
    exitCode: 2,
  });
}
