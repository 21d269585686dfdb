import { spawnSync } from "node:child_process";
import { calls, fileNamed, files, jobsOf, pipelines, scripts, steps, templates } from "./templates";

/** What a task is called and which of its versions: Azure Pipelines takes the newest within a major one. */
const tasks = ["AzureCLI@2", "DownloadPipelineArtifact@2", "PublishPipelineArtifact@1", "UseNode@1"];

test("what stands in the folder", () => {
  expect(files.map(({ name }) => name)).toEqual([
    "iam-service-poc/build.yml",
    "iam-service-poc/deploy.yml",
    "iam-service-poc/promotion.yml",
    "poc-pipeline-templates/build.yml",
    "poc-pipeline-templates/deploy.yml",
    "poc-pipeline-templates/promote.yml",
    "poc-pipeline-templates/steps/airlock.yml",
    "poc-pipeline-templates/steps/azure.yml",
    "poc-pipeline-templates/steps/canary.yml",
    "poc-pipeline-templates/steps/rollback.yml",
  ]);
});

test("they are 300 lines at most", () => {
  const lines = files.flatMap(({ text }) => text.split("\n").filter((line) => /^\s*[^\s#]/.test(line)));
  expect(lines.length).toBeLessThanOrEqual(300);
});

describe("structure", () => {
  test("a pipeline extends a template of main, and has no step of its own", () => {
    for (const { content } of pipelines) {
      expect(Object.keys(content).sort()).toEqual(["extends", "pr", "resources", "trigger"]);
      expect(content.extends!.template).toMatch(/^[a-z]+\.yml@templates$/);
      expect(content.resources).toMatchObject({
        repositories: [{ repository: "templates", type: "git", ref: "refs/heads/main" }],
      });
      expect(content.pr).toBe("none");
    }
  });

  test("build runs for main and feature branches, promotion by hand, deploy after it", () => {
    expect(pipelines.map(({ content }) => content.trigger)).toEqual([
      { branches: { include: ["main", "feature/*"] } },
      "none",
      "none",
    ]);
    expect(fileNamed("iam-service-poc/deploy.yml").content.resources).toMatchObject({
      pipelines: [{ source: "iam-service-poc-promotion", trigger: { branches: { include: ["main"] } } }],
    });
  });

  test("a template has parameters, and stages or steps", () => {
    for (const { name, content } of templates) {
      const body = name.includes("/steps/") ? "steps" : "stages";
      expect([name, ...Object.keys(content)]).toEqual([name, "parameters", body]);
    }
  });

  test("a step is a checkout, a script, a template or one of the tasks, at its version", () => {
    const kinds = ["bash", "checkout", "task", "template"];
    expect(steps.filter((step) => !kinds.includes(Object.keys(step)[1]))).toEqual([]);
    const used = steps.flatMap(({ task }) => task ?? []);
    expect([...new Set(used)].sort()).toEqual(tasks);
  });

  test("a checkout leaves no token behind", () => {
    const checkouts = steps.filter((step) => step.checkout !== undefined && step.checkout !== "none");
    expect(checkouts).toHaveLength(2);
    for (const step of checkouts) expect(step).toMatchObject({ checkout: "self", persistCredentials: false });
  });

  test.each(calls.map((call) => [call.called, call.where, call] as const))(
    "%s (%s) is there, and is given what it asks for",
    (_, __, { called, given }) => {
      const { parameters = [] } = fileNamed(called).content;
      const names = parameters.map(({ name }) => name);
      expect(Object.keys(given).filter((name) => !names.includes(name))).toEqual([]);
      const needed = parameters.filter((one) => one.default === undefined).map(({ name }) => name);
      expect(needed.filter((name) => !Object.hasOwn(given, name))).toEqual([]);
    },
  );

  test("every template is called, and each parameter of one is used", () => {
    const called = new Set(calls.map((call) => call.called));
    expect(templates.filter(({ name }) => !called.has(name))).toEqual([]);
    for (const { name, text, content } of templates) {
      const unused = content.parameters!.filter((one) => !text.includes(`parameters.${one.name}`));
      expect([name, ...unused]).toEqual([name]);
    }
    for (const { text, content } of templates) {
      const declared = content.parameters!.map((one) => one.name);
      const used = [...text.matchAll(/\bparameters\.(\w+)/g)].map(([, one]) => one);
      expect(used.filter((one) => !declared.includes(one))).toEqual([]);
    }
  });
});

describe("who signs in", () => {
  test("a job signs in by a service connection alone, in one step", () => {
    const signing = steps.filter(({ task }) => task === "AzureCLI@2");
    expect(signing.map(({ where }) => where)).toEqual(["poc-pipeline-templates/steps/azure.yml"]);
    expect(signing[0].inputs).toMatchObject({
      azureSubscription: "${{ parameters.connection }}",
      addSpnToEnvironment: true,
      visibleAzLogin: false,
    });
  });

  test("of a build, on main alone: a branch's own code never meets the connection", () => {
    const [build, publish] = jobsOf(fileNamed("poc-pipeline-templates/build.yml"));
    expect(build.condition).toBeUndefined();
    expect(JSON.stringify(build.job)).not.toContain("connection");
    expect(publish.condition).toBe("${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}");
    expect(JSON.stringify(publish.job)).toContain("connection");
    // What was built and scanned is what is pushed: nothing is checked out any more.
    expect(publish.job.steps[0]).toEqual({ checkout: "none" });
  });

  test("on agents of their own: a branch's own code never meets those that sign in", () => {
    const pools = templates.flatMap((file) =>
      jobsOf(file).map(({ stage, job }) => [file.name.split("/")[1], stage, job.pool.name]),
    );
    expect(pools).toEqual([
      [
        "build.yml",
        "build",
        "${{ iif(eq(variables['Build.SourceBranch'], 'refs/heads/main'), parameters.pool, parameters.branchPool) }}",
      ],
      ["build.yml", "publish", "${{ parameters.pool }}"],
      ["deploy.yml", "deploy", "${{ parameters.pool }}"],
      ["promote.yml", "preview", "${{ parameters.pool }}"],
      ["promote.yml", "promote", "${{ parameters.pool }}"],
    ]);
  });

  test("what is checked out is held to main before anybody signs in", () => {
    const checked = templates.flatMap((file) =>
      jobsOf(file).filter(({ job }) => job.steps[0].checkout === undefined),
    );
    expect(checked.map(({ name }) => name)).toEqual(["deploy", "preview", "promote"]);
    for (const { job } of checked) expect(job.steps[0].template).toBe("steps/airlock.yml");
    const { steps: first } = fileNamed("poc-pipeline-templates/steps/airlock.yml").content;
    expect(first![2].bash).toMatch(/^set -euo pipefail\nif ! git diff --quiet HEAD origin\/main -- /);
    expect(JSON.stringify(first)).not.toContain("connection");
  });

  test("no template takes variables of the environment from a pipeline, but by name", () => {
    const free = templates.flatMap(({ name, content }) =>
      content.parameters!.filter(({ type }) => type === "object").map((one) => [name, one.name]),
    );
    expect(free).toEqual([["poc-pipeline-templates/steps/azure.yml", "env"]]);
    const handed = steps.flatMap(({ parameters }) => Object.keys(parameters?.env ?? {}));
    expect([...new Set(handed)].sort()).toEqual([
      "CLUSTER",
      "CLUSTER_GROUP",
      "KEY",
      "PULUMI_BACKEND_URL",
      "REGISTRY",
      "REPOSITORY",
      "STACK",
    ]);
  });

  test("what changes something waits for its environment, and a preview for nothing", () => {
    const jobs = templates.flatMap((file) =>
      jobsOf(file).map(({ name, job }) => [file.name.split("/")[1], name, job.environment]),
    );
    expect(jobs).toEqual([
      ["build.yml", "image", undefined],
      ["build.yml", "image", undefined],
      ["deploy.yml", "deploy", "${{ parameters.environment }}"],
      ["promote.yml", "preview", undefined],
      ["promote.yml", "promote", "${{ parameters.environment }}"],
    ]);
    const updates = scripts.filter(({ script }) => /pulumi up|airlock deploy/.test(script));
    expect(updates.map(({ where }) => where.split("/").at(-1))).toEqual(["promote.yml", "canary.yml"]);
    // What comes after a failure is for what the canary took back, and makes no success of it.
    const rollback = fileNamed("poc-pipeline-templates/steps/rollback.yml").content.steps!;
    expect(rollback.map((step: any) => step.condition ?? step.parameters.condition)).toEqual([
      "failed()",
      "and(failed(), or(eq(variables['rejected'], 'true'), eq(variables['unfinished'], 'true')))",
      "and(failed(), or(eq(variables['rejected'], 'true'), eq(variables['unfinished'], 'true')))",
    ]);
    for (const { script } of scripts.filter(({ script }) => script.includes("pulumi "))) {
      expect(script).toContain("--policy-pack policies");
    }
  });

  test("no secret: the one token is the run's own, for the step that pushes a branch", () => {
    const macros = files.flatMap(({ name, text }) =>
      [...text.matchAll(/\$\(([A-Za-z]+\.[A-Za-z.]+)\)/g)].map(([, macro]) => [name, macro]),
    );
    expect([...new Set(macros.map(([, macro]) => macro))].sort()).toEqual([
      "Build.ArtifactStagingDirectory",
      "Pipeline.Workspace",
      "System.AccessToken",
    ]);
    const tokens = macros.filter(([, macro]) => macro === "System.AccessToken").map(([name]) => name);
    expect(tokens).toEqual(["poc-pipeline-templates/steps/rollback.yml"]);
    // A promotion names passwords to leave them alone.
    const said = files.map(({ text }) =>
      text.replace(/^#.*$/gm, "").replaceAll("'**RegistryPassword**'", ""),
    );
    expect(said.filter((text) => /\bgroup:|password|secret/i.test(text))).toEqual([]);
  });
});

describe("scripts", () => {
  const predefined =
    /^(AGENT_TEMPDIRECTORY|BUILD_(BUILDID|SOURCEVERSION|REPOSITORY_URI)|PWD|servicePrincipalId|tenantId|idToken)$/;

  test("have nothing put into them: what comes from outside comes as a variable", () => {
    expect(
      scripts.filter(({ script }) =>
        /\$\{\{(?! parameters\.script )|\$\([A-Za-z]+\.[A-Za-z.]+\)/.test(script),
      ),
    ).toEqual([]);
    expect(scripts.filter(({ script }) => script.includes("${{")).map(({ where }) => where)).toEqual([
      "poc-pipeline-templates/steps/azure.yml",
    ]);
  });

  test.each(scripts.map((one) => [one.where, one] as const))(
    "%s: bash reads it",
    (_, { script, signedIn }) => {
      const text = script.replace("${{ parameters.script }}", "true");
      const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      // What is handed to the step that signs in goes on under its first line.
      if (!signedIn) expect(text.split("\n")[0]).toBe("set -euo pipefail");
    },
  );

  test.each(scripts.map((one) => [one.where, one] as const))(
    "%s: every variable is handed over or set, and quoted",
    (_, { script, variables }) => {
      const withoutInserted = Object.keys(variables).filter((name) => !name.startsWith("${{"));
      const assigned = [...script.matchAll(/(?:^|[\s;(])(\w+)=/gm)].map(([, name]) => name);
      const used = [...script.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name);
      // `work` is of the step that signs in.
      const known = [...withoutInserted, ...assigned, "KUBECONFIG", "work"];
      expect(used.filter((name) => !known.includes(name) && !predefined.test(name))).toEqual([]);
      // The engine reads where the state is by itself.
      const unused = withoutInserted.filter((name) => !used.includes(name) && name !== "PULUMI_BACKEND_URL");
      expect(unused).toEqual([]);
      // An assignment and what stands between quotes are not split into words.
      const bare = script
        .replace(/'[^']*'/g, "")
        .replace(/"(?:\$\([^)]*\)|[^"])*"/g, "")
        .replace(/^\s*\w+=\$\([^)]*\)$/gm, "");
      expect([...bare.matchAll(/\$\{?[A-Za-z_]\w*/g)].map(([found]) => found)).toEqual([]);
    },
  );
});
