import { UserError } from "../../../model/errors";
import { parseReleaseVersion } from "../../../model/release/names";
import { chooseProject, type Context } from "../../context";
import { json, line, note } from "../../output/io";
import { table } from "../../output/table";
import { readRelease, releaseVersions } from "../../release/files";
import {
  dueText,
  passwordText,
  releaseReport,
  stateText,
  waitingText,
  type ReleaseReport,
} from "../../release/report";
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
      const problems = versions.flatMap((one) => problemOf(() => readRelease(project, one)) ?? []);
      // Of a release whose approvals count no more there is much to tell; of a file that can't be read nothing.
      const reports = versions.flatMap((one) => {
        if (problemOf(() => readRelease(project, one, { unjudged: true }))) return [];
        const { release: present, settings } = readRelease(project, one, { unjudged: true });
        return releaseReport(present, settings, context.now());
      });
      if (options.json) json(out, { releases: reports });
      else if (versions.length === 0)
        line(
          out,
          "There are no releases. A new one: airlock release create <version> --repositories <names>",
        );
      else if (reports.length > 0) tell(context, reports);
      problems.slice(1).forEach((one) => note(context.io.err, one.message));
      if (problems.length > 0) throw problems[0];
    });
};

function tell({ io: { out } }: Context, reports: readonly ReleaseReport[]): void {
  const rows = reports.map((one) => [
    one.version,
    stateText(one),
    waitingText(one),
    passwordText(one),
    dueText(one.due),
  ]);
  out.write(table(out, ["release", "state", "next", "password", "due"], rows));
}

function problemOf(read: () => unknown): UserError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
