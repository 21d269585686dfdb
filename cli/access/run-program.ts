import { fork } from "node:child_process";
import { join } from "node:path";
import type { RegisteredResource } from "../../model/access/from-resources";
import type { Settings } from "../../model/config";
import { UserError } from "../../model/errors";
import { engineConfig, isDelivery, loadSettings, stackNames, stackValues, type Project } from "../project";
import type { CollectReply, CollectRequest } from "./collect";

/** All resources that the project's stacks would register, and the settings they share. */
export interface DeclaredProject {
  readonly resources: RegisteredResource[];
  readonly settings: Settings;
  /** Settings of the stacks of releases. */
  readonly releases: readonly Settings[];
  /** The proof of concept, when the project has one: a world of its own. */
  readonly poc?: DeclaredPoc;
}

export interface DeclaredPoc {
  readonly settings: Settings;
  /** They are among none of the project's. */
  readonly resources: readonly RegisteredResource[];
}

/**
 * Runs the program of `shared`, of every environment, of every release and of the proof of concept under mocks: no cloud, no
 * engine.
 * @throws UserError (exit 2) when a stack's configuration or program is wrong.
 */
export async function runProgram(checkout: string, project: Project): Promise<DeclaredProject> {
  const all = stackNames(project)
    // A delivery stack gives nobody access: a policy holds it to what a cluster runs.
    .filter((name) => !isDelivery(project, name))
    .map((name) => ({ name, settings: loadSettings(project, name) }));
  const [poc] = all.filter((candidate) => candidate.settings.kind === "poc");
  const stacks = all.filter((candidate) => candidate !== poc);
  const shared = stacks.filter(({ settings }) => settings.kind === "shared");
  const settings = (shared[0] ?? stacks[0])?.settings;
  if (settings === undefined) {
    throw new UserError({
      what: "the project has no stack",
      where: join(project.directory, "Pulumi.<stack>.yaml"),
      exitCode: 2,
    });
  }
  const environments = settings.path.environments.map(({ name }) => {
    const [stack, other] = stacks.filter((candidate) => candidate.settings.environment === name);
    if (other !== undefined) {
      throw new UserError({
        what: `stacks ${stack.name} and ${other.name} both say that they are environment ${name}`,
        where: `Pulumi.${other.name}.yaml: environment`,
        fix: "One environment is one stack; remove the other file",
        exitCode: 2,
      });
    }
    if (stack !== undefined) return stack;
    throw new UserError({
      what: `environment ${name} has no stack`,
      where: `Pulumi.${name}.yaml`,
      fix: `Make the file with \`${project.name}:kind: environment\` and \`${project.name}:environment: ${name}\``,
      exitCode: 2,
    });
  });
  const releases = stacks.filter((candidate) => candidate.settings.kind === "release");
  const reply = await ask(checkout, {
    directory: project.directory,
    main: project.main,
    project: project.name,
    organization: settings.stackOrganization,
    stacks: [...shared, ...environments, ...releases, ...(poc ? [poc] : [])].map((stack) => ({
      name: stack.name,
      subscriptionId: stack.settings.subscriptionId,
      config: engineConfig(project, stackValues(project, stack.name)),
    })),
  });
  if ("failed" in reply) {
    const { stack, message } = reply.failed;
    throw new UserError({
      what: `the program of stack ${stack} failed: ${message}`,
      where: project.main,
      exitCode: 2,
    });
  }
  const { [poc?.name ?? ""]: ofPoc = [], ...others } = reply.resources;
  return {
    resources: Object.values(others).flat(),
    settings,
    releases: releases.map((release) => release.settings),
    ...(poc && { poc: { settings: poc.settings, resources: ofPoc } }),
  };
}

function ask(checkout: string, request: CollectRequest): Promise<CollectReply> {
  const child = fork(join(checkout, "cli/access/collect.ts"), [], {
    cwd: request.directory,
    execArgv: ["--require", join(checkout, "node_modules/ts-node/register/transpile-only")],
    env: { ...process.env, NODE_OPTIONS: "", TS_NODE_PROJECT: join(checkout, "tsconfig.json") },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    let reply: CollectReply | undefined;
    child.once("message", (message) => (reply = message as CollectReply));
    child.once("error", reject);
    child.once("close", (code) => {
      if (reply !== undefined) resolve(reply);
      else resolve({ failed: { stack: request.stacks[0].name, message: lastWords(complaint, code) } });
    });
    child.send(request);
  });
}

function lastWords(complaint: string, code: number | null): string {
  const error = complaint.split("\n").find((text) => /error/i.test(text));
  return error?.trim() ?? `it ended with code ${code}`;
}
