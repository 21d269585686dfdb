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
  title: "command line, plugin, policy pack and sandbox",
  async needed({ checkout }) {
    const built = Object.values(bundles).every((bundle) => exists(join(checkout, bundle)));
    return !built || !isCurrent(join(checkout, ".build/stamp"), sourceHash(checkout));
  },
  async carryOut({ checkout }) {
    const hash = sourceHash(checkout);
    const esbuild = join(checkout, "node_modules/.bin/esbuild");
    await Promise.all(
      Object.entries(bundles).map(([entry, bundle]) =>
        run(esbuild, [entry, ...optionsFor(entry), `--outfile=${bundle}`], {
          cwd: checkout,
          fix: "Run npm run typecheck to see what is wrong in the source",
        }),
      ),
    );
    writeWhole(join(checkout, ".build/stamp"), hash);
  },
};

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
  return hashFiles(checkout, [...filesBelow(folders, [".ts"]), join(checkout, "package-lock.json")]);
}
