import { parseDigest, isRepository } from "../../model/image-reference";
import { parseVersion } from "../../model/tags";
import { planPublication } from "../promotion/plan";
import { readRunning } from "../promotion/running";
import { chooseProject } from "../context";
import { worldOf } from "../poc";
import { wrongUsage } from "../wrong-usage";
import { cwdOption, dryRunOption, jsonOption, pocOption, replaceOption, type Register } from "./command";
import { carryOut } from "./carry-out";

interface Options {
  version: string;
  poc?: boolean;
  dryRun?: boolean;
  replace?: boolean;
  json?: boolean;
  cwd?: string;
}

/** `airlock publish`: a new build enters the first environment's stack file. */
export const registerPublish: Register = (program, context) => {
  program
    .command("publish", { hidden: true })
    .description("a new build enters the first environment")
    .argument("<repository@digest>", "the image, e.g. iam/auth-service@sha256:…")
    .requiredOption("--version <version>", "version of the build, e.g. 1.2.3")
    .option(...pocOption)
    .option(...replaceOption)
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options) => {
      const project = chooseProject(context, options.cwd);
      const image = { ...parseImage(text), version: parseVersion(options.version) };
      const intend = () => {
        const declared = readRunning(project, worldOf(options));
        const move = planPublication(declared, image);
        const [first] = declared.settings.path.environments;
        return { declared, wanted: { ...image, to: first.name }, move };
      };
      await carryOut(context, project, intend, options);
    });
};

/**
 * Reads `repository@digest`.
 * @throws UserError (exit 2) for a tag, a host, or a malformed digest.
 */
export function parseImage(text: string): { repository: string; digest: string } {
  const at = text.indexOf("@");
  if (at < 0) {
    throw wrongUsage(
      `${text} names no digest`,
      "An image is published as <repository>@sha256:<64 hex digits>",
    );
  }
  const repository = text.slice(0, at);
  if (!isRepository(repository)) {
    throw wrongUsage(
      `"${repository}" is not a repository`,
      "Name it without host and tag, e.g. iam/auth-service",
    );
  }
  return { repository, digest: parseDigest(text.slice(at + 1)) };
}
