import { releaseStack } from "../../../model/release/names";
import { chooseProject } from "../../context";
import { line } from "../../output/io";
import { makeStack, newRelease } from "../../release/create";
import { print } from "../../release/print";
import { updateLine } from "../../release/steps";
import { runUpdate } from "../../update";
import { cwdOption, dryRunOption, jsonOption, refuseTogether, type Register } from "../command";
import { version, type Options } from "./common";

export const registerCreate: Register = (release, context) => {
  release
    .command("create")
    .description("a new release, with accounts for its first stage")
    .argument(...version)
    .requiredOption("--repositories <names>", "exact names, with commas between them")
    .option(...dryRunOption)
    .option("--apply", "make the stack and run `pulumi up` afterwards")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { repositories: string }) => {
      refuseTogether({ "--dry-run": options.dryRun, "--apply": options.apply });
      const project = chooseProject(context, options.cwd);
      const repositories = options.repositories.split(",").map((name) => name.trim());
      const edit = await newRelease(context, project, text, repositories, options);
      print(context, edit, options);
      if (options.apply) {
        await makeStack(context, project, text);
        await runUpdate(context, project, releaseStack(text), options);
      } else if (edit.changed && !options.dryRun && !options.json) {
        const lines = ["Next:", `  pulumi stack init ${releaseStack(text)} --no-select`, updateLine(text)];
        lines.forEach((one) => line(context.io.out, one));
      }
    });
};
