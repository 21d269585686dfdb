import { createRequire } from "node:module";

/** A function that loads files of a package, which may be ES modules. A path leads to the file; their packages export nothing else. */
export function loaderOf(name: string): (file: string) => unknown {
  return createRequire(require.resolve(`${name}/package.json`));
}
