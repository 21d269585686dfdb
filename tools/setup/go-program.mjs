import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheRoot, isWhole, makeOnce } from "./cache.mjs";
import { checkout } from "./checkout.mjs";
import { go, goBuild, hasGo } from "./go.mjs";
import { progress } from "./progress.mjs";
import { hashFiles } from "./stamp.mjs";

/**
 * What a Go module of tools/ pins: programs to build, and files of a module among its dependencies.
 * @typedef {object} Pinned
 * @property {string} module its folder below tools/
 * @property {string} usually how long it takes
 * @property {Record<string, string>} [programs] name → what Go calls it; else one of the folder's name
 * @property {{ name: string, of: string, paths: string[] }} [manifest] YAML files of the module `of`, joined
 * @property {string[]} [tags]
 * @property {string} [ldflags]
 */

/**
 * Builds what a module pins, once a machine.
 * @param {Pinned} pinned
 * @returns {Promise<Record<string, string> | undefined>} name → path; undefined where they are neither here nor is Go
 */
export async function goPrograms({ module, usually, manifest, ...pinned }, report = progress()) {
  const { programs = { [basename(module)]: basename(module) }, ...flags } = pinned;
  const directory = programDirectory(module);
  const files = { ...programs, ...(manifest && { [manifest.name]: `${manifest.name}.yaml` }) };
  const folder = join(checkout, "tools", module);
  const make = (work) =>
    report.step(basename(module), usually, async () => {
      if (Object.keys(programs).length > 0) await goBuild(folder, work, flags);
      if (manifest) writeFileSync(join(work, files[manifest.name]), await joined(folder, manifest));
    });
  const waiting = (pid) => report.say(`Waiting for ${basename(module)}, which process ${pid} is building`);
  const parts = Object.values(files);
  if (!isWhole(directory, parts) && !hasGo()) return undefined;
  await makeOnce(directory, parts, make, waiting);
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(directory, file)]));
}

/** Folder of the cache that holds what a module pins now. */
export function programDirectory(module) {
  const folder = join(checkout, "tools", module);
  const hash = hashFiles(checkout, [join(folder, "go.mod"), join(folder, "go.sum")]);
  return join(cacheRoot(), `${module}-${hash}-${process.platform}-${process.arch}`);
}

/** Prints name → path as JSON, building what is missing; `null` where it can't be built. Of some, where `names` says so. */
export async function printPrograms(all, names) {
  const found = {};
  for (const one of all) {
    const own = namesOf(one).filter((name) => names.length === 0 || names.includes(name));
    if (own.length === 0) continue;
    const made = await goPrograms(one);
    for (const name of own) found[name] = made?.[name] ?? null;
  }
  console.log(JSON.stringify(found));
}

function namesOf({ module, programs, manifest }) {
  return [...(programs ? Object.keys(programs) : [basename(module)]), ...(manifest ? [manifest.name] : [])];
}

async function joined(folder, { of, paths }) {
  const { Dir } = JSON.parse(await go(folder, ["mod", "download", "-json", of]));
  return paths.map((path) => readFileSync(join(Dir, path), "utf8")).join("\n---\n");
}
