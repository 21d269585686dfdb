// npm run bench [-- [name…] [--small] [--write]]: measures, prints what it found, and with --write puts it into docs/performance.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "../support/sandbox";
import type { Bench } from "./benchmark";
import { benchmarks } from "./benchmarks";
import { thisMachine } from "./machine";
import { measuredPart, missedClaims, withMeasured, type Section } from "./report";
import { World } from "./world";

const document = join(checkout, "docs/performance.md");
const port = 17663;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { small: { type: "boolean", default: false }, write: { type: "boolean", default: false } },
  });
  const chosen = positionals.length === 0 ? benchmarks : positionals.map(named);
  if (values.write && (values.small || chosen.length < benchmarks.length)) {
    throw new Error("--write takes all benchmarks in their full size");
  }
  const started = performance.now();
  const say = (text: string): void => {
    console.error(`[${((performance.now() - started) / 1000).toFixed(0)} s] ${text}`);
  };
  let world: Promise<World> | undefined;
  const bench: Bench = { say, small: values.small, world: () => (world ??= World.open(port, say)) };
  const sections: Section[] = [];
  try {
    for (const { name, title, measures, run } of chosen) {
      say(`${name}: ${title}`);
      sections.push({ title, measures, findings: await run(bench) });
    }
  } finally {
    await (await world)?.close();
  }
  const part = measuredPart(thisMachine(), sections);
  console.log(part);
  // The figures of a small run mean nothing.
  if (!values.small && missedClaims(sections).length > 0) process.exitCode = 1;
  if (values.write) writeFileSync(document, withMeasured(readFileSync(document, "utf8"), part));
}

function named(name: string) {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found) return found;
  throw new Error(`no benchmark ${name}: there are ${benchmarks.map((one) => one.name).join(", ")}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
