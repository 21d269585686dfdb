import { spawnSync } from "node:child_process";
import { createProgram } from "../../cli/program";
import { recordingContext } from "../cli/support/project";
import { problemsOf } from "./command-line";
import { airlockCalls } from "./shell-words";
import { actions, jobs, steps, workflows, type Step } from "./workflows";

const files = [...workflows, ...actions];
const signsIn = ({ uses, with: given }: Step) =>
  uses === "./.github/actions/sign-in" || (uses === "./.github/actions/airlock" && given?.vars !== undefined);

/** Read in the repositories themselves: the commit that the version's tag names. */
const pinned: Record<string, string> = {
  "actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6": "v4.2.2",
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": "v7.0.1",
  "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c": "v8.0.1",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f": "v7.0.0",
  "sigstore/cosign-installer@6f9f17788090df1f26f669e9d70d6ae9567deba6": "v4.1.2",
};

test("what stands in the folder", () => {
  expect(files.map(({ name }) => name)).toEqual([
    "workflows/apply.yml",
    "workflows/approvals.yml",
    "workflows/preview.yml",
    "workflows/release-stage.yml",
    "workflows/release.yml",
    "workflows/sweep.yml",
    "actions/airlock/action.yml",
    "actions/deploy/action.yml",
    "actions/guarded/action.yml",
    "actions/mark/action.yml",
    "actions/propose/action.yml",
    "actions/registry/action.yml",
    "actions/sign-in/action.yml",
  ]);
});

