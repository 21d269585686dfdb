import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLockedByAnother, isNoise, refusalOrFailure, runEngine } from "../../cli/engine";

test("runs pulumi from the PATH that it is given, line by line", async () => {
  const directory = mkdtempSync(join(tmpdir(), "airlock-"));
  const script =
    '#!/bin/sh\necho "$@"\necho "warning: using pulumi-language-nodejs from \\$PATH at x" >&2\nprintf end\nexit 7\n';
  writeFileSync(join(directory, "pulumi"), script, { mode: 0o755 });
  const printed: string[] = [];
  const run = await runEngine(["up", "-s", "prod"], {
    cwd: directory,
    env: { PATH: `${directory}:/usr/bin:/bin` },
    print: (text) => printed.push(text),
  });
  expect(run).toEqual({ code: 7, output: "up -s prod\nend" });
  expect(printed).toEqual(["up -s prod", "end"]);
});

test("an engine that can't be started is wrong usage", async () => {
  await expect(runEngine([], { cwd: tmpdir(), env: { PATH: "/nowhere" } })).rejects.toThrow(
    "pulumi could not be started. Is it on the PATH?",
  );
});

test("a mandatory policy and a failed check are refusals, the rest are failures of the cloud", () => {
  expect(refusalOrFailure("  [mandatory]  airlock v0.1.0  image-require-digest")).toBe(1);
  expect(
    refusalOrFailure("error: airlock:index:ImageImport resource 'x' has a problem: digest is unsigned"),
  ).toBe(1);
  expect(refusalOrFailure("error: 403 AuthorizationFailed")).toBe(3);
});

test.each([
  ["error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end", true],
  ["error: unexpected end of JSON input", true],
  ["Updating (prod):\n\n\u001B[38;5;9merror: \u001B[0munexpected end of JSON input\n", true],
  ["    error: provider: unexpected end of JSON input", false],
  ["error: update failed", false],
])("whether another run has locked the stack: %j", (output, locked) => {
  expect(isLockedByAnother(output)).toBe(locked);
});

test("a warning of the program is no noise", () => {
  expect(isNoise("warning: using the default host")).toBe(false);
});
