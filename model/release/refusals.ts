import { UserError } from "../errors";
import { type Rules, speakersFor, standingOf } from "./approvals";
import { instant, isBefore, latest } from "./instant";
import { endsWithin, handOverMinutes, passwordExpires, proofMinutes } from "./password";
import { endOf, type Release, type ReleaseSettings } from "./release";
import { approvingRoles } from "./stages";

export function refuseEnded({ version, deployed: running, abandoned, deleted }: Release): void {
  if (deleted !== undefined) throw refused(`${version} was deleted at ${deleted}`, "Make a new release");
  if (running !== undefined) throw refused(`${version} was deployed at ${running}`, "Make a new release");
  if (abandoned !== undefined)
    throw refused(`${version} was given up by ${abandoned.by} at ${abandoned.at}`, "Make a new release");
}

export function refuseIncomplete({ version, repositories, images }: Release): void {
  const missing = repositories.filter((repository) => !Object.hasOwn(images, repository));
  if (missing.length === 0) return;
  throw refused(
    `${version} names no image of ${missing.join(", ")}`,
    `Set it with: airlock release images ${version} ${missing[0]}@sha256:…`,
  );
}

export function refuseUnapproved(release: Release, rules: Rules, to: string, by: string): void {
  const { missing, void: objections } = standingOf(release, rules, to, by);
  if (missing.length === 0) return;
  const why = objections.map(
    ({ approval, why: reason }) => `; ${approval.by} for ${approval.role}: ${reason}`,
  );
  const who = missing.map((role) => whoSpeaks(rules.releases, role));
  throw refused(
    `${release.version} lacks the approval for ${to} of ${who.join(" and ")}${why.join("")}`,
    `Ask for it with: airlock release approval ${release.version} --to ${to} --role ${missing[0]} --by <name>`,
  );
}

/** @throws UserError (1) for somebody whose approval nobody asks for */
export function refuseUnasked(
  rules: Pick<Rules, "path" | "releases">,
  to: string,
  role: string,
  by: string,
): void {
  const asked = approvingRoles(rules.path, to);
  if (asked.includes(role) && speakersFor(rules.releases, role).includes(by)) return;
  throw refused(
    `${by} is not asked to approve ${to} for ${role}`,
    `Asked are ${asked.map((one) => whoSpeaks(rules.releases, one)).join(" and ")}`,
  );
}

function whoSpeaks({ managers }: ReleaseSettings, role: string): string {
  if (!Object.hasOwn(managers, role)) return `${role} (releases.managers names nobody)`;
  const { manager, backup } = managers[role];
  return `${role} (${manager}, or ${backup})`;
}

/** Of a stage whose password ends before that is proven to be refused nothing could be proven, and no other could follow. */
export function refuseExpiring(
  { version, stages }: Release,
  stage: string,
  agreed: Pick<ReleaseSettings, "passwordDays">,
  now: Date,
): void {
  const record = stages[stage];
  const minutes = record.closing === undefined ? handOverMinutes : proofMinutes;
  if (!endsWithin(record, agreed, now, minutes)) return;
  const ends = endsWithin(record, agreed, now, 0) ? "ended" : `ends within ${minutes} minutes,`;
  throw refused(
    `the password of ${stage} of ${version} ${ends} at ${passwordExpires(record, agreed)}, and that it is refused shows nothing after that`,
    record.closing === undefined
      ? `Renew it with: airlock release renew ${version} --apply`
      : `Open ${stage} again with: airlock release renew ${version} --apply`,
  );
}

/** A clock behind the file's last event would write a history that nobody can follow. */
export function refuseEarlier(release: Release, now: Date): void {
  const last = latest([
    ...Object.values(release.stages).flatMap(({ opened, renewed, closing, closed }) =>
      [opened, renewed, closing, closed].filter((one) => one !== undefined),
    ),
    ...[endOf(release)].filter((one) => one !== undefined),
  ]);
  if (last === undefined || !isBefore(instant(now), last)) return;
  throw refused(
    `it is ${instant(now)} here, before the last event of ${release.version} at ${last}`,
    "Set this machine's clock right",
  );
}

export function refused(what: string, fix: string, exitCode: 1 | 2 = 1): UserError {
  return new UserError({ what, fix, exitCode });
}
