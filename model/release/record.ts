import type { AttestedApproval, ReleaseRecord } from "../attestation";
import type { PromotionPath } from "../promotion-path";
import { onePersonEach } from "./people";
import type { Approval, ApprovalEvidence, Release } from "./release";
import { approvingRoles, stagesOf } from "./stages";

/** An image, and the environment that it may enter. */
export interface Entering {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string;
}

/**
 * What the releases' files say of an image on its way into an environment. Who was manager then is not asked again: it was when
 * the release was approved.
 */
export function releaseRecord(
  releases: readonly Release[],
  path: PromotionPath,
  image: Entering,
): ReleaseRecord {
  const roles = rolesOnRecord(path, image.environment);
  const about = releases.filter(
    ({ images, abandoned }) => images[image.repository] === image.digest && abandoned === undefined,
  );
  return {
    roles,
    releases: Object.fromEntries(
      about.map((release) => [release.version, approvalsOf(release, roles, image)]),
    ),
  };
}

/** Environments whose managers have approved a release that enters this one; it begins in its first stage without. */
export function rolesOnRecord(path: PromotionPath, environment: string): string[] {
  return stagesOf(path)[0]?.environment.name === environment ? [] : approvingRoles(path, environment);
}

function approvalsOf(
  { approvals }: Release,
  roles: readonly string[],
  { repository, digest, environment }: Entering,
): Record<string, AttestedApproval> {
  const given = approvals.filter(
    ({ stage, images }) => stage === environment && images[repository] === digest,
  );
  const of = (role: string) => given.filter((approval) => approval.role === role);
  const chosen = onePersonEach(new Map(roles.map((role) => [role, of(role).map(({ by }) => by)])));
  return Object.fromEntries(
    roles.flatMap((role) => {
      const approval = of(role).find(({ by }) => by === chosen.get(role));
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
