import { promotionOf, promotionProblem, type Promotion } from "../../model/attestation";
import { UserError } from "../../model/errors";
import { digestReference } from "../../model/image-reference";
import { environmentNamed, predecessorOf, registriesOf } from "../../model/promotion-path";
import { standingOf } from "../../model/release/approvals";
import { rolesOnRecord } from "../../model/release/record";
import { phaseOf, type Release } from "../../model/release/release";
import type { Settings } from "../../model/settings";
import type { Declared } from "../promotion/running";
import { wrongUsage } from "../wrong-usage";
import { expectedPromotion } from "./expected";

/** What somebody wants to attest. */
export interface Wanted {
  readonly repository: string;
  /** Default: what the environment before runs. */
  readonly digest?: string;
  readonly to: string;
  /** Version of a release. */
  readonly release?: string;
  /** For the registry beside the environment's own. */
  readonly standard?: boolean;
}

/** A statement that nobody has signed yet, and the image in the registry where it is attached. */
export interface Unsigned {
  readonly image: string;
  readonly repository: string;
  readonly digest: string;
  readonly predicate: Promotion;
}

/**
 * What has to be signed, so that an image may enter an environment.
 * @throws UserError: exit 1 when nobody may say so yet, exit 2 for what isn't there
 */
export function unsignedPromotion(
  { settings, running }: Declared,
  releases: readonly Release[],
  wanted: Wanted,
): Unsigned {
  const { path } = settings;
  const { repository, to, release: version } = wanted;
  const environment = environmentNamed(path, to);
  const predecessor = predecessorOf(path, to);
  if (predecessor === undefined)
    throw wrongUsage(`nothing is promoted into ${to}`, "Name an environment after the path's first one");
  const digest = wanted.digest ?? running[predecessor.name][repository]?.digest;
  if (digest === undefined) {
    throw wrongUsage(
      `${predecessor.name} doesn't run ${repository}`,
      `Name the image itself: airlock attestation ${repository}@sha256:… --to ${to}`,
    );
  }
  const targets = registriesOf(environment).filter(({ promotions }) => promotions);
  const target = targets[wanted.standard ? 1 : 0];
  if (target === undefined) throw wrongUsage(`no promotion goes to a standard registry of ${to}`);
  if (version !== undefined) requireApproved(releases, settings, version, to);
  const place = { repository, digest, environment: to, registry: target.host };
  const expected = expectedPromotion(settings, releases, place);
  if (version !== undefined && !Object.hasOwn(expected.record.releases, version)) {
    throw new UserError({
      what: `${repository}@${digest} is not part of release ${version}`,
      where: `Pulumi.release-${version}.yaml: images`,
      fix: `Name the release's own image, or: airlock release images ${version} ${repository}@${digest}`,
      exitCode: 1,
    });
  }
  const known = Object.keys(expected.record.releases);
  if (version === undefined && known.length > 0) {
    throw refused(
      `${repository}@${digest} is part of ${known.join(" and ")}, and no release is named`,
      `Add --release ${known.join(" or --release ")}`,
    );
  }
  const predicate = promotionOf(expected, version);
  // Nothing is signed that wouldn't count.
  const problem = promotionProblem(predicate, expected);
  if (problem !== undefined) throw refused(`${repository}@${digest} ${problem}`);
  const [first] = path.environments;
  return { image: digestReference(first.host, repository, digest), repository, digest, predicate };
}

/** Nobody signs for a release that its managers would not let in. */
function requireApproved(
  releases: readonly Release[],
  settings: Settings,
  version: string,
  to: string,
): void {
  const release = releases.find((one) => one.version === version);
  if (release === undefined)
    throw wrongUsage(`there is no release ${version}`, `Releases are ${names(releases)}`);
  if (release.abandoned) throw refused(`release ${version} was given up`);
  // Of a stage that was opened the record says who approved it.
  if (rolesOnRecord(settings.path, to).length === 0 || phaseOf(release, to) !== "waiting") return;
  const { missing } = standingOf(release, settings, to);
  if (missing.length === 0) return;
  throw refused(
    `release ${version} is not approved for ${to}: ${missing.join(" and ")} did not say so`,
    `See airlock release status ${version}`,
  );
}

function names(releases: readonly Release[]): string {
  return releases.map(({ version }) => version).join(", ") || "none";
}

function refused(what: string, fix?: string): UserError {
  return new UserError({ what, fix, exitCode: 1 });
}
