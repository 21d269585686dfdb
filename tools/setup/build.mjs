import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";
import { exists, filesBelow, hashFiles, isCurrent, writeWhole } from "./stamp.mjs";

/** What runs as a program of its own: entry → bundle. */
export const bundles = {
  "cli/index.ts": ".build/airlock.js",
  "sandbox/daemon.ts": "sandbox/bin/daemon.js",
  "provider/index.ts": "provider/bin/provider.js",
  "policies/index.ts": "policies/bin/index.js",
};
const sources = ["cli", "model", "policies", "provider", "sandbox"];

/** Bundles the command line, the sandbox, the plugin and the pack, when a source changed. */
export const build = {
  what: "the command line, the plugin, the policy pack and the sandbox",
  usually: "a second",
  async needed({ checkout }) {
    const built = Object.values(bundles).every((bundle) => exists(join(checkout, bundle)));
    return !built || !isCurrent(join(checkout, ".build/stamp"), sourceHash(checkout));
  },
  async carryOut({ checkout }) {
    const hash = sourceHash(checkout);
    await Promise.all(Object.entries(bundles).map(([entry, bundle]) => bundleWhole(checkout, entry, bundle)));
    writeWhole(join(checkout, ".build/stamp"), hash);
  },
};

// What runs just now keeps its bundle: the new one takes its place in one step.
async function bundleWhole(checkout, entry, bundle) {
  const temporary = bundle.replace(/\.js$/, `.${process.pid}.js`);
  try {
    await run(
      join(checkout, "node_modules/.bin/esbuild"),
      [entry, ...optionsFor(entry), `--outfile=${temporary}`],
      { cwd: checkout, fix: "Run npm run typecheck to see what is wrong in the source" },
    );
    renameSync(join(checkout, temporary), join(checkout, bundle));
  } finally {
    rmSync(join(checkout, temporary), { force: true });
  }
}

function optionsFor(entry) {
  const options = ["--bundle", "--platform=node", "--target=node24", "--log-level=warning"];
  // The plugin starts at every preview: in one file it starts faster. The others share the packages of the checkout.
  const packages = entry.startsWith("provider/")
    ? ["--minify-syntax", "--minify-whitespace", "--legal-comments=none"]
    : ["--packages=external"];
  return [...options, ...packages];
}

function sourceHash(checkout) {
  const folders = sources.map((folder) => join(checkout, folder));
  const others = ["package-lock.json", "tools/setup/build.mjs"].map((file) => join(checkout, file));
  return hashFiles(checkout, [...filesBelow(folders, [".ts"]), ...others]);
}
