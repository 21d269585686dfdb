import { UserError } from "../errors";
import type { PromotionPath } from "../promotion-path";
import { objectionTo, type Rules, sameImages } from "./approvals";
import { deletionDue } from "./due";
import { instant, isBefore } from "./instant";
import { isUnprovable } from "./password";
import {
  refused,
  refuseEarlier,
  refuseEnded,
  refuseExpiring,
  refuseIncomplete,
  refuseUnapproved,
} from "./refusals";
import { endOf, phaseOf, type Approval, type Hold, type Release, type StageRecord } from "./release";
import { stageAfter, stageNamed, stagesOf } from "./stages";

// Each transition gives back the very same release when there is nothing to do, so that a command can be run again.

/** A release whose first stage is open. @throws UserError (2) when the path has no stages */
export function createRelease(
  path: PromotionPath,
  { version, repositories }: Pick<Release, "version" | "repositories">,
  now: Date,
): Release {
  const [first] = stagesOf(path);
  if (first === undefined) {
    throw new UserError({
      what: "the path has one environment, and a release no stage to go to",
      where: "Pulumi.yaml: path",
      exitCode: 2,
    });
  }
  const stages = { [first.environment.name]: { opened: instant(now) } };
  return { version, repositories, images: {}, stages, approvals: [] };
}

/** The stage that the release is in, or on its way out of. */
export function currentStage({ stages }: Pick<Release, "stages">, path: PromotionPath): string {
  const reached = stagesOf(path).filter(({ environment }) => Object.hasOwn(stages, environment.name));
  const last = reached.at(-1);
  if (last === undefined) throw refused("the release is in no stage", "Make its file anew");
  return last.environment.name;
}

/**
 * Other images for some repositories. Approvals of a stage that isn't open yet were about the old ones, and go.
 * @throws UserError (1) in a last stage that was approved: nobody would approve them any more
 */
export function setImages(
  release: Release,
  images: Readonly<Record<string, string>>,
  path: PromotionPath,
  now: Date,
): { release: Release; void: Approval[] } {
  const merged = { ...release.images, ...images };
  if (sameImages(merged, release.images)) return { release, void: [] };
  const foreign = Object.keys(images).find((repository) => !release.repositories.includes(repository));
  if (foreign !== undefined) {
    throw refused(
      `${foreign} is no repository of ${release.version}`,
      `Its repositories are ${release.repositories.join(", ")}`,
      2,
    );
  }
  refuseEnded(release);
  const present = currentStage(release, path);
  const isFirst = stagesOf(path)[0]?.environment.name === present;
  if (!isFirst && stageAfter(path, present) === undefined)
    throw refused(
      `${release.version} is in ${present} with the images that were approved for it, and that is the last stage`,
      "Make a new release for other images",
    );
  refuseEarlier(release, now);
  const pending = ({ stage }: Approval) => phaseOf(release, stage) === "waiting";
  return {
    release: { ...release, images: merged, approvals: release.approvals.filter((one) => !pending(one)) },
    void: release.approvals.filter(pending),
  };
}

/** Minutes by which the clock of whoever approves may be ahead of ours. */
const skewMinutes = 5;

/** One approval more. @throws UserError (1) when it would count for nothing */
export function approve(release: Release, rules: Rules, approval: Approval, now: Date): Release {
  const same = (other: Approval) =>
    other.stage === approval.stage && other.role === approval.role && other.by === approval.by;
  const earlier = release.approvals.find(same);
  // Said again later, or signed anew: the first is as good.
  if (earlier && objectionTo(earlier, release, rules) === undefined) return release;
  refuseEnded(release);
  const { environment } = stageNamed(rules.path, approval.stage);
  if (phaseOf(release, environment.name) !== "waiting")
    throw refused(`${release.version} is past the gate of ${approval.stage}`, "There is nothing to approve");
  refuseIncomplete(release);
  const why = objectionTo(approval, release, rules);
  if (why !== undefined) {
    throw refused(
      `the approval of ${approval.by} for ${approval.role} does not count: ${why}`,
      "See airlock release status",
    );
  }
  const ahead = new Date(now.getTime() + skewMinutes * 60_000);
  if (isBefore(instant(ahead), approval.at))
    throw refused(
      `the approval is of ${approval.at}, which is still to come`,
      "Set the clock of who signed it right",
    );
  return { ...release, approvals: [...release.approvals.filter((other) => !same(other)), approval] };
}

/** How an advance is asked for. */
export interface Advance {
  /** Environment of the stage to enter: the one after the present. */
  readonly to: string;
  /** Who advances: one who approves must be somebody else. */
  readonly by: string;
}

