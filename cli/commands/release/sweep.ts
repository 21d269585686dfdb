import { UserError } from "../../../model/errors";
import { chooseProject } from "../../context";
import { json, line, note } from "../../output/io";
import { markdownTable, table } from "../../output/table";
import type { How } from "../../release/print";
import { updateLine } from "../../release/steps";
import { sweepReleases, type Swept } from "../../release/sweep";
import { wrongUsage } from "../../wrong-usage";
import { cwdOption, dryRunOption, jsonOption, refuseTogether, type Register } from "../command";
import type { Options } from "./common";
import { reportLeftovers } from "./leftovers";

export const registerSweep: Register = (release, context) => {
  release
    .command("sweep")
    .description(
      "deletes the accounts of releases that ended a day ago, unless a hold stands; with --env what else they left over there",
    )
    .option(
      "--env <environment>",
      "what carries a release's tag there: images, machines, disks, storage, groups",
    )
    .option("--yes", "with --env: delete what goes")
    .option(...dryRunOption)
    .option("--apply", "run `pulumi up` of each release that something is due of")
    .option("--markdown", "print Markdown")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: Options & { markdown?: boolean; env?: string; yes?: boolean }) => {
      const { env, yes, apply, dryRun } = options;
      refuseTogether({ "--json": options.json, "--markdown": options.markdown });
      refuseTogether({ "--dry-run": dryRun, "--apply": apply, "--yes": yes });
      refuseTogether({ "--env": env, "--apply": apply });
      if (env !== undefined) return reportLeftovers(context, { ...options, env });
      if (yes) throw wrongUsage("--yes needs --env", "Accounts are deleted with --apply");
      const { out, err } = context.io;
      // The report alone is the answer.
      const swept = await sweepReleases(context, chooseProject(context, options.cwd), {
        ...options,
        json: true,
      });
      const rows = swept.map((one) => [
        ...[one.version, one.action, outcome(one, options), one.why],
        one.accounts.join("\n"),
      ]);
      const heading = ["release", "due", "done", "why", "accounts"];
      if (options.json) json(out, { dryRun: options.dryRun === true, releases: swept });
      else if (options.markdown) out.write(markdownTable(heading, rows));
      else if (rows.length === 0) line(out, "There are no releases.");
      else out.write(table(out, heading, rows));
      const marked = swept
        .filter(({ action, done }) => action === "delete" && done)
        .map(({ version: of }) => of);
      if (marked.length > 0 && !options.apply && !options.json && !options.markdown)
        ["Next:", ...marked.map(updateLine)].forEach((one) => line(out, one));
      const problems = swept.flatMap(({ version: of, problem }) => (problem ? [{ of, problem }] : []));
      problems.forEach(({ of, problem }) => note(err, `${of}: ${new UserError(problem).message}`));
      if (problems.length > 0) {
        throw new UserError({
          what: `${problems.length} of ${releaseCount(swept)} releases could not be swept: ${problems.map(({ of }) => of).join(", ")}`,
          fix: "The reasons stand above. Run it again when they are mended",
          exitCode: problems[0].problem.exitCode,
        });
      }
    });
};

function outcome({ action, done, problem }: Swept, { dryRun, apply }: How): string {
  if (problem) return "failed";
  if (action === "keep") return "-";
  if (action === "record") return "its file";
  if (done) return apply ? "yes" : "its file";
  return dryRun ? "a dry run" : "needs --apply";
}

function releaseCount(swept: readonly Swept[]): number {
  return new Set(swept.map(({ version: of }) => of)).size;
}
