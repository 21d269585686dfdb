import { connect } from "node:net";
import { realpathSync } from "node:fs";
import type { Process } from "./processes";

/** A language host, or a program that one runs, that outlived its engine. */
export interface Orphan {
  readonly pid: number;
  /** What it is called: `pulumi-language-nodejs`, or `the program of stack prod`. */
  readonly name: string;
}

/**
 * Language hosts and programs of a project whose engine is dead. A host asks after its engine every five minutes, and ends when
 * it hears nothing; until then it is idle. A program in Node tries to report that its engine is gone: once its host is gone
 * too, it reports for ever that it can't report, and takes a whole core for it. The command line of each names both, the
 * project's folder and its engine's address: one whose engine still listens is left alone, whoever started it.
 *
 * @param directory folder of the project.
 */
export async function orphansOf(
  directory: string,
  processes: readonly Process[],
  listens: (address: string) => Promise<boolean> = answers,
): Promise<Orphan[]> {
  const folders = new Set([directory, realpathSync(directory)]);
  const children = processes.flatMap(({ pid, command }) => {
    const child = hostIn(command) ?? programIn(command);
    const ours = child && [...folders].some((folder) => isWithin(child.folder, folder));
    return ours ? [{ pid, ...child }] : [];
  });
  const alive = await Promise.all(children.map(({ engine }) => listens(engine)));
  return children.filter((_, index) => !alive[index]).map(({ pid, name }) => ({ pid, name }));
}

interface Child {
  readonly name: string;
  readonly folder: string;
  /** Address. */
  readonly engine: string;
}

function hostIn(command: string): Child | undefined {
  const match = /^(?:\S*\/)?(pulumi-language-[a-z]+) .*?-root=(.+?) (?:-.* )?(\S+:\d+)$/.exec(command);
  return match ? { name: match[1], folder: match[2], engine: match[3] } : undefined;
}

function programIn(command: string): Child | undefined {
  const match =
    /^(?:\S*\/)?node .*\/@pulumi\/pulumi\/cmd\/run\S* --monitor \S+ --engine (\S+:\d+) .*--stack (\S+) --pwd (.+?) --/.exec(
      command,
    );
  return match ? { name: `the program of stack ${match[2]}`, folder: match[3], engine: match[1] } : undefined;
}

// A host's root is the project's folder, a program's its `main`.
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Asks processes to end; one that has ended meanwhile counts as asked.
 * @returns those that did not let themselves be asked, since they are somebody else's.
 */
export function endAll(orphans: readonly Orphan[]): Orphan[] {
  return orphans.filter(({ pid }) => {
    try {
      process.kill(pid, "SIGTERM");
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== "ESRCH";
    }
  });
}

/** Whether anything listens. Only a refusal says that nothing does; whatever else happens counts as yes. */
export function answers(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "ECONNREFUSED"));
  });
}
