import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../model/errors";

/** Where airlock keeps things on this machine; every path is absolute. */
export interface Places {
  /** Folder that holds airlock itself: stacks, components, policies. */
  readonly checkout: string;
  /** Pulumi project that the workspace is made from: `$AIRLOCK_PROJECT`, else the one it was made from, else the checkout's. */
  readonly project: string;
  /** `$AIRLOCK_HOME`, else `.airlock` in the checkout: all that the sandbox writes. */
  readonly home: string;
  /** The sandbox's state: certificate, daemon, registries. */
  readonly sandbox: string;
  /** Copy of the Pulumi project that works against the sandbox. */
  readonly workspace: string;
  /** Port of the sandbox's Azure; its registries follow. `$AIRLOCK_PORT`, else 7443. */
  readonly port: number;
  /** Folder backend of the engine. */
  readonly state: string;
  /** `PULUMI_HOME` of the sandbox's engine. */
  readonly pulumiHome: string;
  /** Where Node keeps what it has compiled of the programs and of their packages. */
  readonly compiled: string;
}

/**
 * The places of this installation.
 * @throws UserError (exit 2) when `from` is not inside an airlock checkout.
 */
export function findPlaces(env: NodeJS.ProcessEnv = process.env, from: string = __dirname): Places {
  const checkout = findCheckout(from);
  const home = env.AIRLOCK_HOME ? resolve(env.AIRLOCK_HOME) : join(checkout, ".airlock");
  return {
    checkout,
    project: env.AIRLOCK_PROJECT ? resolve(env.AIRLOCK_PROJECT) : (recordedProject(home) ?? checkout),
    home,
    port: portFrom(env.AIRLOCK_PORT),
    sandbox: join(home, "sandbox"),
    workspace: join(home, "workspace"),
    state: join(home, "state"),
    pulumiHome: join(home, "pulumi"),
    compiled: join(checkout, ".build/compiled"),
  };
}

/** File in `$AIRLOCK_HOME` that names the project of the workspace; a reset keeps it. */
export function projectRecord(home: string): string {
  return join(home, "project");
}

/** The project of the workspace, unless it is the checkout's. */
export function recordedProject(home: string): string | undefined {
  const record = projectRecord(home);
  return existsSync(record) ? readFileSync(record, "utf8").trim() : undefined;
}

const defaultPort = 7443;

function portFrom(text: string | undefined): number {
  if (text === undefined || text === "") return defaultPort;
  const port = Number(text);
  if (Number.isInteger(port) && port > 1023 && port < 65_000) return port;
  throw new UserError({
    what: `AIRLOCK_PORT is ${text}; expected a port from 1024 to 64999`,
    fix: "Unset it for the default, 7443",
    exitCode: 2,
  });
}

function findCheckout(from: string): string {
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const manifest = join(directory, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: string };
      if (name === "airlock") return directory;
    }
    if (directory === dirname(directory)) {
      throw new UserError({
        what: "airlock's own folder was not found",
        where: from,
        fix: "Install it again",
        exitCode: 2,
      });
    }
  }
}
