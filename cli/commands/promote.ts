import { planPromotion } from "../promotion/plan";
import { readRunning } from "../promotion/running";
import { chooseProject } from "../context";
import { cwdOption, dryRunOption, jsonOption, refuseTogether, replaceOption, type Register } from "./command";
import { carryOut } from "./carry-out";

interface Options {
  to: string;
  dryRun?: boolean;
  replace?: boolean;
  apply?: boolean;
  json?: boolean;
  cwd?: string;
}

/** `airlock promote`: what the predecessor runs enters an environment's stack file. */
export const registerPromote: Register = (program, context) => {
  program
    .command("promote")
    .description("move an image to the next environment")
    .argument("<repository>", "the image's repository, e.g. iam/auth-service")
    .requiredOption("--to <env>", "environment that receives what its predecessor's stack file names")
    .option(...replaceOption)
    .option(...dryRunOption)
    .option("--apply", "run `pulumi up` afterwards, without asking")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (repository: string, options: Options) => {
      refuseTogether({ "--dry-run": options.dryRun, "--apply": options.apply });
      const project = chooseProject(context, options.cwd);
      const intend = () => {
        const { settings, running } = readRunning(project);
        const { to } = options;
        const move = planPromotion(settings.path, running, repository, to);
        return {
          settings,
          wanted: { repository, version: running[to][repository]?.version ?? "", to },
          move,
        };
      };
      await carryOut(context, project, intend, options);
    });
};
