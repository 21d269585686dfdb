import { instant, isBefore } from "./instant";
import { phaseOf, type Release, type ReleaseSettings, type StageRecord } from "./release";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What a password's life hangs on. */
type Life = Pick<StageRecord, "opened" | "renewed">;
type Agreed = Pick<ReleaseSettings, "passwordDays">;

/** Minutes that a password has to live on when its stage is left: only while it lives can it be proven that it is refused. */
export const handOverMinutes = 60;
/** The same, once its stage is on the way out and the proof alone is left. */
export const proofMinutes = 10;
/** Hours before its end from which on a password is worth a word. */
const soonHours = 24;

/** When a stage's registry password ends: some days after the stage was opened or renewed last, whenever somebody asks. */
export function passwordExpires({ opened, renewed }: Life, { passwordDays }: Agreed): string {
  return instant(new Date(Date.parse(renewed ?? opened) + passwordDays * day));
}

/** Whether a stage's password has ended, or does so within some minutes. */
export function endsWithin(record: Life, agreed: Agreed, now: Date, minutes: number): boolean {
  return Date.parse(passwordExpires(record, agreed)) - now.getTime() < minutes * minute;
}

/**
 * Whether a password is young: the one before it may live still, and the next would take its slot. So no password ends before
 * its time.
 */
export function isYoung(life: Life, agreed: Agreed, now: Date): boolean {
  return isBefore(instant(now), renewableFrom(life, agreed));
}

/** From when on a password can be followed by another one: when half of its life is over. */
export function renewableFrom({ opened, renewed }: Life, { passwordDays }: Agreed): string {
  return instant(new Date(Date.parse(renewed ?? opened) + (passwordDays * day) / 2));
}

/** Whether it can't be proven any more that a stage on its way out lets nobody in. */
export function isUnprovable(
  release: Pick<Release, "stages">,
  stage: string,
  agreed: Agreed,
  now: Date,
): boolean {
  return (
    phaseOf(release, stage) === "closing" && endsWithin(release.stages[stage], agreed, now, proofMinutes)
  );
}

/** How long the password of a stage lives. */
export interface PasswordLife {
  readonly stage: string;
  readonly expires: string;
  readonly state: "lives" | "ends soon" | "ended";
}

export function passwordLife(stage: string, record: Life, agreed: Agreed, now: Date): PasswordLife {
  const state = endsWithin(record, agreed, now, 0)
    ? "ended"
    : endsWithin(record, agreed, now, soonHours * 60)
      ? "ends soon"
      : "lives";
  return { stage, expires: passwordExpires(record, agreed), state };
}
