import { UserError } from "../../model/errors";
import { runEngine } from "../engine";
import type { Project } from "../project";
import { eventsAmong, type EngineEvent } from "./events";

/**
 * Previews a stack with the pack and returns what the engine told of it. A run that policies refuse is a good one.
 * @throws UserError (3) when the engine could not even begin.
 */
export async function previewEvents(
  project: Project,
  stack: string,
  env: NodeJS.ProcessEnv,
): Promise<EngineEvent[]> {
  const { output } = await runEngine(
    ["preview", "-s", stack, "--policy-pack", "policies", "--json", "--non-interactive", "--color", "never"],
    { cwd: project.directory, env: { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } },
  );
  const { events, others } = eventsAmong(output);
  if (events.length > 0) return events;
  throw new UserError({
    what: `pulumi preview of ${stack} did not begin: ${others.at(-1)?.replace(/^error: /, "") ?? "it said nothing"}`,
    exitCode: 3,
  });
}
