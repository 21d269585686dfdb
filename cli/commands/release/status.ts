import { parseReleaseVersion } from "../../../model/release/names";
import { chooseProject } from "../../context";
import { json, line } from "../../output/io";
import { table } from "../../output/table";
import { readRelease, releaseVersions } from "../../release/files";
import { dueText, passwordText, releaseReport, stateText, waitingText } from "../../release/report";
import { cwdOption, jsonOption, type Register } from "../command";

export const registerStatus: Register = (release, context) => {
  release
    .command("status")
    .description("where releases stand, and what they wait for")
    .argument("[version]", "one release (default: all)")
    .option(...jsonOption)
    .option(...cwdOption)
    .action((text: string | undefined, options: { json?: boolean; cwd?: string }) => {
      const { out } = context.io;
      const project = chooseProject(context, options.cwd);
      const versions = text === undefined ? releaseVersions(project) : [parseReleaseVersion(text)];
      const reports = versions.map((one) => {
        const { release: present, settings } = readRelease(project, one);
        return releaseReport(present, settings, context.now());
      });
      if (options.json) return json(out, { releases: reports });
      if (reports.length === 0)
        return line(
          out,
          "There are no releases. A new one: airlock release create <version> --repositories <names>",
        );
      const rows = reports.map((one) => [
        one.version,
        stateText(one),
        waitingText(one),
        passwordText(one),
        dueText(one.due),
      ]);
      out.write(table(out, ["release", "state", "next", "password", "due"], rows));
    });
};
