import type { ReleaseSettings, StageRecord } from "./release";

const day = 86_400_000;

/** When a stage's registry password ends: some days after the stage was opened, whenever somebody asks. */
export function passwordExpires(
  { opened }: Pick<StageRecord, "opened">,
  { passwordDays }: Pick<ReleaseSettings, "passwordDays">,
): string {
  return `${new Date(Date.parse(opened) + passwordDays * day).toISOString().slice(0, 19)}Z`;
}