/**
 * The next step into a stage. First the present stage is closing; then it is closed and the next one open, in one edit, so
 * that no two are ever open. @throws UserError: 1 when the release can't go there now, 2 for an unknown environment
 */
export function advance(release: Release, rules: Rules, { to, by }: Advance, now: Date): Release {
  const { path } = rules;
  const target = stageNamed(path, to).environment.name;
  if (phaseOf(release, target) === "open") return release;
  refuseEnded(release);
  const present = currentStage(release, path);
  const next = stageAfter(path, present)?.environment.name;
  if (next !== target) {
    throw refused(
      `${release.version} is in ${present} and can't go to ${to}`,
      next === undefined ? `${present} is the last stage` : `The next stage is ${next}`,
    );
  }
  refuseIncomplete(release);
  refuseUnapproved(release, rules, target, by);
  refuseEarlier(release, now);
  refuseExpiring(release, present, rules.releases, now);
  const at = instant(now);
  const record = release.stages[present];
  if (record.closing === undefined) return withStages(release, { [present]: { ...record, closing: at } });
  return withStages(release, { [present]: { ...record, closed: at }, [target]: { opened: at, by } });
}

/** The release runs in the last environment, whose pair of accounts is no longer needed. */
export function deployed(release: Release, { path, releases }: Rules, now: Date): Release {
  if (release.deployed !== undefined) return release;
  refuseEnded(release);
  const present = currentStage(release, path);
  if (stageAfter(path, present) !== undefined) {
    throw refused(
      `${release.version} is in ${present}, and not in the last stage`,
      `A release is deployed once it is in ${stagesOf(path).at(-1)!.environment.name}`,
    );
  }
  refuseExpiring(release, present, releases, now);
  return ending({ ...release, deployed: instant(now) }, present, now);
}

/**
 * The release will not go on: the stage that it is in is closed, and none follows. That is never put off for a password that
 * ends, since whoever gives a release up may have to end it at once.
 */
export function abandon(
  release: Release,
  path: PromotionPath,
  { by, reason }: { readonly by: string; readonly reason: string },
  now: Date,
): Release {
  if (release.abandoned !== undefined) return release;
  refuseEnded(release);
  return ending(
    { ...release, abandoned: { by, reason, at: instant(now) } },
    currentStage(release, path),
    now,
  );
}

/**
 * The second step of every ending: the last stage that was open stands proven to be closed. Of one whose password has ended
 * that can't be proven any more: it stays as it is until it is deleted.
 */
export function settle(release: Release, { path, releases }: Rules, now: Date): Release {
  const present = currentStage(release, path);
  if (endOf(release) === undefined || phaseOf(release, present) !== "closing") return release;
  if (isUnprovable(release, present, releases, now)) return release;
  refuseEarlier(release, now);
  return withStages(release, { [present]: { ...release.stages[present], closed: instant(now) } });
}

/** Nothing of the release is deleted before the hold ends. */
export function hold(release: Release, wanted: Hold, now: Date): Release {
  if (JSON.stringify(release.hold) === JSON.stringify(wanted)) return release;
  if (release.deleted !== undefined)
    throw refused(
      `the accounts of ${release.version} were deleted at ${release.deleted}`,
      "There is nothing to hold",
    );
  if (!isBefore(instant(now), wanted.until))
    throw refused(`a hold until ${wanted.until} is over already`, "Name an instant to come", 2);
  return { ...release, hold: wanted };
}

export function endHold({ hold: _, ...release }: Release): Release {
  return release;
}

/** The accounts are to be gone. @throws UserError (1) before that is due */
export function markDeleted(release: Release, { path, releases }: Rules, now: Date): Release {
  if (release.deleted !== undefined) return release;
  const due = deletionDue(release);
  if (due === undefined) throw refused(`${release.version} goes on`, "Its accounts end with it");
  const present = currentStage(release, path);
  if (phaseOf(release, present) !== "closed" && !isUnprovable(release, present, releases, now))
    throw refused(`${present} of ${release.version} is not proven to be closed`, "Close it first");
  if (isBefore(instant(now), due)) {
    const { hold: held } = release;
    const why = held?.until === due ? `: ${held.by} holds them, because of ${held.reason}` : "";
    throw refused(`the accounts of ${release.version} stay until ${due}${why}`, "Come back then");
  }
  refuseEarlier(release, now);
  return { ...release, deleted: instant(now) };
}

function ending(release: Release, present: string, now: Date): Release {
  refuseEarlier(release, now);
  const record = release.stages[present];
  return record.closing === undefined
    ? withStages(release, { [present]: { ...record, closing: instant(now) } })
    : release;
}

function withStages(release: Release, records: Readonly<Record<string, StageRecord>>): Release {
  return { ...release, stages: { ...release.stages, ...records } };
}
