import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../../cli/context";
import { run } from "../../../cli/program";
import { checkout } from "../../support/sandbox";
import { keyOf } from "../../model/release/world";
import { FakeGitHub } from "../support/github";
import { recordingContext, temporaryProject } from "../support/project";

const projectFile = `name: contoso
runtime: nodejs
main: stacks/
config:
  contoso:subscriptionId: 22222222-2222-4222-8222-222222222222
  contoso:github: { value: { owner: contoso, repository: platform } }
  contoso:path:
    value:
      - { environment: dev }
      - { environment: qa }
      - { environment: uat }
      - { environment: prod, protected: true }
  contoso:releases:
    value:
      managers:
        dev: { manager: dora, backup: dirk }
        qa: { manager: quinn, backup: quentin }
        uat: { manager: uma, backup: ulf }
      people:
        quinn:
          publicKey: |
${keyOf("quinn").publicKey.replace(/^/gm, "            ").trimEnd()}
`;

/** An engine that writes down what it was asked for, and what the release's file said then. */
const engine = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const { parse } = require(${JSON.stringify(join(checkout, "node_modules/yaml"))});
const [words, here] = [process.argv.slice(2), path.join(__dirname, "engine.json")];
const state = fs.existsSync(here) ? JSON.parse(fs.readFileSync(here, "utf8")) : { calls: [], history: [], resources: [] };
const stack = words[words.indexOf("-s") + 1];
const call = words[0] === "stack" ? "stack " + words[1] : words[0];
const failing = process.env.FAIL_AT === String(state.calls.filter((one) => one.startsWith("up")).length) && call === "up";
let summary = call;
if (call === "up") {
  const { "contoso:release": release } = parse(fs.readFileSync("Pulumi." + stack + ".yaml", "utf8")).config;
  const phases = Object.entries(release.stages).map(([name, one]) => name + " " + (one.closed ? "closed" : one.closing ? "closing" : "open"));
  summary = "up " + release.version + ": " + (release.deleted ? "deleted" : phases.join(", "));
  const value = JSON.stringify(release);
  state.history.unshift({ kind: "update", result: failing ? "failed" : "succeeded", config: { "contoso:release": { value, secret: false } } });
  if (!failing) state.resources = release.deleted ? [{ urn: "p", type: "pulumi:providers:github" }, { urn: "h", type: "airlock:index:ReleaseHistory" }] : [{ urn: "u", type: "airlock:index:ReleaseAccess" }];
}
state.calls.push(summary);
fs.writeFileSync(here, JSON.stringify(state));
if (call === "stack history") console.log(JSON.stringify(state.history));
if (call === "stack export") fs.writeFileSync(words[words.indexOf("--file") + 1], JSON.stringify({ deployment: { resources: [{ urn: "s", type: "pulumi:pulumi:Stack" }, ...state.resources] } }));
if (failing) { console.log("error: 503"); process.exit(255); }
`;

export const start = new Date("2026-11-21T10:00:00Z");

/** A project whose releases go through qa, uat and prod, with an engine that only takes notes. */
export class ReleaseWorld {
  readonly cwd = temporaryProject({
    "Pulumi.yaml": projectFile,
    "Pulumi.qa.yaml": "config:\n  contoso:kind: environment\n",
    "Pulumi.uat.yaml": "config:\n  contoso:kind: environment\n",
    "Pulumi.staging.yaml": "",
    pulumi: engine,
  });
  now = start;
  env: NodeJS.ProcessEnv = { PATH: this.cwd };
  /** What whoever runs it may read reviews with. */
  token: string | undefined = "token-of-the-job";
  readonly gitHub = new FakeGitHub().install();

  constructor() {
    chmodSync(join(this.cwd, "pulumi"), 0o755);
    rmSync(join(this.cwd, "Pulumi.staging.yaml"));
  }

  /** `airlock release …`. */
  async release(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const { context, written } = recordingContext(this.cwd, { ...this.env, GITHUB_TOKEN: this.token });
    const timed: Context = { ...context, now: () => this.now };
    const code = await run(["release", ...words], timed);
    return { code, ...written };
  }

  /** The same, which has to succeed. */
  async done(...words: string[]): Promise<string> {
    const { code, out, err } = await this.release(...words);
    if (code !== 0) throw new Error(`airlock release ${words.join(" ")}: ${err}`);
    return out;
  }

  /** The approval of somebody who has no key: a review on GitHub, and its record. */
  async reviewed(to: string, role: string, by: string): Promise<{ code: number; out: string; err: string }> {
    const line = await this.done("approval", "v0.0.1", "--to", to, "--role", role, "--by", by);
    return this.release("approve", "v0.0.1", "--review", this.gitHub.review(by, line), "--to", to);
  }

  pass(hours: number): void {
    this.now = new Date(this.now.getTime() + hours * 3_600_000);
  }

  file(version = "v0.0.1"): string {
    return readFileSync(join(this.cwd, `Pulumi.release-${version}.yaml`), "utf8");
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(join(this.cwd, name), content);
    return name;
  }

  /** What the engine was asked for, and what the file said at each update. */
  get calls(): string[] {
    const notes = join(this.cwd, "engine.json");
    return existsSync(notes) ? (JSON.parse(readFileSync(notes, "utf8")) as { calls: string[] }).calls : [];
  }

  /** Phases of a release's stages, as `release status` has them. */
  async phases(version = "v0.0.1"): Promise<string> {
    const { releases } = JSON.parse(await this.done("status", version, "--json")) as {
      releases: { stages: { stage: string; phase: string }[] }[];
    };
    return releases[0].stages.map(({ stage, phase }) => `${stage} ${phase}`).join(", ");
  }
}
