import { join } from "node:path";
import { cacheRoot, isWhole, makeOnce } from "./cache.mjs";
import { checkout, isMain } from "./checkout.mjs";
import { goBuild, hasGo } from "./go.mjs";
import { orExit } from "./problem.mjs";
import { progress } from "./progress.mjs";
import { hashFiles } from "./stamp.mjs";

const builds = {
  crane: { usually: "half a minute" },
  cosign: { usually: "five minutes, once a machine" },
  // Without what it is built against in C: OpenPGP's library and the storage of images on this machine.
  skopeo: {
    usually: "two minutes, once a machine",
    tags: ["containers_image_openpgp", "exclude_graphdriver_btrfs", "exclude_graphdriver_devicemapper"],
  },
  // No client of a registry: it lints the workflows in delivery/github.
  actionlint: { usually: "a quarter of a minute" },
};

/** The ordinary programs that tests are made with. */
export const clients = Object.keys(builds);

/**
 * Builds such a program from the Go module that pins it, once a machine.
 * @param {string} name one of `clients`
 * @returns {Promise<string | undefined>} its program; undefined where there is neither the program nor Go
 */
export async function client(name, report = progress()) {
  const directory = clientDirectory(name);
  const { usually, tags } = builds[name];
  const make = async (work) => report.step(name, usually, () => goBuild(moduleOf(name), work, { tags }));
  const waiting = (pid) => report.say(`Waiting for ${name}, which process ${pid} is building`);
  if (!isWhole(directory, [name]) && !hasGo()) return undefined;
  await makeOnce(directory, [name], make, waiting);
  return join(directory, name);
}

const moduleOf = (name) => join(checkout, "tools/clients", name);

/** Folder of the cache that holds a client as it is pinned now. */
export function clientDirectory(name) {
  const module = moduleOf(name);
  const hash = hashFiles(checkout, [join(module, "go.mod"), join(module, "go.sum")]);
  return join(cacheRoot(), "clients", `${name}-${hash}-${process.platform}-${process.arch}`);
}

// Prints where each is as JSON, building what is missing: `node tools/setup/clients.mjs [name…]`.
if (isMain(import.meta.url)) {
  await orExit(async () => {
    const names = process.argv.length > 2 ? process.argv.slice(2) : clients;
    const found = {};
    for (const name of names) found[name] = (await client(name)) ?? null;
    console.log(JSON.stringify(found));
  });
}
