import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isMap, isSeq, Scalar, type YAMLMap } from "yaml";
import { openYaml } from "../model/config/yaml";
import { editValue } from "../model/config/yaml-edit";
import { UserError } from "../model/errors";
import { pocStack } from "../model/settings";
import { projectRecord, recordedProject, type Places } from "./places";

// What the project file and the engine look for beside Pulumi.yaml.
const linked = [
  "stacks",
  "components",
  "model",
  "policies",
  "provider",
  "node_modules",
  "package.json",
  "tsconfig.json",
];

/**
 * Makes the workspace in which plain `pulumi` and `airlock` work against the sandbox: the code is the checkout's own,
 * the stack files are copies of the project's that may be edited and are never overwritten.
 * @param firstPort port of the first registry; the others follow in path order.
 * @throws UserError (exit 2) when there is no such project, or the workspace is that of another one.
 */
export function createWorkspace(places: Places, firstPort: number): void {
  mkdirSync(places.workspace, { recursive: true });
  recordProject(places);
  mkdirSync(places.state, { recursive: true });
  for (const name of linked) link(join(places.checkout, name), join(places.workspace, name));
  for (const file of readdirSync(places.project).filter((name) => /^Pulumi(\..+)?\.yaml$/.test(name))) {
    const copy = join(places.workspace, file);
    if (existsSync(copy)) continue;
    const text = readFileSync(join(places.project, file), "utf8");
    writeFileSync(copy, hosted(file, text, places, firstPort));
  }
}

function hosted(file: string, text: string, places: Places, firstPort: number): string {
  if (file === "Pulumi.yaml") return withSandboxHosts(text, firstPort);
  const project = readFileSync(join(places.project, "Pulumi.yaml"), "utf8");
  const name = String(openYaml(project, "Pulumi.yaml").get("name"));
  // The registries of a proof of concept come after those of the path.
  const pocPort =
    firstPort + registriesIn(openYaml(project).getIn(["config", `${name}:path`, "value"])).length;
  if (file === pocFile) return withPocHosts(text, name, pocPort);
  const poc = join(places.project, pocFile);
  return existsSync(poc) ? withDeliveryHost(text, name, readFileSync(poc, "utf8"), pocPort) : text;
}

const pocFile = `Pulumi.${pocStack}.yaml`;

/** What runs in an environment of the proof of concept names the host of its registry. */
function withDeliveryHost(stackFile: string, project: string, pocText: string, pocPort: number): string {
  const document = openYaml(stackFile);
  const own = (...path: string[]) => document.getIn(["config", ...path]);
  if (own(`${project}:delivery`, "stack") !== pocStack) return stackFile;
  const path = openYaml(pocText).getIn(["config", `${project}:${pocStack}`, "path"]);
  const environments = isSeq(path)
    ? path.items.flatMap((entry) => registryNodes(entry).map(() => entry))
    : [];
  const index = environments.findIndex(
    (entry) => isMap(entry) && entry.get("environment") === own(`${project}:environment`),
  );
  if (index === -1) return stackFile;
  return editValue(
    stackFile,
    ["config", `${project}:delivery`, "registry"],
    () => new Scalar(`localhost:${pocPort + index}`),
  );
}

function recordProject({ checkout, home, project, workspace }: Places): void {
  if (!existsSync(join(project, "Pulumi.yaml"))) {
    throw new UserError({
      what: "the project has no Pulumi.yaml",
      where: project,
      fix: "Name the folder of a project in --project or AIRLOCK_PROJECT",
      exitCode: 2,
    });
  }
  const present = recordedProject(home) ?? checkout;
  if (present === project) return;
  if (existsSync(join(workspace, "Pulumi.yaml"))) {
    throw new UserError({
      what: `the workspace is that of the project in ${present}`,
      where: workspace,
      fix: "Give the other project a sandbox of its own: AIRLOCK_HOME and AIRLOCK_PORT",
      exitCode: 2,
    });
  }
  writeFileSync(projectRecord(home), `${project}\n`);
}

/** Removes the workspace and the engine's state of it, for a fresh start. */
export function removeWorkspace(places: Places): void {
  for (const directory of [places.workspace, places.state, join(places.home, "tokens")]) {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Gives every registry of the path its host in the sandbox: `localhost:<port>`. Custom hosts stay.
 * @throws UserError (exit 2) when the project has no path.
 */
export function withSandboxHosts(projectFile: string, firstPort: number): string {
  const project = String(openYaml(projectFile, "Pulumi.yaml").get("name"));
  const key = `${project}:path`;
  return editValue(projectFile, ["config", key], (present) => {
    const path = isMap(present) ? present.get("value") : undefined;
    if (!isMap(present) || !isSeq(path)) {
      const where = `Pulumi.yaml: config.${key}.value`;
      throw new UserError({ what: "the project has no promotion path", where, exitCode: 2 });
    }
    setHosts(path, firstPort);
    return present;
  });
}

/** The same for the stack file of a proof of concept; one that states no path is refused later, by name. */
function withPocHosts(stackFile: string, project: string, firstPort: number): string {
  const key = ["config", `${project}:${pocStack}`, "path"];
  const path = openYaml(stackFile).getIn(key);
  if (!isSeq(path)) return stackFile;
  return editValue(stackFile, key, (present = path) => {
    setHosts(present, firstPort);
    return present;
  });
}

function setHosts(path: unknown, firstPort: number): void {
  registriesIn(path).forEach((registry, index) => registry.set("host", `localhost:${firstPort + index}`));
}

function registriesIn(path: unknown): YAMLMap[] {
  return isSeq(path) ? path.items.flatMap(registryNodes) : [];
}

/** What an entry of the path says of each of its registries: the one on the path first. */
function registryNodes(entry: unknown): YAMLMap[] {
  if (!isMap(entry)) return [];
  const registries = entry.get("registries");
  if (!isMap(registries)) return [entry];
  return ["secure", "standard"].map((key) => registries.get(key)).filter((one) => isMap(one));
}

// A real file or folder in the place of a link is the user's own, and stays.
function link(target: string, path: string): void {
  if (!existsSync(target)) return;
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present !== undefined) {
    if (!present.isSymbolicLink() || readlinkSync(path) === target) return;
    unlinkSync(path);
  }
  symlinkSync(target, path);
}
