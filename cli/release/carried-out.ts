import { UserError } from "../../model/errors";
import type { CarriedOut } from "../../model/release/catch-up";
import { releaseStack } from "../../model/release/names";
import type { ChosenProject, Context } from "../context";
import { runEngine } from "../engine";
import { engineEnvironmentOf } from "../update";

/** What `pulumi stack history --json` says of one update, as far as it is read here. */
interface PastUpdate {
  readonly kind: string;
  readonly result: string;
  readonly config?: Readonly<Record<string, { readonly value?: string }>>;
}

/** Refreshes may follow an update, but not many. */
const looksBack = 20;

/**
 * Pulumi takes things away at the end of an update: only after one that succeeded with the stage closing are its
 * credentials gone, and the proof of that can stand.
 * @throws UserError: 1 when there was no such update, 3 when the engine doesn't say
 */
export async function assertClosingRan(
  context: Context,
  project: ChosenProject,
  version: string,
  stage: string,
): Promise<void> {
  const stack = releaseStack(version);
  const history = await historyOf(context, project, stack, `whether ${stage} of ${version} was closed`);
  if (closes(history, `${project.name}:release`, stage)) return;
  throw new UserError({
    what: `${stage} of ${version} is closing, and no update has carried that out`,
    where: `stack ${stack}`,
    fix: `Run pulumi up -s ${stack} --policy-pack policies, and then this again`,
    exitCode: 1,
  });
}

/**
 * What a release's file said at the last update that succeeded; undefined when there was none.
 * @throws UserError (3) when the engine doesn't say
 */
export async function lastCarriedOut(
  context: Context,
  project: ChosenProject,
  version: string,
): Promise<CarriedOut | undefined> {
  const history = await historyOf(context, project, releaseStack(version), `how far ${version} is`);
  const last = (JSON.parse(history) as PastUpdate[]).find(
    ({ kind, result }) => kind === "update" && result === "succeeded",
  );
  const value = last?.config?.[`${project.name}:release`]?.value;
  return value === undefined ? undefined : (JSON.parse(value) as CarriedOut);
}

/** The newest updates of a stack, as JSON; none of one that isn't there. @param question what the engine is asked */
async function historyOf(
  context: Context,
  project: ChosenProject,
  stack: string,
  question: string,
): Promise<string> {
  const { code, output } = await runEngine(
    ["stack", "history", "-s", stack, "--json", "--page-size", String(looksBack), "--non-interactive"],
    { cwd: project.directory, env: await engineEnvironmentOf(context, project) },
  );
  if (code === 0) return output;
  if (/no stack named/.test(output)) return "[]";
  throw new UserError({
    what: `the engine does not say ${question}: ${output.trim().replace(/\s+/g, " ")}`,
    fix: "Sign in to the stack's backend, or use --apply where updates are run",
    exitCode: 3,
  });
}

/** Whether the last update succeeded, with the stage on its way out. */
export function closes(history: string, key: string, stage: string): boolean {
  const last = (JSON.parse(history) as PastUpdate[]).find(({ kind }) => kind === "update");
  if (last?.result !== "succeeded") return false;
  const { stages } = JSON.parse(last.config?.[key]?.value ?? "{}") as {
    stages?: Record<string, { closing?: string }>;
  };
  return stages?.[stage]?.closing !== undefined;
}
