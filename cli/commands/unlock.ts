import { hostname } from "node:os";
import { UserError } from "../../model/errors";
import { chooseProject } from "../context";
import { runEngine } from "../engine";
import { backendEnvironment, findEngine, withEngine } from "../engine-environment";
import { assertOwnersDead, backendFolder, isAlive, readLocks } from "../engine-lock";
import { line } from "../output/io";
import { cwdOption, jsonOption, type Register } from "./command";

/** `airlock unlock`: takes away the lock that a dead engine left on a folder backend. */
export const registerUnlock: Register = (program, context) => {
  program
    .command("unlock", { hidden: true })
    .description("take away the lock that a killed engine left, once its owner is proven dead")
    .requiredOption("-s, --stack <stack>", "the locked stack")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: { stack: string; cwd?: string; json?: boolean }) => {
      const { stack } = options;
      const project = chooseProject(context, options.cwd);
      const { places, env: outer } = context;
      const env = project.sandbox ? withEngine(outer, backendEnvironment(places, findEngine(places))) : outer;
      const locks = readLocks(backendFolder(env.PULUMI_BACKEND_URL), project.name, stack);
      if (locks.length > 0) {
        assertOwnersDead(locks, stack, { hostname: hostname(), isAlive });
        const { code, output } = await runEngine(["cancel", stack, "--yes"], { cwd: project.directory, env });
        if (code !== 0) {
          throw new UserError({
            what: `pulumi cancel failed: ${output.trim()}`,
            where: `stack ${stack}`,
            exitCode: 3,
          });
        }
      }
      const pids = locks.map(({ pid }) => pid);
      if (options.json)
        line(context.io.out, JSON.stringify({ stack, unlocked: locks.length > 0, dead: pids }));
      else if (locks.length === 0) line(context.io.out, `Stack ${stack} is not locked.`);
      else
        line(context.io.out, `Stack ${stack} is unlocked: process ${pids.join(", ")} of this host is dead.`);
    });
};
