import { shortDigest } from "../../model/image-reference";
import type { PathRegistry } from "../../model/promotion-path";
import { json } from "../output/io";
import { table } from "../output/table";
import { pendingMoves } from "../promotion/plan";
import { readRunning, type Declared } from "../promotion/running";
import { chooseProject } from "../context";
import { rejectedDigests, type RejectedDigest } from "../deploy/rejected";
import { cwdOption, jsonOption, type Register } from "./command";

/** `airlock status`: what the stack files say that each environment runs, and what waits. */
export const registerStatus: Register = (program, context) => {
  program
    .command("status")
    .description("what each environment runs, and what could be promoted next")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: { json?: boolean; cwd?: string }) => {
      const project = chooseProject(context, options.cwd);
      const declared = readRunning(project);
      const rejected = rejectedDigests(project);
      const { out } = context.io;
      if (options.json) json(out, { ...statusReport(declared), ...(rejected.length > 0 && { rejected }) });
      else out.write(statusText(declared, out.terminal) + rejectedText(rejected));
    });
};

/** What `status --json` prints. */
export function statusReport({ settings, running }: Declared) {
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
    pending: pendingMoves(settings.path, running),
  };
}

function registryReport({ registry, host, customHost }: PathRegistry) {
  return { registry, host, ...(customHost !== undefined && { customHost }) };
}

/** What `status` prints: repositories × environments, then the promotions that wait. */
export function statusText(declared: Declared, terminal: boolean): string {
  const { settings, running } = declared;
  const environments = settings.path.environments.map(({ name }) => name);
  const repositories = [...new Set(environments.flatMap((name) => Object.keys(running[name])))].sort();
  if (repositories.length === 0) {
    return "No environment runs an image yet. A new build enters with: airlock publish <repository>@<digest> --version <version>\n";
  }
  const rows = repositories.map((repository) => [
    repository,
    ...environments.map((name) => {
      const entry = running[name][repository];
      return entry === undefined ? "-" : `${entry.version} ${shortDigest(entry.digest)}`;
    }),
  ]);
  const waiting = pendingMoves(settings.path, running).map(
    ({ repository, version, from, to }) =>
      `${version} of ${repository} waits in ${from}: airlock promote ${repository} --to ${to}\n`,
  );
  return table({ terminal }, ["repository", ...environments], rows) + waiting.join("") + footnote;
}

function rejectedText(rejected: readonly RejectedDigest[]): string {
  return rejected
    .map(
      ({ stack, workload, repository, digest }) =>
        `${shortDigest(digest)} of ${repository} never runs again as ${workload} of ${stack}: its canary was aborted\n`,
    )
    .join("");
}

const footnote =
  "(What the stack files say; pulumi preview -s <environment> shows what is not carried out yet.)\n";

function sorted<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
