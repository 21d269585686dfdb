import { UserError } from "../../model/errors";
import type { Settings } from "../../model/settings";
import { loadSettings, stackNames, type Project } from "../project";
import type { Running } from "./plan";

/** What every stack file of a project says. */
export interface Declared {
  /** Settings that all stacks share; `images` and `environment` are those of one of them. */
  readonly settings: Settings;
  readonly running: Running;
}

/**
 * Reads every stack file of the project. An environment without one runs nothing.
 * @throws UserError (exit 2) for the first file that is wrong, or when there is none.
 */
export function readRunning(project: Project): Declared {
  const stacks = stackNames(project).map((name) => loadSettings(project, name));
  const [first] = stacks;
  if (first === undefined) {
    throw new UserError({
      what: "the project has no stack",
      where: project.directory,
      fix: "A stack is a file Pulumi.<stack>.yaml beside Pulumi.yaml",
      exitCode: 2,
    });
  }
  const running = Object.fromEntries(
    first.path.environments.map(({ name }) => [
      name,
      stacks.find(({ environment }) => environment === name)?.images ?? {},
    ]),
  );
  return { settings: first, running };
}

/** The identity whose cell lets it import into an environment; `undefined` unless it is exactly one. */
export function promoterOf(settings: Settings, environment: string): string | undefined {
  const holders = Object.keys(settings.access).filter((identity) =>
    settings.access[identity][environment]?.some((cell) => cell === "import"),
  );
  return holders.length === 1 ? holders[0] : undefined;
}
