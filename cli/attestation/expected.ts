import { type ExpectedPromotion } from "../../model/attestation";
import { releaseRecord } from "../../model/release/record";
import type { Release } from "../../model/release/release";
import type { Settings } from "../../model/settings";
import type { Project } from "../project";
import { readRelease, releaseVersions } from "../release/files";

/** An image on its way into one registry of an environment. */
export interface Entry {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string;
  /** Login server. */
  readonly registry: string;
}

/** Every release of the project; its approvals are judged where they count. @throws UserError (2) for the first file that is wrong */
export function readReleases(project: Project): Release[] {
  return releaseVersions(project).map((version) => readRelease(project, version, { unjudged: true }).release);
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
