import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { readMapping } from "../../model/config/project-file";
import type { Settings, TrustedRootFile } from "../../model/settings";
import { UserError } from "../../model/errors";
import { readTrustedRoot, sha256 } from "../../model/signing";
import { askEngine } from "./ask-engine";
import { configurationRow } from "./configuration";
import { stackFile, type Project } from "../project";

/** One thing that a run of the engine needs on this machine. */
export interface SetupRow {
  readonly name: string;
  readonly status: "ok" | "problem" | "warning";
  /** What was found, without a full stop. */
  readonly detail: string;
  readonly fix?: string;
}

export interface SetupQuestion {
  readonly project: Project;
  readonly settings: Settings;
  /** Whether an environment runs an image yet. */
  readonly runsImages: boolean;
  /** With the engine on its PATH, if there is one. */
  readonly env: NodeJS.ProcessEnv;
}

/** What of the local set-up is there and what is missing; nothing is changed. */
export async function setupRows(question: SetupQuestion): Promise<SetupRow[]> {
  const { env } = question;
  const engine = await engineRow(env);
  return [
    engine,
    ...(engine.status === "ok" ? [await backendRow(question.project, env)] : []),
    stackRow(question),
    configurationRow(question.project),
    keyRow(question),
    pluginRow(question.project, env),
  ];
}

async function engineRow(env: NodeJS.ProcessEnv): Promise<SetupRow> {
  const name = "engine";
  const { code, output } = await askEngine(["version"], env);
  return code === 0
    ? { name, status: "ok", detail: `pulumi ${output.trim()}` }
    : {
        name,
        status: "problem",
        detail: "there is no pulumi on the PATH",
        fix: "Install Pulumi, or run npm start once in airlock's checkout: it builds one",
      };
}

/** The row that says where the engine's state is. */
export const stateRow = "state";

async function backendRow({ directory }: Project, env: NodeJS.ProcessEnv): Promise<SetupRow> {
  const name = stateRow;
  const { code, output } = await askEngine(["whoami", "--json", "--non-interactive"], env, directory);
  const url = code === 0 ? urlIn(output) : undefined;
  return url !== undefined
    ? { name, status: "ok", detail: `backend ${url}` }
    : {
        name,
        status: "problem",
        detail: "no state backend is selected, or it does not answer",
        fix: "Run pulumi login <backend>, or set PULUMI_BACKEND_URL",
      };
}

function stackRow({ project, settings }: SetupQuestion): SetupRow {
  const name = "stacks";
  const wanted = ["shared", ...settings.path.environments.map((environment) => environment.name)];
  const missing = wanted.filter((stack) => !existsSync(stackFile(project, stack)));
  return missing.length === 0
    ? { name, status: "ok", detail: wanted.join(", ") }
    : {
        name,
        status: "problem",
        detail: `${missing.map((stack) => `Pulumi.${stack}.yaml`).join(", ")} missing`,
        fix: "Make each file with its kind, and for an environment its name",
      };
}

function keyRow({ project, settings, runsImages }: SetupQuestion): SetupRow {
  const name = "signatures";
  const { publicKey, keyless } = settings.signing;
  if (publicKey !== undefined) return { name, status: "ok", detail: "signing.publicKey is set" };
  if (keyless) return trustedRootRow(name, project, keyless.trustedRoot);
  return {
    name,
    status: runsImages ? "problem" : "warning",
    detail: "neither signing.publicKey nor signing.keyless is set: no image can be verified",
    fix: "Put the public key of the signing vault into Pulumi.yaml",
  };
}

function trustedRootRow(name: string, project: Project, { file, digest }: TrustedRootFile): SetupRow {
  const path = join(project.directory, file);
  const problem = (detail: string): SetupRow => ({
    name,
    status: "problem",
    detail,
    fix: "Review the file, and put its digest into signing.keyless.trustedRoot",
  });
  if (!existsSync(path)) return problem(`${file} is not there`);
  const bytes = readFileSync(path);
  if (sha256(bytes) !== digest)
    return problem(`${file} is ${sha256(bytes)}, and not what trustedRoot.digest names`);
  try {
    readTrustedRoot(bytes.toString("utf8"));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return problem(`${file}: ${error.problem.what}`);
  }
  return { name, status: "ok", detail: `signing.keyless trusts ${file}` };
}

const plugin = "pulumi-resource-airlock";

function pluginRow(project: Project, env: NodeJS.ProcessEnv): SetupRow {
  const name = "provider";
  const stated = statedPlugin(project);
  const folders =
    stated === undefined ? (env.PATH ?? "").split(delimiter) : [resolve(project.directory, stated)];
  const found = folders.find((folder) => isExecutable(join(folder, plugin)));
  if (found !== undefined) return { name, status: "ok", detail: join(stated ?? found, plugin) };
  return {
    name,
    status: "problem",
    detail: `${plugin} is not in ${stated ?? "any folder of the PATH"}`,
    fix: "Name airlock's provider folder in Pulumi.yaml, under plugins.providers",
  };
}

function statedPlugin({ directory }: Project): string | undefined {
  const { plugins } = readMapping(readFileSync(join(directory, "Pulumi.yaml"), "utf8"), "Pulumi.yaml");
  const { providers } = (plugins ?? {}) as { providers?: unknown };
  const own = (Array.isArray(providers) ? providers : []).find(
    (provider: { name?: unknown } | null) => provider?.name === "airlock",
  ) as { path?: unknown } | undefined;
  return typeof own?.path === "string" ? own.path : undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function urlIn(output: string): string | undefined {
  try {
    const { url } = JSON.parse(output) as { url?: unknown };
    return typeof url === "string" ? url : undefined;
  } catch {
    return undefined;
  }
}
