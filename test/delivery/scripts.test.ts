import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasJq, ScriptRunner } from "./script-runner";

let runner: ScriptRunner;
beforeEach(() => (runner = new ScriptRunner()));
afterEach(() => runner.remove());

const scripts = hasJq ? describe : describe.skip;

scripts("apply: which stacks, and as whom", () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      cwd: runner.folder,
      encoding: "utf8",
    }).trim();
  const write = (stack: string, text: string) =>
    writeFileSync(join(runner.folder, `Pulumi.${stack}.yaml`), text);
  const commit = () => {
    git("add", "-A", ".");
    git("commit", "-qm", "change");
    return git("rev-parse", "HEAD");
  };
  const changed = (env: Record<string, string>) => runner.run("apply.yml", "stacks", "git diff", env);

  test("the platform runs releases and what is shared, an environment's identity its own stack", () => {
    git("init", "-q");
    for (const stack of ["shared", "prod", "staging", "release-v0.0.1", "release-v0.0.0"]) write(stack, "a");
    const BEFORE = commit();
    for (const stack of ["shared", "prod", "release-v0.0.1"]) write(stack, "b");
    rmSync(join(runner.folder, "Pulumi.release-v0.0.0.yaml"));
    writeFileSync(join(runner.folder, "Pulumi.yaml"), "b");
    commit();
    const { status, outputs } = changed({ BEFORE, STACK: "" });
    expect({ status, stacks: JSON.parse(outputs.stacks) as unknown }).toEqual({
      status: 0,
      stacks: [
        { stack: "prod", environment: "prod" },
        { stack: "release-v0.0.1", environment: "platform" },
        { stack: "shared", environment: "platform" },
      ],
    });
    expect(changed({ BEFORE: git("rev-parse", "HEAD"), STACK: "" }).outputs).toEqual({ stacks: "[]" });
    expect(JSON.parse(changed({ BEFORE: "", STACK: "prod" }).outputs.stacks)).toEqual([
      { stack: "prod", environment: "platform" },
    ]);
    // Nothing is carried out by mistake where it can't be told what changed.
    expect(changed({ BEFORE: "0".repeat(40), STACK: "" }).status).not.toBe(0);
  });
});

scripts("release: what somebody asks for is what airlock is told", () => {
  const login = `iam/login@sha256:${"a".repeat(64)}`;
  const told = (what: string, stage: string, details: string) => {
    const log = join(runner.folder, "log");
    rmSync(log, { force: true });
    for (const name of ["npx", "pulumi"])
      runner.stub(name, `printf '%s|' ${name} "$@" >> ${log}; echo >> ${log}`);
    const INPUTS = JSON.stringify({ what, version: "v0.0.1", stage, details });
    const { status } = runner.run("release.yml", "run", "case", {
      INPUTS,
      PROVIDER: "azurekeyvault://contoso",
    });
    return { status, calls: readFileSync(log, "utf8").replace(/\|$/gm, "").trimEnd().split("\n") };
  };
  const status = "npx|airlock|release|status|v0.0.1";

  test.each([
    ["images", "", `${login} ${login}`, [`npx|airlock|release|images|v0.0.1|${login}|${login}`]],
    [
      "approve",
      "uat",
      "https://h/o/r/pull/7#pullrequestreview-1",
      ["npx|airlock|release|approve|v0.0.1|--review|https://h/o/r/pull/7#pullrequestreview-1|--to|uat"],
    ],
    [
      "approve",
      "uat",
      "https://h/o/r/actions/runs/1",
      ["npx|airlock|release|approve|v0.0.1|--run|https://h/o/r/actions/runs/1|--to|uat"],
    ],
    ["advance", "uat", "", ["npx|airlock|release|advance|v0.0.1|--to|uat"]],
    ["promote", "prod", "iam/login", ["npx|airlock|promote|iam/login|--to|prod"]],
    ["deployed", "", "", ["npx|airlock|release|deployed|v0.0.1"]],
    ["close", "", 'a bug; $(id) `id` "', ['npx|airlock|release|close|v0.0.1|--reason|a bug; $(id) `id` "']],
    [
      "create",
      "",
      "iam/login,iam/auth-service",
      [
        "npx|airlock|release|create|v0.0.1|--repositories|iam/login,iam/auth-service",
        "pulumi|stack|init|release-v0.0.1|--secrets-provider|azurekeyvault://contoso|--no-select",
      ],
    ],
  ])("%s %s %s", (what, stage, details, calls) => {
    expect(told(what, stage, details)).toEqual({ status: 0, calls: [...calls, status] });
  });
});
