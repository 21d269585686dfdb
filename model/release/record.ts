import type { AttestedApproval, ReleaseRecord } from "../attestation";
import type { PromotionPath } from "../promotion-path";
import { objectionTo, standingOf, type Rules } from "./approvals";
import type { Approval, ApprovalEvidence, Release } from "./release";
import { approvingRoles, stagesOf } from "./stages";

/** An image, and the environment that it may enter. */
export interface Entering {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string;
}

/**
 * What the releases' files say of an image on its way into an environment. A file may say anything: approvals count as they do for
 * the release's own way, with the keys and people that are configured now, and all of them about the images that the release is.
 */
export function releaseRecord(releases: readonly Release[], rules: Rules, image: Entering): ReleaseRecord {
  const roles = rolesOnRecord(rules.path, image.environment);
  const about = releases.filter(
    ({ images, abandoned }) => images[image.repository] === image.digest && abandoned === undefined,
  );
  return {
    roles,
    releases: Object.fromEntries(
      about.map((release) => [release.version, approvalsOf(release, rules, image.environment, roles)]),
    ),
  };
}

/** Environments whose managers have approved a release that enters this one; it begins in its first stage without. */
export function rolesOnRecord(path: PromotionPath, environment: string): string[] {
  return stagesOf(path)[0]?.environment.name === environment ? [] : approvingRoles(path, environment);
}

function approvalsOf(
  release: Release,
  rules: Rules,
  environment: string,
  roles: readonly string[],
): Record<string, AttestedApproval> {
  const { approvals, repositories, images, stages } = release;
  // Of half a release nobody has approved the other half.
  if (!repositories.every((repository) => Object.hasOwn(images, repository))) return {};
  const by = Object.hasOwn(stages, environment) ? stages[environment].by : undefined;
  const { approved } = standingOf(release, rules, environment, by);
  const given = approvals.filter(
    (approval) => approval.stage === environment && objectionTo(approval, release, rules, by) === undefined,
  );
  return Object.fromEntries(
    roles.flatMap((role) => {
      const approval = given.find((one) => one.role === role && one.by === approved.get(role));
      return approval ? [[role, attested(approval)]] : [];
    }),
  );
}

function attested({ by, at, evidence }: Approval): AttestedApproval {
  return { by, at, ...shownBy(evidence) };
}

// One by one: a kind of evidence that attestations don't know can't be left in, and doesn't compile.
function shownBy(evidence: ApprovalEvidence): Omit<AttestedApproval, "by" | "at"> {
  if ("signature" in evidence) return { signature: evidence.signature };
  return "review" in evidence ? { review: evidence.review } : { run: evidence.run };
}
