import { parseReleaseVersion, releaseStack } from "../../../model/release/names";
import { passwordExpires, renewableFrom } from "../../../model/release/password";
import { phaseOf, type Release } from "../../../model/release/release";
import { renew } from "../../../model/release/renewal";
import { currentStage } from "../../../model/release/transitions";
import type { Settings } from "../../../model/settings";
import { chooseProject } from "../../context";
import { line } from "../../output/io";
import { editRelease, readRelease } from "../../release/files";
import { print } from "../../release/print";
import { lacksProof } from "../../release/proof-in-state";
import { updateLine } from "../../release/steps";
import { runUpdate } from "../../update";
import { cwdOption, dryRunOption, jsonOption, refuseTogether, type Register } from "../command";
import { applyOption, version, type Options } from "./common";

export const registerRenew: Register = (release, context) => {
  release
    .command("renew")
    .description("another registry password for the stage that is open; the one before lives to its end")
    .argument(...version)
    .option("--stage <env>", "the stage; one whose end could not be proven in time is opened again")
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { stage?: string }) => {
      refuseTogether({ "--dry-run": options.dryRun, "--apply": options.apply });
      const project = chooseProject(context, options.cwd);
      const of = parseReleaseVersion(text);
      const { stage } = options;
      const { release: before } = readRelease(project, of);
      const unproven =
        stage !== undefined && phaseOf(before, stage) === "closed"
          ? await lacksProof(context, project, of, stage)
          : false;
      const edit = await editRelease(
        project,
        of,
        (present, settings) => renew(present, settings, { stage, unproven }, context.now()),
        options,
      );
      const { out } = context.io;
      print(context, edit, options, passwordLines(edit.after, edit.settings));
      if (options.apply) await runUpdate(context, project, releaseStack(of), options);
      else if (edit.changed && !options.dryRun && !options.json)
        ["Next:", updateLine(of)].forEach((one) => line(out, one));
    });
};

function passwordLines(
  release: Release,
  { path, releases }: Settings,
): { changed: string; unchanged: string } {
  const stage = currentStage(release, path);
  const life = release.stages[stage];
  const changed = `${release.version}: the password of ${stage} ends at ${passwordExpires(life, releases)}.`;
  return {
    changed,
    unchanged: `${changed} Another one can be made from ${renewableFrom(life, releases)} on.`,
  };
}
