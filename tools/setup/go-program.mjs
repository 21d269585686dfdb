import { basename, join } from "node:path";
import { cacheRoot, isWhole, makeOnce } from "./cache.mjs";
import { checkout } from "./checkout.mjs";
import { goBuild, hasGo } from "./go.mjs";
import { progress } from "./progress.mjs";
import { hashFiles } from "./stamp.mjs";

/**
 * Builds the program that a Go module of tools/ pins, once a machine.
 * @param {{ module: string, usually: string, program?: string, tags?: string[], ldflags?: string }} pinned `module` is its folder
 *   below tools/, `program` what Go calls it where that isn't the folder's name
 * @returns {Promise<string | undefined>} its path; undefined where there is neither the program nor Go
 */
export async function goProgram(
  { module, usually, program = basename(module), ...flags },
  report = progress(),
) {
  const directory = programDirectory(module);
  const name = basename(module);
  const make = (work) =>
    report.step(name, usually, () => goBuild(join(checkout, "tools", module), work, flags));
  const waiting = (pid) => report.say(`Waiting for ${name}, which process ${pid} is building`);
  if (!isWhole(directory, [program]) && !hasGo()) return undefined;
  await makeOnce(directory, [program], make, waiting);
  return join(directory, program);
}

/** Folder of the cache that holds a module's program as it is pinned now. */
export function programDirectory(module) {
  const folder = join(checkout, "tools", module);
  const hash = hashFiles(checkout, [join(folder, "go.mod"), join(folder, "go.sum")]);
  return join(cacheRoot(), `${module}-${hash}-${process.platform}-${process.arch}`);
}

/** Prints where each is as JSON, building what is missing; `null` where it can't be built. Of some, where `names` says so. */
export async function printPrograms(all, names) {
  const found = {};
  for (const one of all) {
    const name = basename(one.module);
    if (names.length === 0 || names.includes(name)) found[name] = (await goProgram(one)) ?? null;
  }
  console.log(JSON.stringify(found));
}
