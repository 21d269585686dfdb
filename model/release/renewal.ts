import type { Rules } from "./approvals";
import { instant } from "./instant";
import { isUnprovable, isYoung, passwordExpires } from "./password";
import { refused, refuseEarlier, refuseEnded } from "./refusals";
import { phaseOf, type Release } from "./release";
import { stageAfter, stageNamed } from "./stages";
import { currentStage } from "./transitions";

/** What is renewed. */
export interface Renewal {
  /** Environment of the stage; the present one, unless given. */
  readonly stage?: string;
  /** True when the engine was asked, and nothing has proven the end of that stage nor can: its password has ended. */
  readonly unproven?: boolean;
}

/**
 * Another password for a stage, from now on. An open stage has it beside the one before, which lives to its end. A stage on its
 * way out that comes too late for its proof, or one whose end was written down and never proven, is open again: it is left by
 * another advance. The stage after it has nothing to sign in with then, since that is made after the proof alone.
 *
 * @returns the very same release when the password is young still
 * @throws UserError: 1 when the stage can't be renewed, 2 for an unknown environment
 */
export function renew(release: Release, rules: Rules, { stage, unproven }: Renewal, now: Date): Release {
  const { path, releases } = rules;
  refuseEnded(release);
  const present = currentStage(release, path);
  const asked = stage === undefined ? present : stageNamed(path, stage).environment.name;
  const phase = phaseOf(release, asked);
  if (phase === "waiting")
    throw refused(`${release.version} has not reached ${asked}`, `It is in ${present}`);
  const { opened, by, ...record } = release.stages[asked];
  if (phase === "open" && isYoung({ opened, ...record }, releases, now)) return release;
  if (phase === "closing" && !isUnprovable(release, asked, releases, now))
    throw refused(
      `${asked} of ${release.version} is closing, and its end can be proven while its password lives, until ${passwordExpires({ opened, ...record }, releases)}`,
      `Go on with: airlock release advance ${release.version} --to ${stageAfter(path, asked)!.environment.name}`,
    );
  if (phase === "closed" && (!unproven || stageBefore(release, path, present) !== asked))
    throw refused(`${asked} of ${release.version} is closed`, `Its stage is ${present} by now`);
  refuseEarlier(release, now);
  const stages = Object.fromEntries(
    Object.entries(release.stages).filter(([name]) => phase !== "closed" || name !== present),
  );
  const again = { opened, ...(by !== undefined && { by }), renewed: instant(now) };
  return { ...release, stages: { ...stages, [asked]: again } };
}

/** The stage that was left for another one. */
function stageBefore(release: Release, path: Rules["path"], stage: string): string | undefined {
  const { [stage]: _, ...before } = release.stages;
  return Object.keys(before).length === 0 ? undefined : currentStage({ stages: before }, path);
}
