import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:https";
import { parseArgs } from "node:util";
import { UserError } from "../model/errors";
import { createAuthority, type ServerCertificate } from "./certificates";
import type { StandingCluster } from "./existing-clusters";
import type { ExistingRegistry } from "./existing-registries";
import { azureEndpoint } from "./http/endpoint";
import { azureWording } from "./http/refusal";
import { writeFileAtomically } from "./json-store";
import type { ClusterPrograms } from "./kubernetes/control-plane";
import { endServer, serveTls } from "./listen";
import { defaultPort, sandboxPlaces, type SandboxPlaces } from "./places";
import { clearState, openSandbox, type SandboxOptions } from "./sandbox";

/** Runs the sandbox in this process until it is told to stop. */
async function main(): Promise<void> {
  const { places, options } = readArguments();
  mkdirSync(places.root, { recursive: true, mode: 0o700 });
  refuseSecond(places);
  const authority = await createAuthority(places.root);
  const certificate = await authority.issue(["localhost", "127.0.0.1"]);
  const controlKey = randomBytes(32).toString("base64url");

  await refuseTaken([...Object.values(options.registryPorts), options.port - 1], certificate);
  let sandbox = await openSandbox(places, options, certificate);
  const handler = azureEndpoint(() => sandbox, {
    controlKey,
    stop: () => void stop(),
    async reset() {
      await sandbox.close();
      clearState(places);
      sandbox = await openSandbox(places, options, certificate);
    },
  });
  const server: Server = await serveTls(options.port, certificate, handler, azureWording);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rmSync(places.daemonFile, { force: true });
    await sandbox.close();
    await endServer(server);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  writeFileAtomically(places.controlKeyFile, controlKey);
  // The last thing: who waits for this file finds a sandbox that answers.
  writeFileAtomically(places.daemonFile, JSON.stringify({ pid: process.pid, port: options.port }));
}

function readArguments(): { places: SandboxPlaces; options: SandboxOptions } {
  const { values } = parseArgs({
    options: {
      home: { type: "string" },
      port: { type: "string", default: String(defaultPort) },
      "registry-hosts": { type: "string", default: "" },
      seed: { type: "string" },
      modes: { type: "string", default: "abac" },
      assignable: { type: "string", default: "" },
      "makes-clusters": { type: "boolean", default: false },
      "platform-subject": { type: "string" },
      existing: { type: "string", default: "[]" },
      "existing-clusters": { type: "string", default: "[]" },
      "manifest-write-lock": { type: "string", default: "refuses-tags" },
      "cluster-programs": { type: "string" },
    },
  });
  if (!values.home || !values.seed) {
    throw new UserError({ what: "the sandbox needs --home and --seed", exitCode: 2 });
  }
  const registryPorts = Object.fromEntries(
    values["registry-hosts"]
      .split(",")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [name, port] = pair.split("=") as [string, string?];
        return [name, portFrom(port, `--registry-hosts ${pair}`)];
      }),
  );
  return {
    places: sandboxPlaces(values.home),
    options: {
      organization: values.seed,
      port: portFrom(values.port, "--port"),
      registryPorts,
      modes: values.modes.split(",").map((mode) => oneOf(mode, ["abac", "rbac"], "--modes")),
      assignable: values.assignable.split(",").filter((guid) => guid !== ""),
      makesClusters: values["makes-clusters"],
      platformSubject: values["platform-subject"],
      // From the command line's own hand, which has read it from a validated configuration.
      existing: JSON.parse(values.existing) as ExistingRegistry[],
      existingClusters: JSON.parse(values["existing-clusters"]) as StandingCluster[],
      manifestWriteLock: oneOf(
        values["manifest-write-lock"],
        ["refuses-tags", "allows-tags"],
        "--manifest-write-lock",
      ),
      ...(values["cluster-programs"] !== undefined && {
        clusterPrograms: JSON.parse(values["cluster-programs"]) as ClusterPrograms,
      }),
    },
  };
}

function oneOf<T extends string>(value: string, known: readonly T[], where: string): T {
  const found = known.find((one) => one === value);
  if (found) return found;
  throw new UserError({ what: `"${value}" is not one of ${known.join(", ")}`, where, exitCode: 2 });
}

function portFrom(text: string | undefined, where: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new UserError({ what: `"${text}" is not a port`, where, exitCode: 2 });
}

function refuseSecond(places: SandboxPlaces): void {
  if (!existsSync(places.daemonFile)) return;
  const { pid } = JSON.parse(readFileSync(places.daemonFile, "utf8")) as { pid: number };
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  throw new UserError({
    what: `this sandbox runs already, as process ${pid}`,
    where: places.root,
    exitCode: 2,
  });
}

// A registry opens its port when it is created, and so does the first vault, which is late to learn that it can't.
async function refuseTaken(ports: readonly number[], certificate: ServerCertificate): Promise<void> {
  for (const port of ports) await endServer(await serveTls(port, certificate, () => undefined, azureWording));
}

main().catch((error: unknown) => {
  const problem =
    error instanceof UserError
      ? error.problem
      : { what: `the sandbox failed to start: ${(error as Error).message}`, exitCode: 3 as const };
  // One line of JSON: whoever started this process turns it back into an error.
  process.stderr.write(`${JSON.stringify(problem)}\n`);
  process.exit(problem.exitCode);
});
