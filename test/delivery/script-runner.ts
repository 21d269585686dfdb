import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { actions, workflows, type Step } from "./workflows";

/** How a script ended, and what it gave to later steps. */
interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the scripts of workflows as a runner does, in a folder of its own, with stubs for programs that are not there. */
export class ScriptRunner {
  readonly folder = mkdtempSync(join(tmpdir(), "airlock-scripts-"));
  private readonly path: string[] = [];

  /** Folders with programs, before all others. */
  programs(...folders: readonly string[]): this {
    this.path.push(...folders);
    return this;
  }

  /** A program that is a script of bash. */
  stub(name: string, script: string): this {
    const folder = join(this.folder, "bin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}`);
    chmodSync(join(folder, name), 0o755);
    if (!this.path.includes(folder)) this.path.unshift(folder);
    return this;
  }

  /** The script of a job that has these words, as a runner runs it. */
  run(workflow: string, job: string, words: string, env: Readonly<Record<string, string>>): Ran {
    const { content } = workflows.find(({ name }) => name === `workflows/${workflow}`)!;
    return this.carryOut(content.jobs[job].steps, words, env);
  }

  /** The script of an action that has these words. */
  action(action: string, words: string, env: Readonly<Record<string, string>>): Ran {
    const { content } = actions.find(({ name }) => name === `actions/${action}/action.yml`)!;
    return this.carryOut(content.runs.steps, words, env);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private carryOut(steps: readonly Step[], words: string, env: Readonly<Record<string, string>>): Ran {
    const script = steps.find(({ run }) => run?.includes(words))!.run!;
    const output = join(this.folder, "output");
    writeFileSync(output, "");
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
      {
        cwd: this.folder,
        encoding: "utf8",
        env: {
          PATH: [...this.path, process.env.PATH].join(delimiter),
          HOME: this.folder,
          RUNNER_TEMP: this.folder,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: join(this.folder, "summary"),
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: "contoso/shop",
          GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
          GITHUB_RUN_ID: "42",
          ...env,
        },
      },
    );
    const lines = readFileSync(output, "utf8").trimEnd().split("\n");
    const outputs = Object.fromEntries(
      lines.map((line) => [line.split("=", 1)[0], line.replace(/^[^=]*=/, "")]),
    );
    return { status, stdout, stderr, outputs };
  }
}

/** Every runner of GitHub's has it; a user's machine may not. */
export const hasJq = spawnSync("jq", ["--version"]).status === 0;
