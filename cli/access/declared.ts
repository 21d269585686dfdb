import {
  graphFromResources,
  type GraphContext,
  type RegisteredResource,
} from "../../model/access/from-resources";
import { pathContext } from "../../model/access/path-context";
import { releaseSignIns, type SignIn, statedSignIns } from "../../model/access/sign-ins";
import type { AccessGraph, Unjudged } from "../../model/access/types";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { noPoc, type World } from "../poc";
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
  readonly poc?: Settings;
  /** What the proof of concept registers. */
  readonly pocResources?: readonly RegisteredResource[];
  /** Object ids of whom the other world declares: the path's, or the proof of concept's. */
  readonly strangers?: ReadonlySet<string>;
}

/**
 * Runs the programs of a project and reads off who may do what.
 * @param world whose matrix is asked about; everybody of the project is judged in either
 * @throws UserError (exit 2) when a stack's configuration or program is wrong.
 */
export async function declaredAccess(
  checkout: string,
  project: Project,
  world: World = "path",
): Promise<DeclaredAccess> {
  const { resources: ofPath, settings: path, releases, poc } = await runProgram(checkout, project);
  if (world === "poc" && poc === undefined) throw noPoc();
  const [settings, others] = world === "path" ? [path, poc?.resources ?? []] : [poc!.settings, ofPath];
  const resources = [...ofPath, ...(poc?.resources ?? [])];
  const { clusters } = pathContext(path);
  const context = {
    ...graphContext(settings, releases),
    // Whoever signs in, in whichever world, signs in as it is stated.
    signIns: { ...graphContext(path, releases).signIns, ...(poc && statedSignIns(poc.settings)) },
    clusters,
  };
  const whole = withBootstrap(graphFromResources(resources, context), path, poc?.settings);
  const columns = columnsOf(whole, registryColumns(settings), settings);
  const graph = { ...whole, unjudged: aboutAny(whole.unjudged, columns) };
  const ofOthers = { subscriptionId: settings.subscriptionId, ...(world === "poc" && { clusters }) };
  const strangers = graphFromResources(others, ofOthers).principals;
  return {
    graph,
    settings,
    releases,
    ...(poc && { poc: poc.settings, pocResources: poc.resources }),
    strangers: new Set(strangers.map(({ id }) => id)),
    columns,
    resources,
  };
}

/** What may let somebody into one of the columns. */
function aboutAny(unjudged: AccessGraph["unjudged"] = [], columns: readonly Column[]): readonly Unjudged[] {
  return unjudged.filter(({ column }) => column === undefined || columns.some(({ name }) => name === column));
}

/** Columns of the path's registries, in its order. */
export function registryColumns({ path }: Settings): string[] {
  return registriesOn(path).map(({ column }) => column);
}

/** What resources alone don't say, the bootstrap included. @param releases settings of the stacks of releases */
export function graphContext(settings: Settings, releases: readonly Settings[] = []): GraphContext {
  return {
    ...pathContext(settings),
    signIns: Object.assign(
      statedSignIns(settings),
      bootstrapSignIns(settings),
      ...releases.map(releaseSignIns),
    ) as Record<string, SignIn>,
    subscriptionId: settings.subscriptionId,
  };
}
