import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "../../../cli/policy/events";
import { run } from "../../../cli/program";
import { byTag, deployment, log, recorded, urnOf } from "../policy/recorded";
import { recordingContext, temporaryProject } from "../support/project";

const vault = urnOf("azure-native:keyvault:Vault", "keys");
const clean = recorded([vault], []);
const refused = recorded([deployment], [byTag]);

/** A project whose engine answers a preview of a stack with recorded events; any other stack it does not know. */
function project(previews: Record<string, readonly EngineEvent[]> = {}) {
  const directory = temporaryProject();
  for (const [stack, events] of Object.entries(previews))
    writeFileSync(join(directory, `${stack}.json`), log(events));
  const engine = mkdtempSync(join(tmpdir(), "airlock-engine-"));
  writeFileSync(
    join(engine, "pulumi"),
    `#!/bin/sh
[ "$1 $2 $4 $5 $6" = "preview -s --policy-pack policies --json" ] || exit 2
[ "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" = true ] || exit 2
cat "$3.json" 2>/dev/null || echo "error: no stack named '$3' found" >&2
exit 255
`,
  );
  chmodSync(join(engine, "pulumi"), 0o755);
  const report = async (...words: string[]) => {
    const env = { PATH: [engine, process.env.PATH].join(":") };
    const { context, written } = recordingContext(directory, env);
    return { code: await run(["policy", "report", ...words], context), ...written };
  };
  return { directory, report };
}

test("a stack that every policy lets pass", async () => {
  const { report } = project({ prod: clean });
  const { code, out, err } = await report("--env", "prod");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^## Policies: prod, no findings\n/);
});

test("a mandatory finding: the report, then one line and exit code 1", async () => {
  const { report } = project({ prod: refused });
  const { code, out, err } = await report("--env", "prod");
  expect(code).toBe(1);
  expect(out).toContain("is named by a tag, which can be moved");
  expect(err).toBe("airlock: a mandatory finding stands. The report says what to do about each\n");
});

test("several stacks make one report, as JSON", async () => {
  const { report } = project({ prod: refused, dev: clean });
  const { code, out } = await report("--env", "dev", "prod", "--format", "json");
  expect(code).toBe(1);
  const { version, stacks } = JSON.parse(out);
  expect(version).toBe(1);
  expect(stacks.map(({ stack, findings }: any) => [stack, findings.length])).toEqual([
    ["dev", 0],
    ["prod", 1],
  ]);
});

test("without --env every stack is previewed", async () => {
  const { report } = project({ shared: clean, dev: clean, staging: clean, prod: clean });
  const { out } = await report();
  expect(out.match(/^## Policies: \w+/gm)).toEqual([
    "## Policies: dev",
    "## Policies: prod",
    "## Policies: shared",
    "## Policies: staging",
  ]);
});

test("recorded events need no engine, and are of the stack that they name; --output takes the report", async () => {
  const { directory, report } = project();
  writeFileSync(join(directory, "events.json"), log(refused));
  const { code, out } = await report(
    "--events",
    "events.json",
    "--format",
    "sarif",
    "--output",
    "report.sarif",
  );
  expect({ code, out }).toEqual({ code: 1, out: "" });
  const { runs } = JSON.parse(readFileSync(join(directory, "report.sarif"), "utf8"));
  expect(runs[0].automationDetails.id).toBe("airlock-policies/prod/");
  expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("Pulumi.prod.yaml");
  expect(runs[0].tool.driver.rules[0].helpUri).toBe(
    "https://github.com/contoso/platform/blob/HEAD/docs/policies/image-require-digest.md",
  );
  expect(existsSync(join(directory, "prod.json"))).toBe(false);
});

test("in a repository the stack's file is named from its root", async () => {
  const { directory } = project();
  const repository = mkdtempSync(join(tmpdir(), "airlock-repository-"));
  mkdirSync(join(repository, ".git"));
  renameSync(directory, join(repository, "infra"));
  writeFileSync(join(repository, "infra/events.json"), log(clean.concat(refused)));
  const { context, written } = recordingContext(join(repository, "infra"));
  expect(await run(["policy", "report", "--events", "events.json", "--format", "sarif"], context)).toBe(1);
  const [{ results }] = JSON.parse(written.out).runs;
  expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("infra/Pulumi.prod.yaml");
});

test("a preview that failed for another reason: exit code 3, with the report of what was judged", async () => {
  const { report } = project({ prod: recorded([vault], [], "the program threw") });
  const { code, out, err } = await report("--env", "prod");
  expect(code).toBe(3);
  expect(out).toContain("**The run failed, and not everything was judged:** the program threw");
  expect(err).toBe("airlock: the preview of prod failed: the program threw\n");
});

test.each<[string, string[], number, string]>([
  [
    "a stack that the engine does not know",
    ["--env", "dev"],
    3,
    "pulumi preview of dev did not begin: no stack named 'dev' found",
  ],
  ["an unknown environment", ["--env", "prdo"], 2, 'no stack is prdo. Did you mean "prod"?'],
  ["an unknown format", ["--format", "jsno"], 2, 'unknown format "jsno". Did you mean "json"?'],
  ["two sources", ["--env", "prod", "--events", "x"], 2, "--events and --env exclude each other"],
  ["no such file", ["--events", "nowhere.json"], 2, "there is no such file (nowhere.json)"],
  ["no name of a file", ["--events", "a".repeat(300)], 2, `there is no such file (${"a".repeat(300)})`],
  [
    "a file of something else",
    ["--events", "Pulumi.yaml"],
    2,
    "there is no event of the engine in it (Pulumi.yaml). Make it with: PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview -s <stack> --policy-pack policies --json > events.json",
  ],
])("%s", async (_, words, exitCode, line) => {
  const { report } = project({ prod: clean });
  expect(await report(...words)).toEqual({ code: exitCode, out: "", err: `airlock: ${line}\n` });
});

test("events of a stack that the project does not have", async () => {
  const { directory, report } = project();
  writeFileSync(join(directory, "qa.json"), log(recorded([urnOf("a:b:C", "x", "qa")], [])));
  const { code, err } = await report("--events", "qa.json");
  expect({ code, err }).toEqual({ code: 2, err: "airlock: this project has no stack qa (qa.json)\n" });
});
