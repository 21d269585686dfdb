import { UserError } from "../../model/errors";
import { environmentNamed, registriesOf } from "../../model/promotion-path";
import { claimsOf, claimsOfReleases, fromHereOn, type ImagesByEnvironment } from "../../model/retention";
import type { Settings } from "../../model/settings";
import { chooseProject, type Context } from "../context";
import { json, line, note } from "../output/io";
import { loadSettings, stackNames, type Project } from "../project";
import { readRunning } from "../promotion/running";
import { readRelease, releaseVersions } from "../release/files";
import { custodianCredential } from "../sweep/custodian";
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
      requireWhole(report);
    });
};

async function sweep(context: Context, options: Options): Promise<SweepReport> {
  const project = chooseProject(context, options.cwd);
  const { settings } = readRunning(project);
  const environment = environmentNamed(settings.path, options.env);
  const images = neededImages(project, settings, environment.name);
  const releases = releaseVersions(project).map((version) => readRelease(project, version).release);
  const { holds } = loadSettings(project, environment.name);
  const credential = await custodianCredential(context, project, settings, environment.name);
  const deletes = options.yes === true;
  return untilInterrupted(context, async (ends) => {
    const rules: SweepRules = {
      retentionDays: environment.retentionDays,
      claimsAt: (now) => [
        ...claimsOf(settings.path, environment.name, images, holds, now),
        ...claimsOfReleases(releases, now),
      ],
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

/** What an environment and all later ones run. Where nobody says so, nothing is known to be needless. */
function neededImages(project: Project, { path }: Settings, environment: string): ImagesByEnvironment {
  const known = stackNames(project);
  const images: Record<string, Settings["images"]> = {};
  for (const name of fromHereOn(path, environment)) {
    if (!known.includes(name)) {
      throw new UserError({
        what: `nobody knows what ${name} runs, and so what of ${environment} it needs`,
        where: `Pulumi.${name}.yaml`,
        fix: "Write the stack's file, or check it out",
        exitCode: 2,
      });
    }
    images[name] = loadSettings(project, name).images;
  }
  return images;
}

/** The first interrupt ends the sweep after what is under way, with a report; another one ends it at once. */
async function untilInterrupted<T>({ io }: Context, work: (ends: AbortSignal) => Promise<T>): Promise<T> {
  const ends = new AbortController();
  const end = (): void => {
    note(io.err, "Ending after what is under way. Once more ends at once.");
    ends.abort();
    release();
  };
  const release = (): void => void (["SIGINT", "SIGTERM"] as const).forEach((name) => process.off(name, end));
  (["SIGINT", "SIGTERM"] as const).forEach((name) => process.on(name, end));
  try {
    return await work(ends.signal);
  } finally {
    release();
  }
}

/** @throws UserError (3) when something that goes is still there, or something could not be read */
function requireWhole(report: SweepReport): void {
  const { goes, refused, unreached, unread } = tallyOf(report);
  const problems = [
    ...(refused > 0 ? [`${refused} of ${goes} could not be deleted`] : []),
    ...(unreached > 0 ? [`${unreached} of ${goes} were not reached`] : []),
    ...(unread > 0
      ? [`${unread === 1 ? "one part" : `${unread} parts`} of ${report.environment} could not be read`]
      : []),
  ];
  if (problems.length === 0) return;
  throw new UserError({
    what: problems.join(", "),
    fix: "The report says why; then run it again, it goes on from what is there",
    exitCode: 3,
  });
}
