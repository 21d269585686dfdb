import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SetupProblem } from "./problem.mjs";
import { reason } from "./run.mjs";
import { exists, filesBelow, hashFiles, isCurrent, writeWhole } from "./stamp.mjs";

/** What runs as a program of its own: entry → bundle. */
export const bundles = {
  "cli/index.ts": ".build/airlock.js",
  "sandbox/daemon.ts": "sandbox/bin/daemon.js",
  "provider/index.ts": "provider/bin/provider.js",
  "policies/index.ts": "policies/bin/index.js",
};
const sources = ["cli", "model", "policies", "provider", "sandbox"];
/** What the engine starts a policy pack with, taken from the pack's own packages before all others: ours begins at once. */
const packRunner = "policies/node_modules/@pulumi/pulumi/cmd/run-policy-pack.js";
/**
 * Pulumi's own loads the TypeScript compiler and the Automation API first: a second of every preview. What Node compiles is
 * kept, where it can be, and written at once, since the engine kills the pack.
 */
const startOfPack = `const node = require("node:module");
node.enableCompileCache?.(require("node:path").join(__dirname, "../../../../../.build/compiled"));
require("../../../../bin/index.js");
node.flushCompileCache?.();
`;

/** Bundles the command line, the sandbox, the plugin and the pack, when a source changed. */
export const build = {
  what: "the command line, the plugin, the policy pack and the sandbox",
  usually: "a second",
  async needed({ checkout }) {
    const built = [...Object.values(bundles), packRunner].every((file) => exists(join(checkout, file)));
    return !built || !isCurrent(join(checkout, ".build/stamp"), sourceHash(checkout));
  },
  async carryOut({ checkout }) {
    const hash = sourceHash(checkout);
    // What Node compiled of programs that are gone goes too.
    rmSync(join(checkout, ".build/compiled"), { recursive: true, force: true, maxRetries: 5 });
    await Promise.all(Object.entries(bundles).map(([entry, bundle]) => bundleWhole(checkout, entry, bundle)));
    writeWhole(join(checkout, packRunner), startOfPack);
    writeWhole(join(checkout, ".build/stamp"), hash);
  },
};

// What runs just now keeps its bundle: the new one takes its place in one step.
async function bundleWhole(checkout, entry, bundle) {
  // One of the packages that set-up may just have installed.
  const esbuild = await import("esbuild");
  const temporary = join(checkout, bundle.replace(/\.js$/, `.${process.pid}.js`));
  try {
    await esbuild.build({
      ...optionsFor(checkout, entry),
      absWorkingDir: checkout,
      entryPoints: [entry],
      outfile: temporary,
    });
    renameSync(temporary, join(checkout, bundle));
  } catch (error) {
    const fix = "Run npm run typecheck to see what is wrong in the source";
    throw new SetupProblem(`esbuild ${entry} failed: ${reason(error.message)}. ${fix}`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function optionsFor(checkout, entry) {
  const options = { bundle: true, platform: "node", target: "node24", logLevel: "silent" };
  // These start at every preview: in one file they start faster. The others share the packages of the checkout.
  if (!/^(?:provider|policies)\//.test(entry)) return { ...options, packages: "external" };
  return {
    ...options,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    plugins: [smallSdk(checkout)],
  };
}

/** The policy SDK asks for all of Pulumi's, and uses little of it. */
function smallSdk(checkout) {
  const path = join(checkout, "policies/pulumi-sdk.ts");
  return {
    name: "small SDK",
    setup: ({ onResolve }) => onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path })),
  };
}

function sourceHash(checkout) {
  const folders = sources.map((folder) => join(checkout, folder));
  const others = ["package-lock.json", "tools/setup/build.mjs"].map((file) => join(checkout, file));
  return hashFiles(checkout, [...filesBelow(folders, [".ts"]), ...others]);
}
