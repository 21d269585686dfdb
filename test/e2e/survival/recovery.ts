import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isJson } from "../../../cli/recovery/half-written";
import { succeeded, type Ran, type TestSandbox } from "../../support/sandbox";

/** What `airlock unlock --json` says. */
export interface Unlocked {
  readonly unlocked: boolean;
  readonly dead: readonly number[];
  readonly ended: readonly { readonly pid: number; readonly name: string }[];
  readonly cleared: readonly string[];
  readonly pending: readonly {
    readonly operation: string;
    readonly type: string;
    readonly name: string;
    readonly advice: string;
    readonly command?: string;
  }[];
}

/** `airlock unlock` of a stack. */
export async function unlock(sandbox: TestSandbox, stack: string): Promise<Unlocked> {
  const ran = await sandbox.airlock(["unlock", "-s", stack, "--json"], { cwd: sandbox.workspace });
  return JSON.parse(succeeded(ran).stdout) as Unlocked;
}

/**
 * Updates a stack after an unlock, as its advice says: where the engine refuses to create what stands already, the import that
 * `unlock` printed comes first.
 *
 * @returns the update that succeeded, and how many imports it took.
 */
export async function finish(
  sandbox: TestSandbox,
  stack: string,
  as: string | undefined,
  { pending }: Unlocked,
): Promise<{ ran: Ran; imports: number }> {
  let ran = await sandbox.up(stack, { as });
  const commands = pending.flatMap(({ command }) => (command === undefined ? [] : [command]));
  let imports = 0;
  while (ran.exitCode !== 0) {
    const known = refusedIds(ran).map((id) => commands.find((command) => command.includes(` ${id} `)));
    if (known.length === 0 || known.includes(undefined)) return { ran: succeeded(ran), imports };
    for (const command of known) {
      succeeded(await sandbox.shell(`${command} --yes --skip-preview`, { as }));
      imports++;
    }
    ran = await sandbox.up(stack, { as });
  }
  return { ran, imports };
}

function refusedIds({ output }: Ran): string[] {
  const found = [...output.matchAll(/cannot create already existing resource '([^']+)'/g)];
  return [...new Set(found.map(([, id]) => id))];
}

/** What is still there of updates that ended too early: locks of the stack, operations in the air, half-written files. */
export function settled(sandbox: TestSandbox, stack: string): string[] {
  const state = join(sandbox.home, "state/.pulumi");
  const locks = join(state, "locks/organization/onestream", stack);
  const { checkpoint } = JSON.parse(readFileSync(join(state, `stacks/onestream/${stack}.json`), "utf8")) as {
    checkpoint: { latest?: { pending_operations?: { type: string; resource: { urn: string } }[] } };
  };
  const pending = checkpoint.latest?.pending_operations ?? [];
  return [
    ...(existsSync(locks) ? readdirSync(locks).filter((name) => name.endsWith(".json")) : []),
    ...pending.map(({ type, resource }) => `${type} ${resource.urn}`),
    ...halfWritten(state).map((file) => relative(state, file)),
  ];
}

/** Drafts of the engine, and attributes that keep it from reading a file. */
function halfWritten(state: string): string[] {
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(
      (file) => file.endsWith(".tmp") || (file.endsWith(".attrs") && !isJson(readFileSync(file, "utf8"))),
    );
}
