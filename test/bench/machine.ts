import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, platform, totalmem } from "node:os";
import { join } from "node:path";
import { checkout } from "../support/sandbox";

/** What the figures depend on, without a name or a place. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly engine: string;
  /** Day of the run, UTC. */
  readonly date: string;
}

export function thisMachine(): Machine {
  const record = JSON.parse(readFileSync(join(checkout, ".build/setup.json"), "utf8")) as {
    engineDirectory: string;
  };
  const version = execFileSync(join(record.engineDirectory, "pulumi"), ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return {
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${arch()}`,
    node: process.version,
    engine: version.trim(),
    date: new Date().toISOString().slice(0, 10),
  };
}
