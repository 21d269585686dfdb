// The only door of the command line to the sandbox, whose code is loaded when it is needed.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { platformName } from "../../model/physical-names";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import type {
  ClusterPrograms,
  Fault,
  faultKinds as FaultKinds,
  StandingFault,
  Status,
} from "../../sandbox/client";
import { bootstrapSignIns } from "../access/bootstrap";
import { runEngine } from "../engine";
import {
  backendEnvironment,
  engineEnvironment,
  findEngine,
  withEngine,
  type Engine,
  type Session,
} from "../engine-environment";
import { isAlive } from "../engine-lock";
import type { Places } from "../places";
import { otherRoles, pocOf } from "../poc";
import { openProject, stackNames } from "../project";
import { readRunning } from "../promotion/running";
import { createWorkspace, removeWorkspace } from "../workspace";

// A require, not an import: commands that need no sandbox start without its code.
const sandboxCode = () => require("../../sandbox/client") as typeof import("../../sandbox/client");

/** Whether the sandbox of this checkout runs. */
export function sandboxRuns(places: Places): boolean {
  return runningDaemon(places) !== undefined;
}

/**
 * Where the sandbox answers: `https://localhost:<port>`.
 * @throws UserError (exit 2) when it does not run.
 */
export function endpointOf(places: Places): string {
  const daemon = runningDaemon(places);
  if (daemon !== undefined) return `https://localhost:${daemon.port}`;
  throw new UserError({
    what: "the sandbox does not run",
    where: places.home,
    fix: "Start it: npx airlock sandbox start. Another one's folder is named in AIRLOCK_HOME",
    exitCode: 2,
  });
}

/** The sandbox as it was started. */
export interface Started {
  readonly endpoint: string;
  readonly already: boolean;
  /** Whether clusters have control planes. */
  readonly controlPlanes: boolean;
}

/**
 * Starts the sandbox unless it runs, and makes its workspace with the project's stacks.
 * @throws UserError (exit 2) for control planes that it has not, or for which there are no programs.
 */
export async function startSandbox(places: Places, { cluster = false } = {}): Promise<Started> {
  const engine = findEngine(places);
  const { startSandbox: start } = sandboxCode();
  const programs = cluster ? await programsOf(places) : undefined;
  // The registries follow Azure's endpoint in path order.
  createWorkspace(places, places.port + 1);
  const settings = workspaceSettings(places);
  const { location, organization, path } = settings;
  const poc = pocOf(openProject(places.workspace));
  const registries = [...registriesOn(path), ...(poc ? registriesOn(poc.path) : [])];
  const { already, controlPlanes } = await start({
    home: places.home,
    port: places.port,
    organization,
    registryPorts: Object.fromEntries(registries.map(({ registry, host }) => [registry, portOf(host)])),
    modes: registriesOn(path).map(({ mode }) => mode),
    assignable: otherRoles(settings, poc),
    makesClusters: poc !== undefined,
    platformSubject: bootstrapSignIns(settings)[platformName(organization)].subject,
    existing: registries.flatMap(({ existing, registry, mode }) =>
      existing ? [{ name: registry, resourceGroup: existing.resourceGroup, mode, location }] : [],
    ),
    existingClusters: path.environments.flatMap(({ cluster }) => (cluster ? [{ ...cluster, location }] : [])),
    ...(programs && { clusterPrograms: programs }),
    entry: join(places.checkout, "sandbox/bin/daemon.js"),
  });
  await createStacks(places, engine);
  return { endpoint: endpointOf(places), already, controlPlanes };
}

/** Builds the programs of control planes where they are not on this machine yet. */
async function programsOf(places: Places): Promise<ClusterPrograms> {
  if ((await reportOf(places))?.controlPlanes === false) {
    throw new UserError({
      what: "the sandbox runs, and its clusters have no control planes",
      fix: "Stop it first: npx airlock sandbox stop. What it keeps stays",
      exitCode: 2,
    });
  }
  const programs = builtPrograms(places);
  if (programs) return programs;
  throw new UserError({
    what: "the programs of a control plane are not on this machine, and there is no Go to build them with",
    fix: "Install Go (https://go.dev/dl), or start without --cluster: objects are then validated and kept, and nothing runs",
    exitCode: 2,
  });
}

function builtPrograms({ checkout }: Places): ClusterPrograms | undefined {
  try {
    return sandboxCode().clusterPrograms(checkout);
  } catch {
    const what = "the programs of a control plane could not be built; what went wrong stands above";
    throw new UserError({ what, exitCode: 3 });
  }
}

/** Ends the sandbox; false when it did not run. */
export function stopSandbox(places: Places): Promise<boolean> {
  return sandboxRuns(places) ? sandboxCode().stopSandbox(places) : Promise.resolve(false);
}

/** Forgets everything: what the sandbox holds, and the workspace with the engine's state of it. One that runs goes on. */
export async function resetSandbox(places: Places): Promise<void> {
  const runs = sandboxRuns(places);
  if (runs) await sandboxCode().resetSandbox(places);
  else rmSync(places.sandbox, { recursive: true, force: true });
  removeWorkspace(places);
  if (runs) await startSandbox(places);
}

