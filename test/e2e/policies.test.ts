import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policyTexts, rules } from "../../policies/pack";
import type { Resource } from "../../policies/rule";
import { exampleFile, exampleResources } from "../../tools/docs/examples";
import { messages } from "../../tools/docs/judge";
import { asked, referenceStack, stackOfExamples, stacksOfExamples } from "../../tools/docs/reference-stack";
import { checkout, node, run, succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { corpusSample, programOf } from "./policies/corpus-sample";
import { exampleProgram, PackProject } from "./policies/pack-project";

jest.setTimeout(600_000);

const stacks = {
  prod: referenceStack(),
  "prod-delivery": referenceStack("delivery-"),
  poc: referenceStack("poc-"),
  shared: referenceStack("access-disclose-signing"),
};
const { prod } = stacks;
const project = new PackProject(prod.settings.signing.publicKey!);
const sandbox = new TestSandbox(17543);
const names = rules.map(({ name }) => [name] as const);

beforeAll(() => project.start());
afterAll(async () => {
  project.remove();
  await sandbox.remove();
});

/** Every policy was asked and none has anything to say, not even as advice. */
function expectSilence(preview: Ran): void {
  const { output } = succeeded(preview);
  expect(output).toMatch(/^ {4}✅ airlock@v\d+\.\d+\.\d+ \(local: policies\)$/m);
  expect(output).not.toMatch(/\[(?:mandatory|advisory)\]/);
}

/** The run is refused, with these words of this policy. */
function expectRefusal({ exitCode, output }: Ran, policy: string, said: readonly string[]): void {
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(new RegExp(`^ +- \\[mandatory\\] {2}${policy} {2}\\(`, "m"));
  for (const text of said) expect(output).toContain(`${text}\n`);
}

/** The run goes on, and this policy has said these words. */
function expectAdvice(preview: Ran, policy: string, said: readonly string[]): void {
  const { output } = succeeded(preview);
  expect(output).toMatch(new RegExp(`^ +- \\[advisory\\] {2}${policy} {2}\\(`, "m"));
  for (const text of said) expect(output).toContain(`${text}\n`);
}

/** Passing examples that are one program: no two resources of theirs have one URN, and the policies let them pass together. */
async function groups(stack: (typeof stacksOfExamples)[number]): Promise<string[][]> {
  const found: { names: string[]; resources: Resource[] }[] = [];
  for (const { name } of rules.filter((rule) => stackOfExamples(rule.name) === stack)) {
    const resources = await exampleResources(name, "passes", stacks[stack]);
    const group = found.find(({ resources: others }) => {
      const all = [...others, ...resources];
      const distinct = new Set(all.map(({ urn }) => urn)).size === all.length;
      return distinct && rules.every((rule) => messages(rule, stacks[stack], all).length === 0);
    });
    group?.names.push(name);
    group?.resources.push(...resources);
    if (group === undefined) found.push({ names: [name], resources: [...resources] });
  }
  return found.map(({ names }) => names);
}

describe("examples, in the stack that they are about", () => {
  // As many in one program as go together: a preview takes seconds.
  test.each(stacksOfExamples)("what passes, passes in %s", async (stack) => {
    project.configure({}, stack === "shared" ? asked["access-disclose-signing"] : {});
    for (const group of await groups(stack)) {
      const program = exampleProgram(...group.map((name) => exampleFile(name, "passes")));
      expectSilence(await project.preview(program, [], {}, stack));
    }
    project.configure();
  });

  test.each(names)("%s: what fails, fails with the message of its page", async (name) => {
    const rule = rules.find((one) => one.name === name)!;
    const facts = referenceStack(name);
    const said = messages(rule, facts, await exampleResources(name, "fails", facts));
    const program = exampleProgram(exampleFile(name, "fails"));
    project.configure({}, asked[name]);
    const preview = await project.preview(program, [], {}, stackOfExamples(name));
    (rule.advice ? expectAdvice : expectRefusal)(preview, name, said);
    project.configure();
  });
});

describe("a sample of the hostile corpus, in the stack prod", () => {
  const sample = corpusSample(10);
  const [refused, honest] = [true, false].map((one) =>
    sample.filter(({ refusedBy }) => (refusedBy !== undefined) === one),
  );

  test("what an attacker would write is refused, each with the messages of its policies", async () => {
    expect(refused).toHaveLength(10);
    const { exitCode, output } = await project.preview(programOf(refused));
    expect(exitCode).not.toBe(0);
    for (const { refusedBy = [], resources } of refused) {
      for (const rule of rules.filter(({ name }) => refusedBy.includes(name))) {
        const said = messages(rule, prod, resources);
        expect(said).not.toEqual([]);
        for (const text of said) expect(output).toContain(`${text}\n`);
      }
    }
  });

  test("what an honest neighbour would write passes", async () => {
    expect(honest).toHaveLength(10);
    const { output } = succeeded(await project.preview(programOf(honest)));
    expect(output).not.toMatch(/\[(?:mandatory|advisory)\]/);
  });
});

test("a recorded preview makes a report for code scanning", async () => {
  const recorded = join(project.directory, "events.json");
  const name = "image-require-digest";
  const preview = await project.preview(exampleProgram(exampleFile(name, "fails")), ["--json"], {
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
  });
  writeFileSync(recorded, preview.stdout);
  const report = await run(
    node,
    [join(checkout, ".build/airlock.js"), "policy", "report", "--events", recorded, "--format", "sarif"],
    { cwd: project.directory, env: project.environment() },
  );
  expect(report.exitCode).toBe(1);
  expect(report.stderr).toBe("airlock: a mandatory finding stands. The report says what to do about each\n");
  const [{ results }] = JSON.parse(report.stdout).runs;
  const rule = rules.find((one) => one.name === name)!;
  const [said] = messages(rule, prod, await exampleResources(name, "fails", prod));
  expect(results).toMatchObject([{ ruleId: name, level: "error", message: { text: said } }]);
});

describe("an exemption", () => {
  const policy = "image-require-own-registry";
  const program = exampleProgram(exampleFile(policy, "fails"));
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const until = (last: string) => {
    const said = { reason: "prod is restored from staging", owner: "platform_team", until: last };
    const type = "azure-native:containerinstance:ContainerGroup";
    project.configure({
      exemptions: [{ policy, resource: "migration", type, environment: "prod", ...said }],
    });
  };
  afterAll(() => project.configure());

  test("lets the finding pass until its day, and shows", async () => {
    until(day(7));
    const { output } = succeeded(await project.preview(program));
    expect(output).not.toContain("[mandatory]");
    expect(output).toMatch(/^ +- \[advisory\] {2}exemption-disclose-use {2}\(.*: migration\)$/m);
    expect(output).toContain(
      `exempted from ${policy} until ${day(7)} by platform_team (prod is restored from staging): image "onestreamstaging.azurecr.io/iam/migration@`,
    );
  });

  test("ends by itself", async () => {
    // A day from midnight on either side makes no difference.
    until(day(-2));
    expectRefusal(await project.preview(program), policy, [
      `Promote the image to prod and name it onestreamprod.azurecr.io/<repository>@sha256:…. The exemption by platform_team ended on ${day(-2)}`,
    ]);
  });
});

describe("a configuration that can't be read", () => {
  const program = exampleProgram(exampleFile("resource-require-tags", "passes"));
  const rows = (output: string) => output.match(/^ +- \[\w+\] .*$/gm) ?? [];
  beforeAll(() => project.configure({ levels: { "resource-require-tags": { prod: "advisory" } } }));
  afterAll(() => project.configure());

  test("fails the run, and is said once with a resource and once with the stack", async () => {
    const { exitCode, output } = await project.preview(program);
    expect(exitCode).not.toBe(0);
    expect(rows(output)).toEqual([
      expect.stringContaining("[mandatory]  image-require-digest  (pulumi:pulumi:Stack: onestream-prod)"),
      expect.stringContaining("[mandatory]  image-require-lock  (pulumi:pulumi:Stack: onestream-prod)"),
    ]);
    expect(output).toContain(
      "the policies could not judge: prod is protected: every policy is mandatory there (Pulumi.yaml or Pulumi.prod.yaml, onestream:policies.levels.resource-require-tags.prod). Exempt one resource until a day, with policies.exemptions (onestream-prod). Correct this first: what can't be judged is refused\n",
    );
  });

  test("is said by another policy when the first is disabled, and still fails the run when the first is lowered", async () => {
    const levels = join(project.directory, "levels.json");
    const under = async (level: string) => {
      writeFileSync(levels, JSON.stringify({ "image-require-digest": level }));
      return project.preview(program, ["--policy-pack-config", levels]);
    };
    expectRefusal(await under("disabled"), "image-require-own-registry", []);
    expectRefusal(await under("advisory"), "image-require-lock", []);
  });
});

test("types that nobody has heard of are refused, with the way to exempt them", async () => {
  const program = `
    import { CustomResource } from "@pulumi/pulumi";
    new CustomResource("acme:index:Rocket", "rocket", {});
    new CustomResource("azure-native:skynet/v20300101:Terminator", "terminator", {});
  `;
  const preview = await project.preview(program);
  expectRefusal(preview, "resource-require-known-type", []);
  for (const [name, type] of [
    ["rocket", "acme:index:Rocket"],
    ["terminator", "azure-native:skynet/v20300101:Terminator"],
  ]) {
    expect(preview.output).toContain(
      `add { policy: resource-require-known-type, resource: ${name}, type: "${type}", environment: prod, reason, owner, until } to policies.exemptions`,
    );
  }
});

describe("the stacks as they stand", () => {
  const preview = (stack: string) =>
    sandbox.pulumi(["preview", "-s", stack, "--policy-pack", "policies", "--suppress-progress"]);

  beforeAll(async () => {
    succeeded(await sandbox.airlock(["sandbox", "start"]));
  });

  test("shared: no finding, no advice, in the preview and in the update", async () => {
    expectSilence(await preview("shared"));
    expectSilence(await sandbox.up("shared"));
  });

  test.each(["dev", "staging", "prod"])("%s: no finding, no advice", async (environment) => {
    expectSilence(await preview(environment));
  });

  test("airlock policy report says the same", async () => {
    const report = await sandbox.airlock(["policy", "report", "--env", "prod", "--format", "json"], {
      cwd: sandbox.workspace,
    });
    const [prod] = JSON.parse(succeeded(report).stdout).stacks;
    expect(prod).toMatchObject({ stack: "prod", pack: { name: "airlock" }, findings: [], exemptions: [] });
    expect(prod).not.toHaveProperty("failure");
    expect(prod.policies.map(({ name }: { name: string }) => name)).toEqual(
      policyTexts.map(({ name }) => name),
    );
    for (const { passed, failed } of prod.policies) {
      expect(passed).toBeGreaterThan(0);
      expect(failed).toBe(0);
    }
  });
});
