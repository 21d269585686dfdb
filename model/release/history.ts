import { objectionTo, sameImages, standingOf, type Rules, type Standing } from "./approvals";
import { deletionDue } from "./due";
import { isBefore } from "./instant";
import { endOf, type Release, type StageRecord } from "./release";
import { approvingRoles, stagesOf } from "./stages";

/** What a release's file says that can't have happened. `path` begins below the release. */
export interface HistoryProblem {
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly fix: string;
}

const byCommand = "Take the change back, and use airlock release: it writes what can follow";

/** Managers and keys are judged as they are now, so a change of theirs can make approvals void that counted. */
function takeBack(version: string): string {
  return `${byCommand}. If managers or people have changed in Pulumi.yaml: releases, take that back until the stage is closed, or close it now: airlock release close ${version} --reason <text>`;
}

/**
 * Whether the file of a release is one that its commands can have written: a stage opened by hand, without the approvals
 * or beside another one, is refused before anything is made.
 */
export function historyProblems(release: Release, rules: Rules): HistoryProblem[] {
  const problems = courseProblems(release, rules);
  return problems.length > 0
    ? problems
    : [...imageProblems(release, rules.path), ...approvalProblems(release, rules)].slice(0, 1);
}

/** The same, where nobody asks what the release's approvals say: whoever approved its stage, it can be left. */
export function courseProblems(release: Release, rules: Pick<Rules, "path">): HistoryProblem[] {
  const names = stagesOf(rules.path).map(({ environment }) => environment.name);
  const unknown = Object.keys(release.stages).find((name) => !names.includes(name));
  if (unknown !== undefined)
    return [problem(["stages", unknown], `${unknown} is no stage`, `Stages are ${names.join(", ")}`)];
  const reached = names.filter((name) => Object.hasOwn(release.stages, name));
  const present = reached.at(-1);
  if (present === undefined) return [problem(["stages"], "the release is in no stage", byCommand)];
  const skipped = names.slice(0, names.indexOf(present)).find((name) => !reached.includes(name));
  if (skipped !== undefined)
    return [problem(["stages", present], `${present} was opened, and ${skipped} before it never`, byCommand)];
  return [
    ...reached.flatMap((name) => orderProblems(name, release.stages[name])),
    ...reached.slice(1).flatMap((name, index) => handOverProblems(release, reached[index], name)),
    ...endProblems(release, present, present === names.at(-1)),
  ];
}

function orderProblems(name: string, { opened, renewed, closing, closed }: StageRecord): HistoryProblem[] {
  const at = ["stages", name];
  if (closed !== undefined && closing === undefined)
    return [problem([...at, "closed"], `${name} is closed, and never was closing`, byCommand)];
  const early = (instant: string | undefined, before: string | undefined) =>
    instant !== undefined && before !== undefined && isBefore(instant, before);
  if (early(renewed, opened))
    return [problem([...at, "renewed"], `${name} was renewed before it was opened`, byCommand)];
  if (early(closing, renewed))
    return [problem([...at, "renewed"], `${name} was renewed when it was closing`, byCommand)];
  if (early(closing, opened))
    return [problem([...at, "closing"], `${name} was closing before it was opened`, byCommand)];
  if (early(closed, closing))
    return [problem([...at, "closed"], `${name} was closed before it was closing`, byCommand)];
  return [];
}

/** Two stages are never alive at once. */
function handOverProblems({ stages }: Release, from: string, to: string): HistoryProblem[] {
  const { closed } = stages[from];
  const at = ["stages", to, "opened"];
  if (closed === undefined) return [problem(at, `${to} is open before ${from} is closed`, byCommand)];
  if (isBefore(stages[to].opened, closed))
    return [problem(at, `${to} was opened before ${from} was closed`, byCommand)];
  return [];
}

function endProblems(release: Release, present: string, isLast: boolean): HistoryProblem[] {
  const { stages, deployed, abandoned, deleted } = release;
  const { closing, closed } = stages[present];
  const end = endOf(release);
  if (deployed !== undefined && abandoned !== undefined)
    return [problem(["abandoned"], "a release that was deployed is not given up", byCommand)];
  if (deployed !== undefined && !isLast)
    return [problem(["deployed"], `the release is in ${present}, which is not the last stage`, byCommand)];
  if (end !== undefined && closing === undefined)
    return [problem(["stages", present], `the release is over, and ${present} is open`, byCommand)];
  if (end === undefined && (closed !== undefined || (isLast && closing !== undefined)))
    return [problem(["stages", present], `${present} is closed, and nothing follows`, byCommand)];
  if (deleted === undefined) return [];
  const due = deletionDue(release);
  // One whose password had ended is deleted without the proof that it was closed; how long that one lived, nobody knows any more.
  if (due === undefined)
    return [problem(["deleted"], "the release is deleted before it was over", byCommand)];
  return isBefore(deleted, due)
    ? [problem(["deleted"], `the release is deleted before ${due}`, byCommand)]
    : [];
}

/** What the last stage was opened with is what the release is; nobody is asked about other images any more. */
function imageProblems(
  { version, stages, approvals, images, abandoned }: Release,
  path: Rules["path"],
): HistoryProblem[] {
  const last = stagesOf(path).at(-1)?.environment.name ?? "";
  if (!Object.hasOwn(stages, last) || abandoned !== undefined) return [];
  const given = approvals.filter(({ stage }) => stage === last);
  if (given.every((one) => sameImages(one.images, images))) return [];
  const what = `${last} was opened with other images than ${version} has now`;
  return [problem(["images"], what, "Take the change of the images back, and make a new release for others")];
}

/** Of the open stage alone: one that is on its way out goes, whoever approved it and whoever is manager by now. */
function approvalProblems(release: Release, rules: Rules): HistoryProblem[] {
  const names = stagesOf(rules.path).map(({ environment }) => environment.name);
  const present = names.filter((name) => Object.hasOwn(release.stages, name)).at(-1);
  if (present === undefined || present === names[0]) return [];
  const { by, closing } = release.stages[present];
  if (closing !== undefined) return [];
  const at = ["stages", present];
  if (by === undefined)
    return [problem([...at, "by"], `${present} does not say who advanced the release into it`, byCommand)];
  // Where images are rebuilt for each environment they are others by now than those that were approved.
  const standings = [release.images, ...release.approvals.map(({ images }) => images)]
    .filter((images) => release.repositories.every((repository) => Object.hasOwn(images, repository)))
    .map((images) => standingOf({ ...release, images }, rules, present, by));
  if (standings.some(({ missing }) => missing.length === 0)) return [];
  const [first] = standings;
  const missing = first?.missing ?? approvingRoles(rules.path, present);
  const why = (first?.void ?? []).map(
    ({ approval, why: reason }) => `; ${approval.by} for ${approval.role}: ${reason}`,
  );
  const what = `${present} was opened without the approval of ${missing.join(" and ")}${why.join("")}`;
  return [
    problem(at, what, isConfigured(release, rules, first?.void) ? takeBack(release.version) : byCommand),
  ];
}

/** Whether what is configured makes an approval void that may have counted. Where GitHub was asked, that was judged before. */
function isConfigured(release: Release, rules: Rules, objections: Standing["void"] = []): boolean {
  if (rules.review !== undefined) return false;
  return objections.some(({ approval }) => {
    const { images } = approval;
    return objectionTo(approval, { ...release, images }, rules) !== undefined;
  });
}

function problem(path: HistoryProblem["path"], what: string, fix: string): HistoryProblem {
  return { path, what, fix };
}
