import type { RegisteredResource } from "../../model/access/from-resources";
import type { PathFacts, StandingFacts } from "../../model/proof";
import { standingFacts } from "../../model/proof/facts-from-resources";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import type { Project } from "../project";
import { askEngine } from "./ask-engine";

/** The facts, with what each environment's state says of it now. A stack that never ran says nothing. */
export async function withStanding(
  facts: PathFacts,
  settings: Settings,
  project: Project,
  env: NodeJS.ProcessEnv,
): Promise<PathFacts> {
  const environments = await Promise.all(
    (facts.environments ?? []).map(async (environment) => {
      const standing = await standingIn(environment.name, settings, project, env);
      return { ...environment, ...(standing && { standing }) };
    }),
  );
  return { ...facts, environments };
}

async function standingIn(
  column: string,
  settings: Settings,
  { directory }: Project,
  env: NodeJS.ProcessEnv,
): Promise<StandingFacts | undefined> {
  const stack = registriesOn(settings.path).find((registry) => registry.column === column)?.name ?? column;
  const words = ["stack", "export", "--stack", stack, "--non-interactive"];
  const { code, output } = await askEngine(words, env, directory);
  return code === 0 ? standingFacts(resourcesIn(output), settings, column) : undefined;
}

interface Exported {
  readonly deployment?: { readonly resources?: readonly Partial<RegisteredResource & { urn: string }>[] };
}

function resourcesIn(output: string): RegisteredResource[] {
  const { deployment } = JSON.parse(output) as Exported;
  return (deployment?.resources ?? []).map(({ type = "", urn = "", id, inputs = {}, outputs = {} }) => ({
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    ...(id !== undefined && { id }),
    inputs,
    outputs,
  }));
}
