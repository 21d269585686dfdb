import {
  signedPromotions,
  verifyPromotion,
  type ReleaseRecord,
  type VerifiedPromotion,
} from "../../model/attestation";
import { UserError } from "../../model/errors";
import type { Repository } from "../azure/azure";
import { CloudError } from "../errors";
import { UNKNOWN, type Properties } from "../properties";
import * as rules from "../rules";
import { readTrust, type SignerInputs } from "./image-trust";

/** The inputs about promotion attestations, and what `check` makes of them. */
export interface AttestationInputs {
  /** Given where what enters needs an attestation: what the releases' files say of the image. */
  readonly attested?: ReleaseRecord;
  /** Attestations for later environments, which are made when the image is here already, are brought along. */
  readonly carriesAttestations?: boolean;
  /** Computed by `check` with `attested`. */
  readonly attestation?: VerifiedPromotion;
  /** Computed by `check` with `carriesAttestations`: digests of those at the source, so that a new one is a difference. */
  readonly carriedAttestations?: readonly string[];
}

const approval = rules.object({
  by: { rule: rules.line },
  at: { rule: rules.instant },
  signature: { rule: rules.line, optional: true },
  review: { rule: rules.httpsAddress, optional: true },
  run: { rule: rules.httpsAddress, optional: true },
});

export const attestationSchema: Record<"attested" | "carriesAttestations", rules.Property> = {
  attested: {
    rule: rules.object({
      roles: { rule: rules.environments },
      releases: { rule: rules.mapping(rules.mapping(approval)) },
    }),
    optional: true,
  },
  carriesAttestations: { rule: rules.flag, optional: true },
};

/** Where an attestation is asked about, and of what. */
interface Attested extends AttestationInputs, SignerInputs {
  readonly digest: string;
  readonly environment: string;
  readonly loginServer: string;
}

/**
 * What is attested of an image in a repository, as far as the inputs ask.
 * @throws UserError (1) when it needs an attestation and none holds, CloudError when the registry can't be read.
 */
export async function attestationsIn(
  repository: Repository,
  inputs: Attested,
): Promise<Pick<AttestationInputs, "attestation" | "carriedAttestations">> {
  const attestation = await requirePromotion(repository, inputs);
  return {
    ...(attestation && { attestation }),
    ...(inputs.carriesAttestations && {
      carriedAttestations: (await signedPromotions(repository, inputs.digest, readTrust(inputs))).sort(),
    }),
  };
}

/** @throws UserError (1) when the image needs an attestation for its destination and none holds. */
export async function requirePromotion(
  repository: Repository,
  { attested, digest, environment, loginServer, ...signer }: Attested,
): Promise<VerifiedPromotion | undefined> {
  if (!attested) return undefined;
  const expected = { repository: repository.name, environment, registry: loginServer, record: attested };
  const found = await verifyPromotion(repository, digest, readTrust(signer), expected);
  if (!("problem" in found)) return found;
  const how = `make an attestation with airlock attestation ${repository.name} --to ${environment}, and let it reach ${repository.host}`;
  const what = `${repository.name}@${digest} ${found.problem}: ${how}`;
  throw new UserError({ what, exitCode: 1 });
}

/**
 * What an image that is here already has of attestations: the one that let it in stands, whatever releases were made of it or
 * environments came into the path since; those for later environments may have become more. A source that can't be read holds
 * nothing up here: it has nothing new.
 */
export async function presentAttestations(
  source: () => Repository,
  olds: Properties,
  news: Properties,
): Promise<Properties> {
  const { attested, attestation } = olds as AttestationInputs;
  return {
    ...(news.attested !== undefined && {
      // A policy holds the roles against the path: they are what the program says today, and not what it said then.
      attested: { ...attested, roles: rolesOf(news) },
      attestation,
    }),
    ...(news.carriesAttestations === true && {
      carriedAttestations: await grown(source, olds, news as unknown as Attested),
    }),
  };
}

function rolesOf({ attested }: Properties): unknown {
  return attested === UNKNOWN ? UNKNOWN : (attested as ReleaseRecord).roles;
}

async function grown(source: () => Repository, olds: Properties, news: Attested): Promise<string[]> {
  const { carriedAttestations: known = [] } = olds as AttestationInputs;
  try {
    const found = await signedPromotions(source(), news.digest, readTrust(news), known);
    return [...known, ...found].sort();
  } catch (error) {
    if (error instanceof CloudError || error instanceof UserError) return [...known];
    throw error;
  }
}

/** What `check` computes, where it can't yet. */
export function unknownAttestations({ attested, carriesAttestations }: Properties): Properties {
  return {
    ...(attested !== undefined && { attestation: UNKNOWN }),
    ...(carriesAttestations !== undefined && { carriedAttestations: UNKNOWN }),
  };
}

/** False when an attestation is asked for and none was seen for this place. */
export function stillAttested(olds: Properties, news: Properties): boolean {
  if (news.attested === undefined) return true;
  const { attestation } = olds as AttestationInputs;
  return attestation?.environment === news.environment && attestation?.registry === news.loginServer;
}

/** True when there is one at the source that wasn't there before. */
export function carriesMore(olds: Properties, news: Properties): boolean {
  const [before, now] = [olds, news].map((one) => (one as AttestationInputs).carriedAttestations ?? []);
  return now.some((digest) => !before.includes(digest));
}
