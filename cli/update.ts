import { UserError } from "../model/errors";
import { commandingNoLog } from "../model/printable";
import type { ChosenProject, Context } from "./context";
import { isLockedByAnother, refusalOrFailure, runEngine } from "./engine";
import { line } from "./output/io";
import { engineFor } from "./sandbox/client";

/** How an update is run. */
export interface HowToUpdate {
  /** Who runs it in the sandbox: the platform, unless given. Elsewhere whoever is signed in does. */
  readonly as?: string;
  /** The stack's file was not changed for it. */
  readonly unchanged?: boolean;
  /** Without a preview before it, where nobody reads one. */
  readonly skipPreview?: boolean;
  /** A file in the place of the stack's own, for this update alone. */
  readonly configFile?: string;
  /** With `--json` stdout holds the object alone, and the engine speaks on stderr. */
  readonly json?: boolean;
}

/** The environment in which the engine works on a project. */
export function engineEnvironmentOf(
  { env, places }: Context,
  project: ChosenProject,
  as?: string,
): Promise<NodeJS.ProcessEnv> {
  return project.sandbox ? engineFor(places, env, as) : Promise.resolve(env);
}

/** `pulumi preview` of a stack, under the policy pack. @throws UserError as {@link runUpdate} */
export async function runPreview(
  context: Context,
  project: ChosenProject,
  stack: string,
  { as, json }: HowToUpdate,
): Promise<void> {
  const { io } = context;
  const { code, output } = await runEngine(
    ["preview", "-s", stack, "--policy-pack", "policies", "--color", io.out.terminal ? "always" : "never"],
    {
      cwd: project.directory,
      env: await engineEnvironmentOf(context, project, as),
      print: (text) => line(json ? io.err : io.out, commandingNoLog(text)),
    },
  );
  if (code === 0) return;
  const exitCode = refusalOrFailure(output);
  throw new UserError({
    what: `pulumi preview of ${stack} ${exitCode === 1 ? "was refused" : "failed"}`,
    fix: "The reason stands above",
    exitCode,
  });
}

/**
 * `pulumi up` of a stack whose file was changed, under the policy pack.
 * @throws UserError: exit 1 when a policy or a resource's own check refused, 3 when the cloud failed or another update is under way
 */
export async function runUpdate(
  context: Context,
  project: ChosenProject,
  stack: string,
  { as, unchanged, skipPreview, configFile, json }: HowToUpdate,
): Promise<void> {
  const { io } = context;
  const stays = unchanged ? "" : `; the change of Pulumi.${stack}.yaml stays`;
  const { code, output } = await runEngine(
    [
      "up",
      "-s",
      stack,
      "--policy-pack",
      "policies",
      "--yes",
      ...(skipPreview ? ["--skip-preview"] : []),
      ...(configFile === undefined ? [] : ["--config-file", configFile]),
      "--color",
      io.out.terminal ? "always" : "never",
    ],
    {
      cwd: project.directory,
      env: await engineEnvironmentOf(context, project, as),
      print: (text) => line(json ? io.err : io.out, commandingNoLog(text)),
    },
  );
  if (code === 0) return;
  if (isLockedByAnother(output)) {
    throw new UserError({
      what: `another update of ${stack} is under way${stays}, and nothing of it was carried out here`,
      fix: `When that one has ended, run pulumi up -s ${stack}; if it was killed, airlock unlock -s ${stack} first`,
      exitCode: 3,
    });
  }
  const exitCode = refusalOrFailure(output);
  throw new UserError({
    what: `pulumi up of ${stack} ${exitCode === 1 ? "was refused" : "failed"}${stays}`,
    fix: `The reason stands above. Run ${unchanged ? "it" : `pulumi up -s ${stack}`} again once it is mended${unchanged ? "" : ", or take the change back"}`,
    exitCode,
  });
}
