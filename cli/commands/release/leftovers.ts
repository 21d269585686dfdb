import { UserError } from "../../../model/errors";
import { resourceGroupName } from "../../../model/physical-names";
import type { Environment } from "../../../model/promotion-path";
import { stageNamed } from "../../../model/release/stages";
import type { Settings } from "../../../model/settings";
import { chooseProject, type Context } from "../../context";
import { leftoverCloud } from "../../leftovers/azure";
import { leftoversMarkdown, leftoversText } from "../../leftovers/render";
import { tallyOf, type LeftoversReport } from "../../leftovers/report";
import { sweepLeftovers } from "../../leftovers/sweep";
import { json, line } from "../../output/io";
import { readRunning } from "../../promotion/running";
import { readRelease, releaseVersions } from "../../release/files";
import { custodianSignIn } from "../../sweep/custodian";
import { untilInterrupted } from "../../sweep/interrupt";
import { neededIn } from "../../sweep/needed";
import { azureRegistry } from "../../sweep/registry";

/** How the leftovers of an environment were asked for. */
export interface LeftoversOptions {
  readonly env: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly cwd?: string;
}

/** `airlock release sweep --env …`: what releases that ended left over there, and who is to delete it. */
export async function reportLeftovers(context: Context, options: LeftoversOptions): Promise<void> {
  const report = await sweep(context, options);
  const { out } = context.io;
  if (options.json) json(out, { ...report, summary: tallyOf(report) });
  else out.write(options.markdown ? leftoversMarkdown(report) : leftoversText(report, out.terminal));
  requireWhole(report);
}

async function sweep(context: Context, options: LeftoversOptions): Promise<LeftoversReport> {
  const project = chooseProject(context, options.cwd);
  const { settings } = readRunning(project);
  const environment = sweptStage(settings, options.env);
  const releases = releaseVersions(project).map(
    (version) => readRelease(project, version, { unjudged: true }).release,
  );
  const claimsAt = neededIn(project, settings, environment.name);
  const { credential, variables } = await custodianSignIn(context, project, settings, environment.name);
  const cloud = leftoverCloud({
    endpoint: variables.AIRLOCK_ARM_ENDPOINT || "https://management.azure.com",
    tokens: async (scope) => (await credential.getToken(scope))!.token,
    subscriptionId: settings.subscriptionId,
    group: resourceGroupName(settings, environment.name),
  });
  return untilInterrupted(context, (ends) =>
    sweepLeftovers({
      settings,
      environment,
      releases,
      claimsAt,
      openRegistry: (host) => azureRegistry(host, credential),
      ...(isTidied(settings, environment.name) && { cloud }),
      now: context.now,
      deletes: options.yes === true,
      ends,
      tell: (what) => line(context.io.err, `deleted ${what}`),
    }),
  );
}

/** @throws UserError (2) for an environment that is no stage, or whose images nobody deletes for a release's sake */
function sweptStage({ path }: Settings, name: string): Environment {
  const { environment, isLast } = stageNamed(path, name);
  if (!environment.protected && !isLast) return environment;
  throw new UserError({
    what: `nothing of ${name} is swept for a release: it is ${environment.protected ? "protected" : "the last stage, and runs what was released"}`,
    fix: `Images that nobody needs any more go by their age: airlock sweep --env ${name}`,
    exitCode: 2,
  });
}

function isTidied({ access }: Settings, environment: string): boolean {
  return Object.values(access).some((columns) => columns[environment]?.includes("tidy"));
}

/** @throws UserError (3) when something that goes is still there, or something could not be read */
function requireWhole(report: LeftoversReport): void {
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
