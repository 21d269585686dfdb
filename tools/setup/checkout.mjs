import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this checkout. */
export const checkout = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** True in the module that Node was started with; its address is `import.meta.url`. */
export function isMain(address, started = process.argv[1]) {
  return started !== undefined && realpathSync(started) === fileURLToPath(address);
}
