import { existsSync } from "node:fs";
import * as module from "node:module";
import { join } from "node:path";

// What Node compiles of the program and its packages is kept for the next run, in a checkout that is set up. Older ones can't keep it.
const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };
const build = join(__dirname, "../.build");
if (existsSync(build)) enableCompileCache?.(join(build, "compiled"));
