import { connect } from "node:net";
import { realpathSync } from "node:fs";
import type { Process } from "./processes";

/** A language host that outlived its engine. */
export interface Orphan {
  readonly pid: number;
  /** What it is called: `pulumi-language-nodejs`. */
  readonly name: string;
}

/**
 * Language hosts of a project whose engine is dead. A host asks after its engine every five minutes, and ends when it hears
 * nothing; until then it is idle. Its command line names both, the project's folder and its engine's address: one whose
 * engine still listens is left alone, whoever started it.
 *
 * @param directory folder of the project.
 */
export async function orphansOf(
  directory: string,
  processes: readonly Process[],
  listens: (address: string) => Promise<boolean> = answers,
): Promise<Orphan[]> {
  const folders = new Set([directory, realpathSync(directory)]);
  const hosts = processes.flatMap(({ pid, command }) => {
    const match = /^(?:\S*\/)?(pulumi-language-[a-z]+) .*?-root=(.+?) (?:-.* )?(\S+:\d+)$/.exec(command);
    return match && folders.has(match[2]) ? [{ pid, name: match[1], engine: match[3] }] : [];
  });
  const alive = await Promise.all(hosts.map(({ engine }) => listens(engine)));
  return hosts.filter((_, index) => !alive[index]).map(({ pid, name }) => ({ pid, name }));
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
