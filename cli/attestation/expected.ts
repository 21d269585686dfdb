import { type ExpectedPromotion } from "../../model/attestation";
import { releaseRecord } from "../../model/release/record";
import type { Release } from "../../model/release/release";
import type { Settings } from "../../model/settings";

/** An image on its way into one registry of an environment. */
export interface Entry {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string;
  /** Login server. */
  readonly registry: string;
}

/** What an attestation has to state, as the project's files say. */
export function expectedPromotion(
  rules: Pick<Settings, "path" | "releases" | "project" | "github">,
  releases: readonly Release[],
  { repository, digest, environment, registry }: Entry,
): ExpectedPromotion {
  const record = releaseRecord(releases, rules, { repository, digest, environment });
  return { repository, environment, registry, record };
}
