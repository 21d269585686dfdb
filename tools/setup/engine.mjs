import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { atLeast } from "./version.mjs";
import { SetupProblem } from "./problem.mjs";
import { run, tryRun } from "./run.mjs";
import { exists, hashFiles, isCurrent, writeWhole } from "./stamp.mjs";

const minimum = "3.200.0";
const parts = ["pulumi", "pulumi-language-nodejs"];
// The engine starts policy packs through this script, which comes with its SDK.
const scripts = ["pulumi-analyzer-policy", "pulumi-resource-pulumi-nodejs"];

/** Finds the Pulumi engine, else installs it, else builds it from the Go modules that pin it. */
export const engine = {
  title: "the Pulumi engine (built from source: four minutes, once a machine)",
  async needed({ checkout }) {
    const record = join(checkout, ".build/setup.json");
    return !isCurrent(record, recordOf(checkout, (await onPath()) ?? cached(checkout)));
  },
  async carryOut({ checkout }) {
    const directory =
      (await onPath()) ?? cachedWhole(checkout) ?? (await install(checkout)) ?? (await buildEngine(checkout));
    writeWhole(join(checkout, ".build/setup.json"), recordOf(checkout, directory));
  },
};

function recordOf(checkout, engineDirectory) {
  return `${JSON.stringify({ engineDirectory, node: join(checkout, "node_modules/.bin/node") })}\n`;
}

/** Folder of things that are expensive to make and the same for every checkout. */
export function cacheRoot(env = process.env) {
  return env.AIRLOCK_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "airlock");
}

async function onPath() {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    if (!parts.every((part) => exists(join(directory, part)))) continue;
    const version = await tryRun(join(directory, "pulumi"), ["version"]);
    if (version !== undefined && atLeast(version, minimum)) return directory;
  }
  return undefined;
}

function cached(checkout) {
  const modules = moduleFolders.map((folder) => join(checkout, "tools/engine", folder));
  const files = modules.flatMap((folder) => [join(folder, "go.mod"), join(folder, "go.sum")]);
  return join(cacheRoot(), "engine", hashFiles(checkout, files));
}

const moduleFolders = ["pulumi", "language-nodejs"];

function cachedWhole(checkout) {
  const directory = cached(checkout);
  return [...parts, ...scripts].every((part) => exists(join(directory, part))) ? directory : undefined;
}

/** Pulumi's own installer. It needs Pulumi's site, so it gets a short time and leaves no noise where that is out of reach. */
async function install(checkout) {
  const directory = cached(checkout);
  const automation = pathToFileURL(join(checkout, "node_modules/@pulumi/pulumi/automation/index.js")).href;
  const root = join(directory, "..", `${process.pid}.install`);
  const code = `import(${JSON.stringify(automation)}).then(({ PulumiCommand }) => PulumiCommand.install({ root: ${JSON.stringify(root)} }))`;
  try {
    await run(join(checkout, "node_modules/.bin/node"), ["-e", code], { timeout: 60_000, fix: "" });
    place(join(root, "bin"), directory);
    return cachedWhole(checkout);
  } catch {
    return undefined;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function buildEngine(checkout) {
  if ((await tryRun("go", ["version"])) === undefined) {
    throw new SetupProblem(
      "There is no Pulumi engine, and no Go to build it with. Install either: https://www.pulumi.com/docs/install, https://go.dev/dl",
    );
  }
  const directory = cached(checkout);
  mkdirSync(dirname(directory), { recursive: true });
  const work = mkdtempSync(join(dirname(directory), "building-"));
  try {
    const [pulumi, languageHost] = moduleFolders.map((folder) => join(checkout, "tools/engine", folder));
    const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.200.0";
    await goBuild(
      pulumi,
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      join(work, "pulumi"),
      `-s -w -X ${version}`,
    );
    await goBuild(
      languageHost,
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      join(work, "pulumi-language-nodejs"),
      "-s -w",
    );
    const sdk = await run("go", ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], {
      cwd: pulumi,
      fix: "Try again",
    });
    for (const script of scripts) {
      copyFileSync(join(sdk.trim(), "nodejs/dist", script), join(work, script));
      chmodSync(join(work, script), 0o755);
    }
    place(work, directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return directory;
}

/** Builds one Go program; a module proxy that can't be reached is said in one line. */
export async function goBuild(moduleFolder, packagePath, output, ldflags = "-s -w") {
  const args = ["build", "-trimpath", "-buildvcs=false", `-ldflags=${ldflags}`, "-o", output, packagePath];
  await run("go", args, { cwd: moduleFolder, fix: "Check that go reaches its module proxy: go env GOPROXY" });
}

/** Moves a finished folder into the cache; whoever was faster wins, and both are the same. */
export function place(work, directory) {
  try {
    renameSync(work, directory);
  } catch (error) {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
}
