import { parseReleaseVersion } from "../../../model/release/names";
import type { Release } from "../../../model/release/release";
import type { Settings } from "../../../model/settings";
import { chooseProject, type ChosenProject, type Context } from "../../context";
import { line } from "../../output/io";
import { editRelease, type Happening, type Reading, type ReleaseEdit } from "../../release/files";
import { print, type How } from "../../release/print";
import { nextSteps, takeSteps } from "../../release/steps";
import { wrongUsage } from "../../wrong-usage";
import { refuseTogether } from "../command";

/** Options that the commands share. */
export interface Options extends How {
  cwd?: string;
}

export const version = ["<version>", "the release, e.g. v0.0.1"] as const;
export const applyOption = ["--apply", "run `pulumi up` afterwards, as often as it takes"] as const;
export const byOption = ["--by <name>", "who does it (default: $GITHUB_ACTOR)"] as const;

/** One edit of the release's file that no update has to follow. */
export async function edited(
  context: Context,
  text: string,
  options: Options,
  happens: Happening,
  summary: (settings: Settings, after: Release) => string,
): Promise<void> {
  const project = chooseProject(context, options.cwd);
  const edit = await editRelease(project, parseReleaseVersion(text), happens, options);
  print(context, edit, options, { changed: summary(edit.settings, edit.after) });
}

/** The steps out of a stage, and what became of the file. @param ready called before `next` is, for what it has to know from elsewhere */
export async function stepped(
  context: Context,
  text: string,
  options: Options & Reading,
  next: Happening,
  ready?: (project: ChosenProject) => Promise<void>,
): Promise<ReleaseEdit> {
  refuseTogether({ "--dry-run": options.dryRun, "--apply": options.apply });
  const project = chooseProject(context, options.cwd);
  const tell = options.json ? undefined : (edit: ReleaseEdit) => print(context, edit, options);
  const all = await takeSteps(context, project, parseReleaseVersion(text), next, options, tell, () =>
    Promise.resolve(ready?.(project)),
  );
  if (options.json) print(context, all, options);
  else if (all.changed && !options.dryRun && !options.apply)
    nextSteps(all.after).forEach((one) => line(context.io.out, one));
  return all;
}

/** Who does it. @throws UserError (2) when nobody is named */
export function actor({ env }: Context, by: string | undefined): string {
  const name = by ?? env.GITHUB_ACTOR;
  if (name) return name;
  throw wrongUsage("it is not said who does it", "Give --by <name>");
}
