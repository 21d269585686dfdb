import { signingColumn } from "../../model/access/matrix";
import { UserError } from "../../model/errors";
import { versionOfStack } from "../../model/release/names";
import { pocStack, type PromotedEntry, type Settings } from "../../model/settings";
import { requirePoc, type World } from "../poc";
import { isDelivery, loadSettings, stackNames, type Project } from "../project";

/** What each environment runs, by environment and repository. */
export type Running = Readonly<Record<string, Readonly<Record<string, PromotedEntry>>>>;

/** What the stack files of a project say of one of its worlds. */
export interface Declared {
  readonly world: World;
  /** Settings that all stacks of the world share; `images` and `environment` are those of one of them. */
  readonly settings: Settings;
  readonly running: Running;
}

/**
 * Reads what each environment runs. One of which no file says anything runs nothing.
 * @throws UserError (exit 2) for the first file that is wrong, or when there is none.
 */
export function readRunning(project: Project, world: World = "path"): Declared {
  return world === "poc" ? readPoc(project) : readPath(project);
}

function readPoc(project: Project): Declared {
  const settings = requirePoc(project);
  const { images } = settings.poc;
  const running = byEnvironment(settings, (name) => (Object.hasOwn(images, name) ? images[name] : undefined));
  return { world: "poc", settings, running };
}

/** The stack file of `shared` and of each environment. */
function readPath(project: Project): Declared {
  // Releases, a proof of concept and workloads promote nothing: what is wrong with one of them is in nobody's way here.
  const names = stackNames(project).filter(
    (name) => versionOfStack(name) === undefined && name !== pocStack && !isDelivery(project, name),
  );
  const stacks = names.map((name) => loadSettings(project, name));
  const [first] = stacks;
  if (first === undefined) {
    throw new UserError({
      what: "the project has no stack",
      where: project.directory,
      fix: "A stack is a file Pulumi.<stack>.yaml beside Pulumi.yaml",
      exitCode: 2,
    });
  }
  const running = byEnvironment(
    first,
    (name) => stacks.find(({ environment }) => environment === name)?.images,
  );
  return { world: "path", settings: first, running };
}

function byEnvironment(
  { path }: Settings,
  imagesOf: (environment: string) => Running[string] | undefined,
): Running {
  return Object.fromEntries(path.environments.map(({ name }) => [name, imagesOf(name) ?? {}]));
}

/**
 * The identity that runs an environment's stack when its images change: who imports into it, and in the first environment
 * who pushes and signs. `undefined` unless it is exactly one.
 */
export function moverOf(settings: Settings, environment: string): string | undefined {
  const { access } = settings;
  const holds = (identity: string, column: string, capability: string) =>
    access[identity][column]?.includes(capability) ?? false;
  const first = settings.path.environments[0].name === environment;
  const movers = Object.keys(access).filter((identity) =>
    first
      ? holds(identity, environment, "push") && holds(identity, signingColumn, "sign")
      : holds(identity, environment, "import"),
  );
  return movers.length === 1 ? movers[0] : undefined;
}
