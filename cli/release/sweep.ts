import { UserError } from "../../model/errors";
import { caughtUp } from "../../model/release/catch-up";
import { dueOf, whyNotYet } from "../../model/release/due";
import { isBefore, instant } from "../../model/release/instant";
import type { PromotionPath } from "../../model/promotion-path";
import { gitHubAccount, registryAccount, releaseStack } from "../../model/release/names";
import { endOf, phaseOf, type Release } from "../../model/release/release";
import { stagesOfRelease } from "../../model/release/stages";
import { markDeleted, settle } from "../../model/release/transitions";
import type { Rules } from "../../model/release/approvals";
import type { ChosenProject, Context } from "../context";
import { withExport } from "../recovery/state";
import { engineEnvironmentOf, runUpdate } from "../update";
import { lastCarriedOut } from "./carried-out";
import { closingProblem } from "./closing-problem";
import { editRelease, readRelease, releaseVersions } from "./files";
import type { How } from "./print";
import { takeSteps } from "./steps";

/** What a sweep does, or would do, with one release. */
export interface Swept {
  readonly version: string;
  /** `record`: its file says less than was done; `close`: its end is to be proven; `delete`: its accounts go; `keep`: nothing is due. */
  readonly action: "record" | "close" | "delete" | "keep";
  readonly why: string;
  /** Names of the accounts that go: the stage's in Entra ID, and its token with the scope map of the same name. */
  readonly accounts: readonly string[];
  /** Whether that was done; a dry run does nothing, and without `--apply` files alone are edited. */
  readonly done: boolean;
  /** Unified diff of its file. */
  readonly diff: string;
  /** Why it could not be done. */
  readonly problem?: UserError["problem"];
}

/** Goes through every release, one after the other; one that can't be swept is in no other's way. */
export async function sweepReleases(context: Context, project: ChosenProject, how: How): Promise<Swept[]> {
  const swept: Swept[] = [];
  for (const version of releaseVersions(project))
    swept.push(...(await sweep(context, project, version, how)));
  return swept;
}

async function sweep(context: Context, project: ChosenProject, version: string, how: How): Promise<Swept[]> {
  const swept: Swept[] = [];
  let wanted: Wanted = { action: "keep", why: "its file is wrong" };
  try {
    const stated = readRelease(project, version);
    wanted = dueNow(stated.release, stated.settings, context.now());
    if (how.apply) swept.push(...(await catchUp(context, project, stated.release, how)));
    // Once it is closed it may be due to be deleted, too.
    do {
      const { release, settings } = readRelease(project, version);
      wanted = dueNow(release, settings, context.now());
      if (release.deleted !== undefined && how.apply && (await hasAccounts(context, project, version)))
        wanted = { action: "delete", why: `something is left of it since ${release.deleted}` };
      const accounts = wanted.action === "delete" ? accountsOf(release, settings.path) : [];
      const done = await carryOut(context, project, version, wanted, how);
      swept.push({ version, ...wanted, accounts, ...done });
    } while (wanted.action === "close" && swept[swept.length - 1].done);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    swept.push({ version, ...wanted, accounts: [], done: false, diff: "", problem: error.problem });
  }
  return swept;
}

/** Writes into the file of a release that is over what the engine has carried out: an earlier sweep may wait to be merged. */
async function catchUp(
  context: Context,
  project: ChosenProject,
  release: Release,
  how: How,
): Promise<Swept[]> {
  const { version } = release;
  if (endOf(release) === undefined || release.deleted !== undefined) return [];
  const known = await lastCarriedOut(context, project, version);
  if (known === undefined) return [];
  const edit = await editRelease(project, version, (present) => caughtUp(present, known), how);
  if (!edit.changed) return [];
  const { deleted } = edit.after;
  const done = deleted === undefined ? "its last stage is closed" : `deleted at ${deleted}`;
  const why = `the engine carried out what its file does not say: ${done}`;
  return [{ version, action: "record", why, accounts: [], done: true, diff: edit.diff }];
}

type Wanted = Pick<Swept, "action" | "why">;

/** Of every stage that the release came to. */
function accountsOf(release: Release, path: PromotionPath): string[] {
  return stagesOfRelease(path, release.version)
    .filter(({ environment }) => phaseOf(release, environment) !== "waiting")
    .flatMap((stage) => [gitHubAccount(stage), registryAccount(stage)]);
}

/** What is due of a release at an instant. */
export function dueNow(release: Release, rules: Rules, now: Date): Wanted {
  const { deleted } = release;
  if (deleted !== undefined) return { action: "keep", why: `deleted at ${deleted}` };
  const due = dueOf(release, rules, now);
  if (due === undefined) return { action: "keep", why: "it goes on" };
  if (due.what === "finish") {
    const closing = `${due.stage} is closing since ${due.since}`;
    const tooLate =
      due.passwordEnds === undefined
        ? ""
        : `, and its password ends at ${due.passwordEnds}: airlock release renew ${release.version} opens it again`;
    return endOf(release) === undefined
      ? { action: "keep", why: `${closing}, on the way to the next stage${tooLate}` }
      : { action: "close", why: closing };
  }
  if (!isBefore(instant(now), due.from)) return { action: "delete", why: `due since ${due.from}` };
  return { action: "keep", why: whyNotYet(release) };
}

async function carryOut(
  context: Context,
  project: ChosenProject,
  version: string,
  { action }: Wanted,
  how: How,
): Promise<Pick<Swept, "done" | "diff">> {
  if (action === "keep") return { done: false, diff: "" };
  // Only an update shows whether a stage is closed.
  if (action === "close") {
    if (!how.apply) return { done: false, diff: "" };
    const edit = await takeSteps(
      context,
      project,
      version,
      (release, settings) => settle(release, settings, context.now()),
      how,
    );
    const problem = closingProblem(edit, context.now());
    if (problem) throw problem;
    return { done: true, diff: edit.diff };
  }
  const { diff } = await editRelease(
    project,
    version,
    (release, settings) => markDeleted(release, settings, context.now()),
    how,
  );
  if (how.apply) await runUpdate(context, project, releaseStack(version), how);
  return { done: how.dryRun !== true, diff };
}

/** Whether the engine's state has accounts of the release: an earlier sweep may have been killed before its update. The history stays. */
async function hasAccounts(context: Context, project: ChosenProject, version: string): Promise<boolean> {
  const at = { cwd: project.directory, env: await engineEnvironmentOf(context, project) };
  return withExport(at, releaseStack(version), ({ resources = [] }) =>
    Promise.resolve(resources.some(({ type }) => !/^pulumi:|^airlock:index:ReleaseHistory$/.test(type))),
  );
}
