import { environmentNamed, registriesOf } from "../../model/promotion-path";
import { judgeRepository } from "../../model/retention";
import { chooseProject, type Context } from "../context";
import { json, line } from "../output/io";
import { readRunning } from "../promotion/running";
import { custodianSignIn } from "../sweep/custodian";
import { untilInterrupted } from "../sweep/interrupt";
import { neededIn } from "../sweep/needed";
import { requireWhole } from "../sweep/outcome";
import { azureRegistry } from "../sweep/registry";
import { sweepMarkdown, sweepText } from "../sweep/render";
import { sweepReport, tallyOf, type SweepReport } from "../sweep/report";
import { sweepRegistry, type SweepRules } from "../sweep/sweep";
import { cwdOption, jsonOption, refuseTogether, type Register } from "./command";

interface Options {
  env: string;
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
  markdown?: boolean;
  cwd?: string;
}

/** `airlock sweep`: what an environment's registries hold and nobody needs any more. */
export const registerSweep: Register = (program, context) => {
  program
    .command("sweep", { hidden: true })
    .description("which artifacts of an environment stay, which go and why; --yes deletes those")
    .requiredOption("--env <environment>", "whose registries")
    .option("--yes", "delete what goes")
    .option("--dry-run", "delete nothing, as without --yes")
    .option("--markdown", "print Markdown")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: Options) => {
      refuseTogether({ "--json": options.json, "--markdown": options.markdown });
      refuseTogether({ "--yes": options.yes, "--dry-run": options.dryRun });
      const report = await sweep(context, options);
      const { out } = context.io;
      if (options.json) json(out, { ...report, summary: tallyOf(report) });
      else out.write(options.markdown ? sweepMarkdown(report) : sweepText(report, out.terminal));
      requireWhole(tallyOf(report), report.environment);
    });
};

async function sweep(context: Context, options: Options): Promise<SweepReport> {
  const project = chooseProject(context, options.cwd);
  const { settings } = readRunning(project);
  const environment = environmentNamed(settings.path, options.env);
  const claimsAt = neededIn(project, settings, environment.name);
  const { credential } = await custodianSignIn(context, project, settings, environment.name);
  const deletes = options.yes === true;
  return untilInterrupted(context, async (ends) => {
    const rules: SweepRules = {
      judge: (stored, now) =>
        judgeRepository(stored, { retentionDays: environment.retentionDays, claims: claimsAt(now), now }),
      now: () => context.now().getTime(),
      deletes,
      ends,
      tell: ({ repository, digest }) => line(context.io.err, `deleted ${repository}@${digest}`),
    };
    const swept = [];
    for (const of of registriesOf(environment)) {
      const registry = await azureRegistry(of.host, credential);
      swept.push({ of, content: await sweepRegistry(registry, rules) });
    }
    return sweepReport(environment, deletes, swept);
  });
}
