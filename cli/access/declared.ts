import {
  graphFromResources,
  type GraphContext,
  type RegisteredResource,
} from "../../model/access/from-resources";
import { registryContext } from "../../model/access/path-registries";
import { releaseSignIns, type SignIn, statedSignIns } from "../../model/access/sign-ins";
import type { AccessGraph } from "../../model/access/types";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import type { Project } from "../project";
import { bootstrapSignIns, withBootstrap } from "./bootstrap";
import { columnsOf, type Column } from "./effective";
import { runProgram } from "./run-program";

/** An access graph with the columns that it is asked about. */
export interface Asked {
  readonly graph: AccessGraph;
  readonly columns: readonly Column[];
  /** What the graph was made from. */
  readonly resources?: readonly RegisteredResource[];
}

/** What a project's programs declare about access, with what an administrator granted at bootstrap. */
export interface DeclaredAccess extends Asked {
  readonly settings: Settings;
  /** Settings of the stacks of releases. */
  readonly releases?: readonly Settings[];
}

/**
 * Runs the programs of a project and reads off who may do what.
 * @throws UserError (exit 2) when a stack's configuration or program is wrong.
 */
export async function declaredAccess(checkout: string, project: Project): Promise<DeclaredAccess> {
  const { resources, settings, releases } = await runProgram(checkout, project);
  const declared = graphFromResources(resources, graphContext(settings, releases));
  const graph = withBootstrap(declared, settings);
  return {
    graph,
    settings,
    releases,
    columns: columnsOf(graph, registryColumns(settings)),
    resources,
  };
}

/** Columns of the path's registries, in its order. */
export function registryColumns({ path }: Settings): string[] {
  return registriesOn(path).map(({ column }) => column);
}

/** What resources alone don't say, the bootstrap included. @param releases settings of the stacks of releases */
export function graphContext(settings: Settings, releases: readonly Settings[] = []): GraphContext {
  return {
    ...registryContext(settings),
    signIns: Object.assign(
      statedSignIns(settings),
      bootstrapSignIns(settings),
      ...releases.map(releaseSignIns),
    ) as Record<string, SignIn>,
    subscriptionId: settings.subscriptionId,
  };
}
