import { join } from "node:path";
import { isNoise } from "../engine";
import { engineEnvironment, findEngine, withEngine, type Engine } from "../engine-environment";
import type { Places } from "../places";
import { endpointOf, openSession } from "../sandbox/client";
import type { Narrator } from "./narrator";
import { run, type Run } from "./run";

/** Options of one command of the story. */
export interface CommandOptions {
  /** Identity or group that types it. Default: the platform's identity. */
  readonly as?: string;
  /** Folder it is typed in. Default: the workspace. */
  readonly cwd?: string;
  /** Don't print the command and its output. */
  readonly quiet?: boolean;
}

/** Where the story plays: the workspace, the engine, and whoever acts. */
export class Stage {
  private readonly engine: Engine;
  private readonly environments = new Map<string, NodeJS.ProcessEnv>();

  constructor(
    readonly places: Places,
    readonly narrator: Narrator,
    readonly platform: string,
  ) {
    this.engine = findEngine(places);
  }

  /** `pulumi …`, with the engine's own output. */
  async pulumi(args: readonly string[], options: CommandOptions = {}): Promise<Run> {
    return this.type("pulumi", "pulumi", args, ["--non-interactive", "--color", "never"], options);
  }

  /** `airlock …` as the user would type it. */
  async airlock(args: readonly string[], options: CommandOptions = {}): Promise<Run> {
    const entry = join(this.places.checkout, ".build/airlock.js");
    return this.type("airlock", this.engine.node, [...args], [], options, [entry]);
  }

  /** Like `run`, but anything other than exit code 0 ends the story. */
  static expectSuccess(result: Run, what: string): Run {
    if (result.exitCode !== 0)
      throw new StoryStopped(`${what} ended with exit code ${result.exitCode}`, result.lines);
    return result;
  }

  /** Environment variables of somebody signed in to the sandbox. */
  async environmentOf(identity: string): Promise<NodeJS.ProcessEnv> {
    const known = this.environments.get(identity);
    if (known) return known;
    const session = await openSession(this.places, identity);
    const endpoint = endpointOf(this.places);
    const variables = engineEnvironment(this.places, this.engine, { endpoint, identity, session });
    const environment = withEngine(process.env, variables);
    this.environments.set(identity, environment);
    return environment;
  }

  private async type(
    shown: string,
    program: string,
    args: readonly string[],
    silent: readonly string[],
    options: CommandOptions,
    before: readonly string[] = [],
  ): Promise<Run> {
    const { as = this.platform, cwd = this.places.workspace, quiet = false } = options;
    if (!quiet) this.narrator.command([shown, ...args].join(" "), as);
    return run(program, [...before, ...args, ...silent], {
      cwd,
      env: await this.environmentOf(as),
      onLine: (text) => {
        if (!quiet && !isNoise(text)) this.narrator.output(text);
      },
    });
  }
}

/** A step of the story that should have worked, and what was printed last. */
export class StoryStopped extends Error {
  constructor(
    what: string,
    readonly lines: readonly string[],
  ) {
    super(what);
    this.name = "StoryStopped";
  }
}

/** Executes a stack with the pack, as a pipeline does: what is to come was reviewed as a preview. */
export function upCommand(stack: string): string[] {
  return ["up", "-s", stack, "--policy-pack", "policies", "--yes", "--skip-preview", "--suppress-progress"];
}
