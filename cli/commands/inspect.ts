import { chooseProject } from "../context";
import { askedImage } from "../inspect/reference";
import { openRepository } from "../inspect/registry";
import { inspectText } from "../inspect/render";
import { inspectImage } from "../inspect/report";
import { projectTrust } from "../inspect/trust";
import { json, note } from "../output/io";
import { readRunning } from "../promotion/running";
import { cwdOption, jsonOption, type Register } from "./command";

/** `airlock inspect`: what one image is, who signed it, where it came from, and what may still happen to it. Reads only. */
export const registerInspect: Register = (program, context) => {
  program
    .command("inspect", { hidden: true })
    .description("labels, signatures, attestations, promotions and lock of one image")
    .argument("<image>", "<registry host>/<repository>@sha256:…, as `running` of a stack names it")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: { json?: boolean; cwd?: string }) => {
      const { io, env } = context;
      const project = chooseProject(context, options.cwd);
      const declared = readRunning(project);
      const { settings } = declared;
      const asked = askedImage(text, settings.path);
      const repository = openRepository(env, asked.registry.host, asked.repository);
      const trust = projectTrust(settings, asked.repository, project.directory);
      const report = await inspectImage(asked, repository, declared, trust);
      if (report.tag !== undefined) {
        note(
          io.err,
          `A tag moves: ${report.tag} names ${report.digest} now. Refer to the image by that digest`,
        );
      }
      if (options.json) json(io.out, report);
      else io.out.write(inspectText(report, io.out.terminal));
    });
};