test("the workflows are 300 lines at most", () => {
  const lines = workflows.flatMap(({ text }) => text.split("\n").filter((line) => /^\s*[^\s#]/.test(line)));
  expect(lines.length).toBeLessThanOrEqual(300);
});

describe("actions", () => {
  const used = files.flatMap(({ name, text }) =>
    text.split("\n").flatMap((line) => {
      const found = /\buses: (\S+?)(?:,|\s|$)/.exec(line);
      return found ? [{ where: name, action: found[1], version: /# (v\S+)$/.exec(line)?.[1] }] : [];
    }),
  );
  const others = used.filter(({ action }) => !action.startsWith("./"));

  test("are all found", () => {
    expect(used).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
  });

  test("of others are pinned by commit, with the version beside it", () => {
    expect(
      others.filter(({ action, version }) => pinned[action] === undefined || pinned[action] !== version),
    ).toEqual([]);
    expect([...new Set(others.map(({ action }) => action))].sort()).toEqual(Object.keys(pinned));
  });

  test("of our own are there", () => {
    const own = used.filter(({ action }) => action.startsWith("./")).map(({ action }) => action);
    expect([...new Set(own)].sort()).toEqual(
      actions.map(({ name }) => `./.github/${name.replace("/action.yml", "")}`).sort(),
    );
  });

  test("a checkout leaves no token behind", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(5);
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });
});

describe("rights", () => {
  test("a workflow has none, and each job says its own", () => {
    expect(workflows.filter(({ content }) => JSON.stringify(content.permissions) !== "{}")).toEqual([]);
    expect(jobs.filter(({ permissions }) => permissions === undefined)).toEqual([]);
  });

  test("of a job are the least", () => {
    const writes = jobs.flatMap(({ where, permissions }) =>
      Object.entries(permissions!)
        .filter(([, level]) => level !== "read")
        .map(([right]) => `${where} ${right}`),
    );
    expect(writes).toEqual([
      "workflows/apply.yml: up id-token",
      "workflows/apply.yml: deploy contents",
      "workflows/apply.yml: deploy id-token",
      "workflows/approvals.yml: record contents",
      "workflows/preview.yml: report id-token",
      "workflows/preview.yml: comment pull-requests",
      "workflows/release-stage.yml: build id-token",
      "workflows/release-stage.yml: sign id-token",
      "workflows/release-stage.yml: attach id-token",
      "workflows/release-stage.yml: binaries id-token",
      "workflows/release-stage.yml: publish attestations",
      "workflows/release-stage.yml: publish contents",
      "workflows/release-stage.yml: publish id-token",
      "workflows/release.yml: run contents",
      "workflows/release.yml: run id-token",
      "workflows/sweep.yml: releases contents",
      "workflows/sweep.yml: releases id-token",
      "workflows/sweep.yml: custodian id-token",
    ]);
  });

  test("whoever signs in to Azure does it as an environment, and no code of a pull request has another's rights", () => {
    const signingIn = jobs.filter(({ steps: own }) => own.some(signsIn));
    expect(signingIn.length).toBeGreaterThan(6);
    expect(signingIn.filter(({ environment }) => environment === undefined)).toEqual([]);
    const onPulls = workflows.filter(({ content }) => "pull_request" in content.on);
    expect(onPulls.map(({ name }) => name)).toEqual(["workflows/preview.yml"]);
    expect(onPulls[0].content.jobs.report.environment).toBe("preview");
    expect(onPulls[0].content.jobs.comment.steps.every(({ uses }) => !uses?.includes("checkout"))).toBe(true);
    expect(files.filter(({ text }) => /pull_request_target|workflow_run/.test(text))).toEqual([]);
  });

  test("the one secret is the stage's, and it reaches the step that signs in to the registry", () => {
    const secrets = files.flatMap(({ text }) =>
      [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name),
    );
    expect([...new Set(secrets)]).toEqual(["REGISTRY_PASSWORD"]);
    const signingIn = steps.filter(({ uses }) => uses === "./.github/actions/registry");
    expect(signingIn.map(({ where }) => where)).toEqual(
      ["build", "attach", "binaries"].map((job) => `workflows/release-stage.yml: ${job}`),
    );
    expect(signingIn).toHaveLength(secrets.length);
    for (const { with: given } of signingIn)
      expect(given).toEqual({
        vars: "${{ toJSON(vars) }}",
        password: "${{ secrets.REGISTRY_PASSWORD }}",
      });
    const holders = steps.filter(({ env }) => Object.values(env ?? {}).includes("${{ inputs.password }}"));
    expect(holders.map(({ where, run }) => [where, run?.includes("docker login")])).toEqual([
      ["actions/registry/action.yml", true],
    ]);
  });

  test("who signs in with an action of our own has checked it out, and may ask GitHub for a token", () => {
    const own = jobs.filter(({ steps: of }) =>
      of.some((step) => step.uses === "./.github/actions/registry" || signsIn(step)),
    );
    expect(own.length).toBeGreaterThan(6);
    for (const { permissions, steps: of } of own) {
      expect(permissions).toMatchObject({ contents: expect.any(String), "id-token": "write" });
      expect(of[0].uses ?? of[1].uses).toMatch(/^actions\/checkout@/);
    }
  });

  test("the sweep proposes on one branch, whatever became of it, and so no branch comes anew each night", () => {
    const proposals = workflows
      .find(({ name }) => name === "workflows/sweep.yml")!
      .content.jobs.releases.steps.filter(({ uses }) => uses === "./.github/actions/propose");
    expect(proposals).toEqual([
      expect.objectContaining({
        if: "always()",
        with: expect.objectContaining({ branch: "airlock/sweep" }),
      }),
    ]);
  });

  test("one run at a time of what changes something", () => {
    const together = workflows
      .filter(({ content }) => content.concurrency === undefined)
      .map(({ name }) => name);
    // Its jobs have a group for each stack.
    expect(together).toEqual(["workflows/apply.yml"]);
    expect(workflows[0].content.jobs).toMatchObject({
      up: { concurrency: { group: "stack-${{ matrix.stack }}" } },
      deploy: { concurrency: { group: "stack-${{ matrix.environment }}-delivery" } },
    });
  });
});

describe("scripts", () => {
  const scripts = steps.filter(({ run }) => run !== undefined);

  test("have nothing put into them: what comes from outside comes as a variable", () => {
    expect(scripts.filter(({ run }) => run!.includes("${{"))).toEqual([]);
  });

  test.each(scripts.map(({ where, run }) => [where, run!]))("%s is a script that bash reads", (_, run) => {
    const { status, stderr } = spawnSync("bash", ["-n"], { input: run, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("calls of airlock", () => {
  const calls = steps.flatMap(({ where, run }) =>
    airlockCalls(run ?? "").map((words) => ({ call: words.join(" "), where })),
  );
  const program = createProgram(recordingContext("/").context);

  test("are all found", () => {
    const all = files.flatMap(({ text }) => text.match(/npx airlock /g) ?? []);
    expect(calls).toHaveLength(all.length);
    expect(new Set(calls.map(({ call }) => call.split(" ").slice(0, 2).join(" ")))).toEqual(
      new Set([
        "access --diff",
        "deploy --stack",
        "policy report",
        "promote x",
        "release advance",
        "release approval",
        "release approve",
        "release close",
        "release create",
        "release deployed",
        "release hold",
        "release images",
        "release renew",
        "release status",
        "release sweep",
        "release verify",
        "sweep --env",
      ]),
    );
  });

  test.each(calls.map(({ call, where }) => [call, where]))(
    "airlock %s (%s) is one that airlock knows",
    (call) => {
      expect(problemsOf(program, call.split(" "))).toEqual([]);
    },
  );

  test.each([
    ["release advanced x --to x", ["advanced is no command"]],
    ["release advance x --into x", ["unknown --into,x", "--to is missing"]],
    ["release verify", ["0 arguments"]],
    ["release verify x x", ["2 arguments"]],
  ])("airlock %s would be found out", (call, problems) => {
    expect(problemsOf(program, call.split(" "))).toEqual(problems);
  });
});
