import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

// Set-up is plain modules that run before anything is installed, so each question is asked in a process of its own.
function ask(module: string, expression: string, ...args: string[]): unknown {
  const url = pathToFileURL(resolve("tools", module)).href;
  const code = `const m = await import(${JSON.stringify(url)}); const args = process.argv.slice(1);
    console.log(JSON.stringify(${expression}) ?? "null")`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", code, ...args], { encoding: "utf8" }));
}

test("an engine of the least version or newer is good enough", () => {
  const versions = ["v3.200.0", "3.200.1", "v3.270.0-alpha.1", "v4.0.0", "v3.199.9", "v2.999.0", "nonsense"];
  expect(ask("setup/version.mjs", `args.map((version) => m.atLeast(version, "3.200.0"))`, ...versions)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("the closing line counts what jest counted, and a suite that could not run as failed", () => {
  const results = [
    { numPassedTests: 7, numFailedTests: 0 },
    { numPassedTests: 7, numFailedTests: 1, numRuntimeErrorTestSuites: 2, numPendingTests: 3 },
  ];
  expect(ask("summary.mjs", `JSON.parse(args[0]).map(m.summary)`, JSON.stringify(results))).toEqual([
    "7 passed, 0 failed",
    "7 passed, 3 failed, 3 skipped",
  ]);
});

describe("stamps", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "airlock-stamp-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a hash changes with a file's name and content, and not with the folder", () => {
    const hash = () => ask("setup/stamp.mjs", `m.hashFiles(args[0], m.filesBelow([args[0]], [".ts"]))`, folder);
    writeFileSync(join(folder, "a.ts"), "one");
    const first = hash();
    expect(hash()).toBe(first);
    writeFileSync(join(folder, "a.ts"), "two");
    expect(hash()).not.toBe(first);
    const other = mkdtempSync(join(tmpdir(), "airlock-stamp-"));
    writeFileSync(join(other, "a.ts"), "one");
    expect(ask("setup/stamp.mjs", `m.hashFiles(args[0], m.filesBelow([args[0]], [".ts"]))`, other)).toBe(first);
    rmSync(other, { recursive: true });
  });

  test("a step is current only when its stamp says so", () => {
    const stamp = join(folder, "deep/stamp");
    const current = (value: string) => ask("setup/stamp.mjs", `m.isCurrent(args[0], args[1])`, stamp, value);
    expect(current("x")).toBe(false);
    ask("setup/stamp.mjs", `m.writeWhole(args[0], "x") ?? null`, stamp);
    expect([current("x"), current("y")]).toEqual([true, false]);
  });
});

test("a set-up that has nothing to do says nothing", () => {
  const setUp = () => spawnSync(process.execPath, ["tools/setup/index.mjs"], { encoding: "utf8" });
  setUp();
  const { status, stdout, stderr } = setUp();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
