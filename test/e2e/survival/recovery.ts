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
 * Updates a stack after an unlock, as its advice says: where an update is refused because something stands already, the
 * command that `unlock` printed for it comes first.
 *
 * @returns the update that succeeded, and how many imports it took.
 */
export async function finish(
  sandbox: TestSandbox,
  stack: string,
  as: string | undefined,
  { pending }: Pick<Unlocked, "pending">,
): Promise<{ ran: Ran; imports: number }> {
  const commands = pending.flatMap(({ command }) => (command === undefined ? [] : [command]));
  return finishBy(
    () => sandbox.up(stack, { as }),
    (command) => importAs(sandbox, command, as),
    commands,
  );
}

/** A `pulumi import` as `unlock` printed it. */
export async function importAs(sandbox: TestSandbox, command: string, as?: string): Promise<void> {
  succeeded(await sandbox.shell(`${command} --yes --skip-preview`, { as }));
}

/** The same, with any command that updates the stack, and any way to carry out what `unlock` printed. */
export async function finishBy(
  update: () => Promise<Ran>,
  carryOut: (command: string) => Promise<void>,
  commands: readonly string[],
): Promise<{ ran: Ran; imports: number }> {
  let ran = await update();
  for (let imports = 0; ; ran = await update()) {
    const needed = ran.exitCode === 0 ? [] : commandsFor(ran, commands);
    if (needed.length === 0 || needed.includes(undefined)) return { ran: succeeded(ran), imports };
    for (const command of needed as string[]) {
      await carryOut(command);
      imports++;
    }
  }
}

const blank = "<the id in that message>";

/** Of each thing that an update was refused for, because it stands already, the command that was printed for it. */
function commandsFor({ output }: Ran, commands: readonly string[]): (string | undefined)[] {
  const all = (pattern: RegExp) => [...new Set([...output.matchAll(pattern)].map(([, found]) => found))];
  const filled = (before: string, id: string) =>
    commands.find((command) => command.includes(`${before}${blank}`))?.replace(blank, id);
  const ends = (what: string) => commands.find((command) => ` ${command} `.includes(` ${what} `));
  return [
    ...all(/cannot create already existing resource '([^']+)'/g).map(ends),
    ...all(/FederatedIdentityCredential with name ([^,]+),/g).map((name) =>
      ends(`--federated-credential-id ${name}`),
    ),
    ...all(/an existing application named '[^']+' was found, with object id '([^']+)'/g).map((id) =>
      filled("/applications/", id),
    ),
    ...all(/service principal cannot be created: [^']+'[^']+' exists, with object id '([^']+)'/g).map((id) =>
      filled("/servicePrincipals/", id),
    ),
  ];
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
