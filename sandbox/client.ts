import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PermissionMode } from "../model/access/types";
import { UserError, type Problem } from "../model/errors";
import type { StandingCluster } from "./existing-clusters";
import type { ExistingRegistry } from "./existing-registries";
import type { Fault } from "./faults/fault";
import type { StandingFault } from "./faults/faults";
import type { Status } from "./http/control";
import type { ClusterPrograms } from "./kubernetes/control-plane";
import { defaultPort, sandboxPlaces, type SandboxPlaces } from "./places";
import type { Session } from "./sessions";

export { defaultPort, subscriptionId, tenantId } from "./places";
export { kinds as faultKinds, type Fault, type FaultKind } from "./faults/fault";
export type { StandingFault } from "./faults/faults";
export type { Session } from "./sessions";
export type { Status } from "./http/control";
export { clusterPrograms, type ClusterPrograms } from "./kubernetes/control-plane/programs";

/** Where a sandbox keeps everything: `$AIRLOCK_HOME`. */
export interface Home {
  readonly home: string;
}

export interface StartOptions extends Home {
  /** Prefix of names: the platform identity is `sp-<organization>-platform`. */
  readonly organization: string;
  /** Port of the Azure endpoint; default 7443. */
  readonly port?: number;
  /** Registry name → port; a registry that is not named here gets the next free one. */
  readonly registryPorts?: Readonly<Record<string, number>>;
  /** Permission modes of the path's registries; default `abac`. */
  readonly modes?: readonly PermissionMode[];
  /** GUIDs of further roles that the platform may assign; none by default. */
  readonly assignable?: readonly string[];
  /** Whether the platform may make clusters. */
  readonly makesClusters?: boolean;
  /** Subject of the token that signs the platform identity in; that of a workflow of `<organization>/platform` by default. */
  readonly platformSubject?: string;
  /** Registries that stand from the start; none by default. */
  readonly existing?: readonly ExistingRegistry[];
  /** Clusters that stand from the start; none by default. */
  readonly existingClusters?: readonly StandingCluster[];
  /** What a manifest locked for writing does to new tags; default `refuses-tags`. */
  readonly manifestWriteLock?: "refuses-tags" | "allows-tags";
  /** Programs of the clusters' control planes; without them objects are kept, and nothing runs. */
  readonly clusterPrograms?: ClusterPrograms;
  /** Program of the daemon, `.js` or `.ts`; default the source beside this file. */
  readonly entry?: string;
}

type Method = "GET" | "POST" | "DELETE";

/** How long a start may take, in milliseconds. */
const startLimit = 60_000;

/**
 * Starts the sandbox and waits until it answers; one that runs already is left alone.
 * @throws UserError (2) when a port is taken, (3) when it does not come up
 */
export async function startSandbox(options: StartOptions): Promise<Status & { readonly already: boolean }> {
  const running = await sandboxStatus(options);
  if (running) return { ...running, already: true };
  const places = sandboxPlaces(options.home);
  mkdirSync(places.root, { recursive: true, mode: 0o700 });
  // Nothing answered: a record of an earlier process is stale, whatever has its number now.
  rmSync(places.daemonFile, { force: true });
  const end = spawnDaemon(places, options);
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    const ended = end();
    if (ended) throw new UserError(ended);
    const status = existsSync(places.daemonFile) ? await sandboxStatus(options) : undefined;
    if (status) return { ...status, already: false };
    await sleep(50);
  }
  throw new UserError({
    what: `the sandbox did not answer within ${startLimit / 1000} seconds`,
    where: places.logFile,
    exitCode: 3,
  });
}

/** Ends the sandbox; its state stays. False when it did not run. */
export async function stopSandbox(location: Home): Promise<boolean> {
  const status = await sandboxStatus(location);
  if (!status) return false;
  await call(sandboxPlaces(location.home), "POST", "stop");
  const deadline = Date.now() + startLimit;
  while (isAlive(status.pid) && Date.now() < deadline) await sleep(20);
  return true;
}

/** What runs, or undefined when nothing answers. */
export async function sandboxStatus(location: Home): Promise<Status | undefined> {
  const places = sandboxPlaces(location.home);
  if (!existsSync(places.daemonFile)) return undefined;
  try {
    return (await call(places, "GET", "status")) as Status;
  } catch {
    return undefined;
  }
}

/**
 * Signs in an identity, a user, or a member of a group; without a name the platform's identity.
 * @throws UserError (2) for an unknown name, and when the sandbox does not run
 */
export async function openSession(location: Home, as?: string): Promise<Session> {
  return (await callRunning(location, "sessions", as === undefined ? {} : { as })) as Session;
}

/** Forgets every resource, identity and image, and starts afresh. @throws UserError (2) when it does not run */
export async function resetSandbox(location: Home): Promise<void> {
  await callRunning(location, "reset", {});
}

