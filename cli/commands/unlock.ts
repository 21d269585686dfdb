import { hostname } from "node:os";
import { UserError } from "../../model/errors";
import { chooseProject, type ChosenProject, type Context } from "../context";
import { backendEnvironment, findEngine, withEngine } from "../engine-environment";
import { assertOwnersDead, backendFolder, isAlive, readLocks } from "../engine-lock";
import { json, line, note } from "../output/io";
import { loadSettings } from "../project";
import { clearHalfWritten } from "../recovery/half-written";
import { endAll, orphansOf, type Orphan } from "../recovery/orphans";
import { explainPending, type Pending } from "../recovery/pending";
import { runningProcesses } from "../recovery/processes";
import { cancel, forgetPending, withExport, type EngineAt } from "../recovery/state";
import { cwdOption, jsonOption, type Register } from "./command";

/** What an unlock found and did. */
interface Unlocked {
  readonly stack: string;
  readonly unlocked: boolean;
  /** Processes that held the lock. */
  readonly dead: readonly number[];
  /** What they had left running. */
  readonly ended: readonly Orphan[];
  /** What of it is somebody else's, and runs on. */
  readonly left: readonly Orphan[];
  /** Files that they had left half-written, below `.pulumi`. */
  readonly cleared: readonly string[];
  readonly pending: readonly Pending[];
}

/** `airlock unlock`: takes away the lock that a dead engine left on a folder backend, and says what it left undone. */
export const registerUnlock: Register = (program, context) => {
  program
    .command("unlock")
    .description("after a killed update: take its lock away, and say what is left to do")
    .requiredOption("-s, --stack <stack>", "the locked stack")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: { stack: string; cwd?: string; json?: boolean }) => {
      const project = chooseProject(context, options.cwd);
      const found = await unlock(context, project, options.stack);
      if (options.json) json(context.io.out, found);
      else tell(context, found);
    });
};

async function unlock(context: Context, project: ChosenProject, stack: string): Promise<Unlocked> {
  const { places, env: outer, io } = context;
  const env = project.sandbox ? withEngine(outer, backendEnvironment(places, findEngine(places))) : outer;
  const at: EngineAt = { cwd: project.directory, env };
  const folder = backendFolder(env.PULUMI_BACKEND_URL);
  const locks = readLocks(folder, project.name, stack);
  assertOwnersDead(locks, stack, { hostname: hostname(), isAlive, processes: runningProcesses });
  const cleared = clearHalfWritten(folder, project.name, stack, locks.length === 0);
  // The state is read under the dead engine's lock: until it is taken away, nobody else writes.
  return withExport(at, stack, async (deployment, file) => {
    const pending = explainPending(deployment, stack, subscriptionOf(project, stack));
    if (locks.length > 0) await cancel(at, stack);
    const orphans = locks.length > 0 ? await orphansOf(project.directory, runningProcesses()) : [];
    const left = endAll(orphans);
    const ended = orphans.filter((orphan) => !left.includes(orphan));
    if (pending.length > 0) {
      await forgetPending(at, stack, file).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        note(io.err, `The engine keeps them on record, and warns at each update: ${error.message}`);
      });
    }
    const dead = locks.map(({ pid }) => pid);
    return { stack, unlocked: locks.length > 0, dead, ended, left, cleared, pending };
  });
}

function tell({ io: { out } }: Context, found: Unlocked): void {
  const { stack, unlocked, dead, ended, left, cleared, pending } = found;
  const of = (pids: readonly number[]) => `process${pids.length > 1 ? "es" : ""} ${pids.join(", ")}`;
  line(
    out,
    unlocked
      ? `Stack ${stack} is unlocked: ${of(dead)} of this host ${dead.length > 1 ? "are" : "is"} dead.`
      : `Stack ${stack} is not locked.`,
  );
  for (const { name, pid } of ended) line(out, `Ended what it had left running: ${name}, process ${pid}.`);
  for (const { name, pid } of left)
    line(
      out,
      `Another user's, and left running: ${name}, process ${pid}. It ends by itself within five minutes.`,
    );
  for (const file of cleared) line(out, `Took away what was half-written: ${file}.`);
  if (pending.length > 0) line(out, "In the air were:");
  for (const { operation, type, name, advice, command } of pending) {
    line(out, `  ${operation} ${type} ${name}: ${advice}`);
    if (command !== undefined) line(out, `    ${command}`);
  }
  if (!unlocked && cleared.length + pending.length === 0) return;
  line(out, "Next:");
  line(out, `  pulumi up -s ${stack} --policy-pack policies`);
}

/** For the ids in Azure; an unlock also works beside a configuration that doesn't. */
function subscriptionOf(project: ChosenProject, stack: string): string | undefined {
  try {
    return loadSettings(project, stack).subscriptionId;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
