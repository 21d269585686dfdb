import { chmodSync, copyFileSync, cpSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheRoot, isWhole, makeOnce } from "./cache.mjs";
import { checkout as thisCheckout, isMain } from "./checkout.mjs";
import { go, goBuild, hasGo } from "./go.mjs";
import { SetupProblem, orExit } from "./problem.mjs";
import { run, tryRun } from "./run.mjs";
import { hashFiles, isCurrent, writeWhole } from "./stamp.mjs";
import { atLeast } from "./version.mjs";

/** The oldest engine that airlock works with, and the one that it installs. */
export const engineVersion = "3.200.0";
const parts = ["pulumi", "pulumi-language-nodejs"];
// The engine starts policy packs through this script, which comes with its SDK.
const scripts = ["pulumi-analyzer-policy", "pulumi-resource-pulumi-nodejs"];
const modules = ["pulumi", "language-nodejs"];

/** Finds the Pulumi engine, else installs it, else builds it from the Go modules that pin it. */
export const engine = {
  what: "the Pulumi engine",
  usually: "under a minute; where it must be built from source four minutes, once a machine",
  async needed({ checkout }) {
    const directory = await engineDirectory(checkout);
    return directory === undefined || !isCurrent(record(checkout), recordOf(checkout, directory));
  },
  async carryOut({ checkout, waiting }) {
    const directory = (await engineDirectory(checkout)) ?? (await make(checkout, waiting));
    writeWhole(record(checkout), recordOf(checkout, directory));
  },
};

/** Folder of the engine that is there already: on the PATH, else in the cache. */
export async function engineDirectory(checkout, path = process.env.PATH ?? "") {
  for (const directory of path.split(delimiter)) {
    if (directory === "" || !isWhole(directory, parts)) continue;
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const version = await tryRun(join(directory, "pulumi"), ["version"], env);
    if (version !== undefined && atLeast(version, engineVersion)) return directory;
  }
  const cached = cachedEngine(checkout);
  return isWhole(cached, parts) ? cached : undefined;
}

function make(checkout, waiting) {
  const fill = async (work) => {
    if (await install(checkout, work)) return;
    if (!hasGo()) {
      throw new SetupProblem(
        `There is no Pulumi engine ${engineVersion} or newer on the PATH, it could not be downloaded, and there is no Go ` +
          "to build it with. Install either: https://www.pulumi.com/docs/install, https://go.dev/dl",
      );
    }
    await buildEngine(checkout, work);
  };
  return makeOnce(cachedEngine(checkout), parts, fill, waiting);
}

const record = (checkout) => join(checkout, ".build/setup.json");

function recordOf(checkout, directory) {
  const node = join(checkout, "node_modules/.bin/node");
  return `${JSON.stringify({ engineDirectory: directory, node })}\n`;
}

function cachedEngine(checkout) {
  const folders = modules.map((folder) => join(checkout, "tools/engine", folder));
  const files = folders.flatMap((folder) => [join(folder, "go.mod"), join(folder, "go.sum")]);
  const name = `${hashFiles(checkout, files)}-${process.platform}-${process.arch}`;
  return join(cacheRoot(), "engine", name);
}

/** Pulumi's own installer, through the Automation API. False where Pulumi's site is out of reach. */
async function install(checkout, work) {
  const automation = pathToFileURL(join(checkout, "node_modules/@pulumi/pulumi/automation/index.js")).href;
  const semver = pathToFileURL(join(checkout, "node_modules/semver/index.js")).href;
  const root = join(work, "installed");
  // The first word from the site must come soon; the download itself may take its time.
  const code = `
    const { fetch } = globalThis;
    globalThis.fetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
    const { PulumiCommand } = (await import(${JSON.stringify(automation)})).default;
    const { SemVer } = (await import(${JSON.stringify(semver)})).default;
    await PulumiCommand.install({ root: ${JSON.stringify(root)}, version: new SemVer("${engineVersion}") });`;
  try {
    const node = join(checkout, "node_modules/.bin/node");
    await run(node, ["--input-type=module", "-e", code], { timeout: 600_000, fix: "" });
    cpSync(join(root, "bin"), work, { recursive: true });
    return isWhole(work, parts);
  } catch {
    return false;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function buildEngine(checkout, work) {
  const [pulumi, languageHost] = modules.map((folder) => join(checkout, "tools/engine", folder));
  const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
  await goBuild(pulumi, work, { ldflags: `-X ${version}=v${engineVersion}` });
  await goBuild(languageHost, work);
  const sdk = await go(pulumi, ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"]);
  for (const script of scripts) {
    copyFileSync(join(sdk.trim(), "nodejs/dist", script), join(work, script));
    chmodSync(join(work, script), 0o755);
  }
}

// `node tools/setup/engine.mjs`: the folder with the engine.
if (isMain(import.meta.url)) {
  await orExit(async () => {
    const directory = await engineDirectory(thisCheckout);
    if (directory === undefined) throw new SetupProblem("There is no Pulumi engine yet. Run npm start once");
    console.log(directory);
  });
}
