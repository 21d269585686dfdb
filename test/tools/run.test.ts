import { inNode } from "./support";

test("a program's failure is told in one line, from where it speaks of an error", () => {
  const outputs = [
    '✘ [ERROR] No matching export for import "x"\n\n    policies/pack.ts:3:9:\n      3 │ import { x }\n        ╵          ^\n',
    "go: downloading example.test/a v1.0.0\ngo: downloading example.test/b v1.0.0\nmain.go:1:2: no required module\n",
    "npm error code ENOTFOUND\nnpm error network request failed\nnpm error network check the proxy\nnpm error A complete log\n",
    "",
  ];
  expect(inNode<string[]>("setup/run.mjs", ["reason"], "return input.map(reason)", outputs)).toEqual([
    '✘ [ERROR] No matching export for import "x" | policies/pack.ts:3:9: | 3 │ import { x }',
    "main.go:1:2: no required module",
    "npm error code ENOTFOUND | npm error network request failed | npm error network check the proxy",
    "",
  ]);
});

test("a failed program is a problem with the way out; a missing one too", () => {
  const body = `
    const fix = "Look there";
    const failed = await run(process.execPath, ["-e", "console.error('no such host'); process.exit(3)"], { fix }).catch(String);
    const silent = await run(process.execPath, ["-e", "process.exit(3)"], { fix }).catch(String);
    const missing = await run("/nowhere/go", ["build"], { fix }).catch(String);
    const printed = await run(process.execPath, ["-e", "console.log('done')"], { fix });
    return [failed, silent, missing, printed];`;
  expect(inNode<string[]>("setup/run.mjs", ["run"], body)).toEqual([
    "Error: node -e failed: no such host. Look there",
    "Error: node -e failed: exit code 3. Look there",
    "Error: go could not be started. Look there",
    "done\n",
  ]);
});
