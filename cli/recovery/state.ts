import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { runEngine } from "../engine";
import type { Deployment } from "./pending";

/** Where and as whom the engine runs. */
export interface EngineAt {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Exports a stack's state, secrets in cipher text, for as long as `use` runs.
 * @throws UserError (exit 3) when the engine can't.
 */
export async function withExport<T>(
  at: EngineAt,
  stack: string,
  use: (deployment: Deployment, file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "airlock-state-"));
  const file = join(folder, "state.json");
  try {
    await engine(at, stack, ["stack", "export", "-s", stack, "--file", file]);
    return await use((JSON.parse(readFileSync(file, "utf8")) as { deployment: Deployment }).deployment, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Gives an exported state back, by which the engine forgets the operations that were in the air; it would warn of a creation at
 * every update otherwise, also once it is there.
 * @throws UserError (exit 3) when the engine can't, or an update has changed the state since the export.
 */
export async function forgetPending(at: EngineAt, stack: string, file: string): Promise<void> {
  const now = `${file}.now`;
  await engine(at, stack, ["stack", "export", "-s", stack, "--file", now]);
  if (!readFileSync(now).equals(readFileSync(file))) {
    throw new UserError({
      what: "an update changed the state meanwhile",
      where: `stack ${stack}`,
      fix: `Run airlock unlock -s ${stack} again when it has ended`,
      exitCode: 3,
    });
  }
  await engine(at, stack, ["stack", "import", "-s", stack, "--file", file]);
}

/** Takes every lock off a stack. */
export async function cancel(at: EngineAt, stack: string): Promise<void> {
  await engine(at, stack, ["cancel", stack, "--yes"]);
}

async function engine(at: EngineAt, stack: string, words: readonly string[]): Promise<void> {
  const { code, output } = await runEngine([...words, "--non-interactive", "--color", "never"], at);
  if (code === 0) return;
  if (/no stack named/.test(output)) {
    throw new UserError({
      what: `there is no stack ${stack}`,
      fix: "pulumi stack ls names those that there are",
      exitCode: 2,
    });
  }
  const verb = words[0] === "stack" ? `stack ${words[1]}` : words[0];
  throw new UserError({
    what: `pulumi ${verb} failed: ${output.trim().replace(/\s+/g, " ")}`,
    where: `stack ${stack}`,
    exitCode: 3,
  });
}
