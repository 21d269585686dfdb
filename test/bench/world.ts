import { createPublicKey } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { setConfigValue } from "../../model/config/stack-file";
import { subscriptionId } from "../../sandbox/places";
import { succeeded, TestSandbox, checkout } from "../support/sandbox";
import { bareProgram, type StateResource } from "./bare-program";
import { runEngine, type EngineRun } from "./engine-run";
import { fillRegistry, repositoryNames, signingKey, type Release } from "./images";

const project = "onestream";
/** The environment that is measured, and the one that its images come from. */
export const environment = "staging";
const source = "dev";
const promoter = "sp-onestream-staging-pipeline";

/** How a command of the engine is run. */
export interface Command {
  /** Folder of the project; the workspace unless given. */
  readonly cwd?: string;
  readonly pack?: boolean;
  /** Variables on top. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A sandbox with the reference project's stacks up to the environment that is measured, and no image in it yet. */
export class World {
  private readonly groups = new Map<string, Release[]>();

  private constructor(readonly sandbox: TestSandbox) {}

  static async open(port: number, say: (text: string) => void): Promise<World> {
    const world = new World(new TestSandbox(port));
    const { sandbox } = world;
    try {
      say("starting the sandbox");
      succeeded(await sandbox.airlock(["sandbox", "start"]));
      for (const stack of ["shared", source, environment]) {
        say(`bringing up ${stack}`);
        succeeded(
          await sandbox.pulumi(["up", "-s", stack, "--yes", "--skip-preview", "--suppress-progress"]),
        );
        if (stack === "shared") world.pinKey();
      }
      cpSync(world.stateFile, `${world.stateFile}.empty`);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  close(): Promise<void> {
    return this.sandbox.remove();
  }

  /** Login servers of the registry that images come from, and of the environment's own. */
  get hosts(): { readonly source: string; readonly target: string } {
    const { port } = this.sandbox;
    return { source: `localhost:${port + 1}`, target: `localhost:${port + 2}` };
  }

  /** Signed images in the registry that the environment imports from; every group is made once and has its own. */
  async images(group: string, count: number): Promise<Release[]> {
    const known = this.groups.get(group);
    if (known) return known;
    const { sandbox } = this;
    succeeded(await sandbox.airlock(["sandbox", "stop"]));
    const state = join(sandbox.home, "sandbox/state");
    const key = signingKey(join(state, "vaults"));
    const directory = join(state, "registries/onestreamdev");
    const made = fillRegistry(directory, this.hosts.source, key, repositoryNames(group, count));
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    this.groups.set(group, made);
    return made;
  }

  /** The environment as it was before the first image: its state in the engine, and its file. */
  empty(): void {
    cpSync(`${this.stateFile}.empty`, this.stateFile);
    this.promote([]);
  }

  /** Puts exactly these releases into the stack's file. */
  promote(releases: readonly Release[]): void {
    const images = releases.map(({ repository, version, digest }) => [repository, { version, digest }]);
    const config = {
      [`${project}:kind`]: "environment",
      [`${project}:environment`]: environment,
      [`${project}:images`]: Object.fromEntries(images) as object,
    };
    writeFileSync(join(this.sandbox.workspace, `Pulumi.${environment}.yaml`), stringify({ config }));
  }

  preview(command: Command = {}): Promise<EngineRun> {
    return this.engine(["preview", ...(command.pack ? ["--policy-pack", "policies"] : [])], command);
  }

  up(command: Command = {}): Promise<EngineRun> {
    return this.engine(
      ["up", "--yes", "--skip-preview", ...(command.pack ? ["--policy-pack", "policies"] : [])],
      command,
    );
  }

  /** Environment of a process of whoever promotes into the environment. */
  promoterEnvironment(): Promise<NodeJS.ProcessEnv> {
    return this.sandbox.environmentOf(promoter);
  }

  /** Inputs of the `ImageImport` of a release, as the stack's program gives them and `check` completes them. */
  importInputs({ repository, version, digest }: Release): Record<string, unknown> {
    const { source: from, target: loginServer } = this.hosts;
    return {
      registryId: registryIn(environment),
      loginServer,
      repository,
      digest,
      version,
      environment,
      tags: [`${version}-${environment}`],
      source: { registryId: registryIn(source), loginServer: from },
      publicKey: this.publicKey,
      signedBy: "",
      sourceReference: `${from}/${repository}@${digest}`,
      labels: {},
    };
  }

  /** Size in bytes of what the engine writes at every checkpoint. */
  stateBytes(): number {
    return readFileSync(this.stateFile).length;
  }

  /** Folder of a project whose program is the bare one for what the environment's state holds at present. */
  bareProject(): string {
    const { workspace } = this.sandbox;
    const folder = join(this.sandbox.home, "bare");
    mkdirSync(join(folder, "program"), { recursive: true });
    const settings = readFileSync(join(workspace, "Pulumi.yaml"), "utf8");
    writeFileSync(join(folder, "Pulumi.yaml"), settings.replace(/^main: .*$/m, "main: program/"));
    cpSync(join(workspace, `Pulumi.${environment}.yaml`), join(folder, `Pulumi.${environment}.yaml`));
    for (const linked of ["node_modules", "package.json", "provider"]) {
      symlinkSync(join(checkout, linked), join(folder, linked));
    }
    for (const file of ["tsconfig.json", "stacks/tsconfig.json"]) {
      cpSync(join(checkout, file), join(folder, file.replace("stacks", "program")));
    }
    const { resources } = (
      JSON.parse(readFileSync(this.stateFile, "utf8")) as {
        checkpoint: { latest: { resources: StateResource[] } };
      }
    ).checkpoint.latest;
    writeFileSync(join(folder, "program/index.ts"), bareProgram(resources));
    return folder;
  }

  private async engine(args: readonly string[], { cwd, env }: Command): Promise<EngineRun> {
    return runEngine(
      [...args, "-s", environment, "--suppress-progress", "--non-interactive", "--color", "never"],
      {
        cwd: cwd ?? this.sandbox.workspace,
        env: { ...(await this.promoterEnvironment()), ...env },
      },
    );
  }

  private pinKey(): void {
    const file = join(this.sandbox.workspace, "Pulumi.yaml");
    const { publicKey } = this;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, setConfigValue(text, project, "signing", { publicKey }, { structured: true }));
  }

  private get publicKey(): string {
    const key = createPublicKey(signingKey(join(this.sandbox.home, "sandbox/state/vaults")));
    return key.export({ type: "spki", format: "pem" }).toString();
  }

  private get stateFile(): string {
    return join(this.sandbox.home, `state/.pulumi/stacks/${project}/${environment}.json`);
  }
}

function registryIn(name: string): string {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${project}-${name}-rg`;
  return `${group}/providers/Microsoft.ContainerRegistry/registries/${project}${name}`;
}
