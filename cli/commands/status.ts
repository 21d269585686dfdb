import { shortDigest } from "../../model/image-reference";
import type { PathRegistry } from "../../model/promotion-path";
import { pocStack } from "../../model/settings";
import { json } from "../output/io";
import { table } from "../output/table";
import { inWorld, placeOf } from "../promotion/place";
import { pendingMoves, promoteCommand } from "../promotion/plan";
import { readRunning, type Declared } from "../promotion/running";
import { chooseProject } from "../context";
import { rejectedDigests, type RejectedDigest } from "../deploy/rejected";
import { worldOf, type World } from "../poc";
import { cwdOption, jsonOption, pocOption, type Register } from "./command";

/** `airlock status`: what the stack files say that each environment runs, and what waits. */
export const registerStatus: Register = (program, context) => {
  program
    .command("status")
    .description("what each environment runs, and what could be promoted next")
    .option(...pocOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: { poc?: boolean; json?: boolean; cwd?: string }) => {
      const project = chooseProject(context, options.cwd);
      const declared = readRunning(project, worldOf(options));
      const rejected = rejectedDigests(project).filter(inWorldOf(declared));
      const { out } = context.io;
      if (options.json) json(out, { ...statusReport(declared), ...(rejected.length > 0 && { rejected }) });
      else out.write(statusText(declared, out.terminal) + rejectedText(rejected));
    });
};

/** What `status --json` prints. */
export function statusReport(declared: Declared) {
  const { settings, running } = declared;
  return {
    environments: settings.path.environments.map(({ name, standard, ...own }) => ({
      name,
      ...registryReport(own),
      ...(standard && {
        standard: { ...registryReport(standard), promotions: standard.promotions },
      }),
      images: sorted(running[name]).map(([repository, { version, digest }]) => ({
        repository,
        version,
        digest,
      })),
    })),
    pending: pendingMoves(declared),
  };
}

function registryReport({ registry, host, customHost }: PathRegistry) {
  return { registry, host, ...(customHost !== undefined && { customHost }) };
}

/** What `status` prints: repositories × environments, then the promotions that wait. */
export function statusText(declared: Declared, terminal: boolean): string {
  const { world, settings, running } = declared;
  const environments = settings.path.environments.map(({ name }) => name);
  const repositories = [...new Set(environments.flatMap((name) => Object.keys(running[name])))].sort();
  if (repositories.length === 0) {
    const publish = `airlock publish <repository>@<digest> --version <version>${inWorld(world)}`;
    return `No environment runs an image yet. A new build enters with: ${publish}\n`;
  }
  const rows = repositories.map((repository) => [
    repository,
    ...environments.map((name) => {
      const entry = running[name][repository];
      return entry === undefined ? "-" : `${entry.version} ${shortDigest(entry.digest)}`;
    }),
  ]);
  const waiting = pendingMoves(declared).map(
    ({ repository, version, from, to }) =>
      `${version} of ${repository} waits in ${from}: ${promoteCommand(repository, to, world)}\n`,
  );
  return table({ terminal }, ["repository", ...environments], rows) + waiting.join("") + footnotes[world];
}

/** Whether what was rejected is of the world that is told about. */
function inWorldOf({ world, settings }: Declared): (rejected: RejectedDigest) => boolean {
  const stacks = settings.path.environments.map(({ name }) => placeOf(world, name).delivery);
  return ({ stack }) => stacks.includes(stack);
}

function rejectedText(rejected: readonly RejectedDigest[]): string {
  return rejected
    .map(
      ({ stack, workload, repository, digest }) =>
        `${shortDigest(digest)} of ${repository} never runs again as ${workload} of ${stack}: its canary was aborted\n`,
    )
    .join("");
}

const footnotes: Readonly<Record<World, string>> = {
  path: "(What the stack files say; pulumi preview -s <environment> shows what is not carried out yet.)\n",
  poc: `(What Pulumi.${pocStack}.yaml says; pulumi preview -s ${pocStack} shows what is not carried out yet.)\n`,
};

function sorted<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