/** A fault as somebody asks for it; the sandbox judges it. */
export type AskedFault = Readonly<Record<"kind" | "on" | "match" | "times" | "seconds", unknown>>;

/** @throws UserError (exit 2) when it is no fault, or the sandbox does not run. */
export function setFault(places: Places, fault: AskedFault): Promise<StandingFault> {
  return sandboxCode().setFault(places, fault as unknown as Fault);
}

/** @throws UserError (exit 2) when the sandbox does not run. */
export function listFaults(places: Places): Promise<readonly StandingFault[]> {
  return sandboxCode().listFaults(places);
}

/** @throws UserError (exit 2) when the sandbox does not run. */
export function clearFaults(places: Places): Promise<void> {
  return sandboxCode().clearFaults(places);
}

/** Somebody approves on GitHub, in the repository of the workspace. @returns the address of what they said */
export function reviewOnGitHub(
  places: Places,
  review: { readonly kind: "review" | "run"; readonly login: string; readonly text: string },
): Promise<string> {
  endpointOf(places);
  const { owner, repository } = workspaceSettings(places).github;
  return sandboxCode().reviewOnGitHub(places, { ...review, repository: `${owner}/${repository}` });
}

/** Dismisses a review, or writes other words into it. @throws UserError (exit 2) when there is none */
export function changeReview(places: Places, id: string, text?: string): Promise<void> {
  return sandboxCode().changeReview(places, id, text);
}

/** Every kind of fault, and what it does. */
export function faultKinds(): typeof FaultKinds {
  return sandboxCode().faultKinds;
}

/** The sandbox as `sandbox status` shows it. */
export interface SandboxReport {
  readonly running: boolean;
  readonly endpoint?: string;
  /** Whether clusters have control planes; else their objects are validated and kept. */
  readonly controlPlanes?: boolean;
  readonly registries: readonly { readonly name: string; readonly host: string }[];
}

/** Where the sandbox answers, and the hosts of its registries. */
export async function sandboxReport(places: Places): Promise<SandboxReport> {
  const status = await reportOf(places);
  if (status === undefined) return { running: false, registries: [] };
  const { endpoint, controlPlanes, registries } = status;
  return { running: true, endpoint, controlPlanes, registries };
}

async function reportOf(places: Places): Promise<Status | undefined> {
  return sandboxRuns(places) ? sandboxCode().sandboxStatus(places) : undefined;
}

/**
 * Signs an identity in, or a member of a group.
 * @throws UserError (exit 2) when the sandbox does not run, or does not know the identity.
 */
export async function openSession(places: Places, as: string): Promise<Session> {
  endpointOf(places);
  return sandboxCode().openSession(places, as);
}

/** Variables with which plain `pulumi` works as an identity. */
export async function engineVariables(places: Places, as?: string): Promise<Record<string, string>> {
  const endpoint = endpointOf(places);
  const engine = findEngine(places);
  const identity = as ?? platformName(workspaceSettings(places).organization);
  return engineEnvironment(places, engine, {
    endpoint,
    identity,
    session: await openSession(places, identity),
  });
}

/** The same on top of an environment, for a child process. */
export async function engineFor(
  places: Places,
  env: NodeJS.ProcessEnv,
  as?: string,
): Promise<NodeJS.ProcessEnv> {
  return withEngine(env, await engineVariables(places, as));
}

/** Port of `localhost:<port>`, which every host of the workspace is. */
function portOf(host: string): number {
  const port = /^localhost:(\d+)$/.exec(host)?.[1];
  if (port !== undefined) return Number(port);
  throw new UserError({
    what: `${host} is not a host of the sandbox; expected localhost:<port>`,
    where: "Pulumi.yaml of the workspace: path",
    exitCode: 2,
  });
}

function workspaceSettings(places: Places): Settings {
  return readRunning(openProject(places.workspace)).settings;
}

// The first one alone: it also makes the backend's own files.
async function createStacks(places: Places, engine: Engine): Promise<void> {
  const project = openProject(places.workspace);
  const known = join(places.state, ".pulumi/stacks", project.name);
  const [first, ...others] = stackNames(project).filter((stack) => !existsSync(join(known, `${stack}.json`)));
  const env = withEngine(process.env, backendEnvironment(places, engine));
  const create = async (stack: string): Promise<void> => {
    const { code, output } = await runEngine(["stack", "init", stack, "--no-select"], {
      cwd: places.workspace,
      env,
    });
    if (code !== 0) throw new UserError({ what: `stack ${stack} could not be made: ${output}`, exitCode: 3 });
  };
  if (first === undefined) return;
  await create(first);
  await Promise.all(others.map(create));
}

function runningDaemon(places: Places): { readonly port: number } | undefined {
  const file = join(places.sandbox, "daemon.json");
  if (!existsSync(file)) return undefined;
  const daemon = JSON.parse(readFileSync(file, "utf8")) as { pid: number; port: number };
  return isAlive(daemon.pid) ? daemon : undefined;
}