/** Switches a fault on, beside those that are. @throws UserError (2) when it is none, or the sandbox does not run */
export async function setFault(location: Home, fault: Fault): Promise<StandingFault> {
  return (await callRunning(location, "faults", fault)) as StandingFault;
}

/** The faults that are switched on, in their order. @throws UserError (2) when the sandbox does not run */
export async function listFaults(location: Home): Promise<readonly StandingFault[]> {
  const { faults } = (await callRunning(location, "faults", undefined, "GET")) as { faults: StandingFault[] };
  return faults;
}

/** Switches all faults off; what was late takes effect. @throws UserError (2) when the sandbox does not run */
export async function clearFaults(location: Home): Promise<void> {
  await callRunning(location, "faults", undefined, "DELETE");
}

/** What somebody approves on GitHub. */
export interface Review {
  readonly kind: "review" | "run";
  /** Owner and name. */
  readonly repository: string;
  readonly login: string;
  readonly text: string;
}

/** Somebody approves on GitHub. @returns the address of it @throws UserError (2) when the sandbox does not run */
export async function reviewOnGitHub(location: Home, review: Review): Promise<string> {
  return ((await callRunning(location, "reviews", review)) as { address: string }).address;
}

/** Dismisses a review, or writes other words into it. @throws UserError (2) when there is none, or the sandbox does not run */
export async function changeReview(location: Home, id: string, text?: string): Promise<void> {
  await callRunning(location, "reviews", { id, text }, "DELETE");
}

async function callRunning(
  location: Home,
  action: string,
  body: unknown,
  method: Method = "POST",
): Promise<unknown> {
  if (!(await sandboxStatus(location))) {
    throw new UserError({
      what: "the sandbox does not run",
      fix: "Run: npx airlock sandbox start",
      exitCode: 2,
    });
  }
  return call(sandboxPlaces(location.home), method, action, body);
}

/** Starts the process on its own; the returned function says why it ended, once it has. */
function spawnDaemon(places: SandboxPlaces, options: StartOptions): () => Problem | undefined {
  const entry = path.resolve(options.entry ?? path.join(__dirname, "daemon.ts"));
  const hosts = Object.entries(options.registryPorts ?? {}).map(([name, port]) => `${name}=${port}`);
  const log = openSync(places.logFile, "w", 0o600);
  const child = spawn(
    process.execPath,
    [
      ...(entry.endsWith(".ts") ? ["--require", require.resolve("ts-node/register/transpile-only")] : []),
      entry,
      ...["--home", path.resolve(options.home)],
      ...["--port", String(options.port ?? defaultPort)],
      ...["--registry-hosts", hosts.join(",")],
      ...["--seed", options.organization],
      ...["--modes", (options.modes ?? ["abac"]).join(",")],
      ...["--assignable", (options.assignable ?? []).join(",")],
      ...(options.makesClusters ? ["--makes-clusters"] : []),
      ...(options.platformSubject === undefined ? [] : ["--platform-subject", options.platformSubject]),
      ...["--existing", JSON.stringify(options.existing ?? [])],
      ...["--existing-clusters", JSON.stringify(options.existingClusters ?? [])],
      ...["--manifest-write-lock", options.manifestWriteLock ?? "refuses-tags"],
      ...(options.clusterPrograms ? ["--cluster-programs", JSON.stringify(options.clusterPrograms)] : []),
    ],
    {
      detached: true,
      stdio: ["ignore", log, log],
      // From its own folder: there ts-node finds the project's configuration.
      cwd: path.dirname(entry),
    },
  );
  closeSync(log);
  child.unref();
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));
  return () => {
    if (failure) return { what: `the sandbox can't be started: ${failure.message}`, exitCode: 3 };
    if (child.exitCode === null && child.signalCode === null) return undefined;
    return lastProblem(places.logFile);
  };
}

function lastProblem(logFile: string): Problem {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  try {
    return JSON.parse(lines[lines.length - 1]) as Problem;
  } catch {
    return { what: "the sandbox ended while it started", where: logFile, exitCode: 3 };
  }
}

function call(places: SandboxPlaces, method: Method, action: string, body?: unknown): Promise<unknown> {
  const { port } = JSON.parse(readFileSync(places.daemonFile, "utf8")) as { port: number };
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "localhost",
        port,
        method,
        path: `/sandbox/${action}`,
        ca: readFileSync(places.certificateFile, "utf8"),
        headers: {
          "x-sandbox-key": readFileSync(places.controlKeyFile, "utf8"),
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as { error?: Problem };
          if (response.statusCode === 200) resolve(answer);
          else reject(new UserError(problemOf(answer.error, action)));
        });
      },
    );
    sent.on("error", reject);
    sent.end(text);
  });
}

function problemOf(problem: Problem | undefined, action: string): Problem {
  return problem?.what ? problem : { what: `the sandbox refused "${action}"`, exitCode: 3 };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
