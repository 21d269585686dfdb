import { planPromotion } from "../promotion/plan";
import { readRunning } from "../promotion/running";
import { chooseProject } from "../context";
import { worldOf } from "../poc";
import {
  cwdOption,
  dryRunOption,
  jsonOption,
  pocOption,
  refuseTogether,
  replaceOption,
  type Register,
} from "./command";
import { carryOut } from "./carry-out";

interface Options {
  to: string;
  poc?: boolean;
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
    .option(...pocOption)
    .option(...replaceOption)
    .option(...dryRunOption)
    .option("--apply", "run `pulumi up` afterwards, without asking")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (repository: string, options: Options) => {
      refuseTogether({ "--dry-run": options.dryRun, "--apply": options.apply });
      const project = chooseProject(context, options.cwd);
      const intend = () => {
        const declared = readRunning(project, worldOf(options));
        const { to } = options;
        const move = planPromotion(declared, repository, to);
        const present = declared.running[to][repository];
        return { declared, wanted: { repository, version: present?.version ?? "", to }, move };
      };
      await carryOut(context, project, intend, options);
    });
};
