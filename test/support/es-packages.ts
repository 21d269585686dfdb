import { runInThisContext } from "node:vm";

/** In the place of `sandbox/kubernetes/es-packages`: Jest's own loader takes no ES modules, and Node's is outside of its context. */
export function loaderOf(name: string): (file: string) => unknown {
  const { getBuiltinModule } = runInThisContext("process") as NodeJS.Process;
  return getBuiltinModule("node:module").createRequire(require.resolve(`${name}/package.json`));
}
