import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { note, type Io } from "./output/io";
import { findPlaces, type Places } from "./places";
import { findProject, openProject, type Project } from "./project";

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly places: Places;
  /** Whether the sandbox of this checkout runs. */
  readonly sandboxRuns: () => boolean;
  readonly now: () => Date;
}

/** A project, and whether it is the sandbox's workspace. */
export interface ChosenProject extends Project {
  readonly sandbox: boolean;
}

export function createContext(io: Io, sandboxRuns: (places: Places) => boolean): Context {
  const places = findPlaces();
  const cwd = process.cwd();
  return { io, env: process.env, cwd, places, sandboxRuns: () => sandboxRuns(places), now: () => new Date() };
}

/**
 * The project that a command reads and edits: the nearest one upwards. In the checkout itself, while the sandbox runs,
 * its workspace is meant, and a line on stderr says so.
 */
export function chooseProject(context: Context, cwd?: string): ChosenProject {
  const { places, io } = context;
  const project = findProject(cwd ?? context.cwd);
  if (
    cwd === undefined &&
    same(project.directory, places.checkout) &&
    existsSync(join(places.workspace, "Pulumi.yaml"))
  ) {
    if (context.sandboxRuns()) {
      note(io.err, `The sandbox runs: this is about ${places.workspace} (--cwd . for the checkout)`);
      return { ...openProject(places.workspace), sandbox: true };
    }
  }
  return { ...project, sandbox: same(project.directory, places.workspace) };
}

function same(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
