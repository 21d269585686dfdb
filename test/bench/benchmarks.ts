import type { Benchmark } from "./benchmark";
import { access } from "./cases/access";
import { growth } from "./cases/growth";
import { imports } from "./cases/imports";
import { pack } from "./cases/pack";
import { preview } from "./cases/preview";

/** Everything that `npm run bench` measures, in the order of docs/performance.md. */
export const benchmarks: readonly Benchmark[] = [preview, growth, imports, access, pack];
