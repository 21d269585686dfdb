import * as fc from "fast-check";
import { deploy } from "../../../cli/deploy/deploy";
import { deployMarkdown, deployReport, problemOf } from "../../../cli/deploy/report";
import { deliverySettings } from "../../support/delivery";
import { digest, Killed, referenceTo, World } from "./world";

const world = deliverySettings();
const stack = { stack: "staging-delivery", environment: "staging", delivery: world.delivery!, world };

async function deployed(world: World) {
  const report = deployReport(stack, await deploy(world.delivery));
  return { report, problem: problemOf(report) };
}

/** A world in which b is stable, and a comes. */
async function withStable(bad: readonly string[] = [], promoted = ["a", "b", "c"]) {
  const world = new World(promoted);
  world.rejected = promoted.filter((letter) => letter < "b").map(digest);
  await deployed(world);
  Object.assign(world, { rejected: [], bad, ups: [], told: [], events: [] });
  return world;
}

describe("a canary", () => {
  test("that passes", async () => {
    const world = await withStable();
    const { report, problem } = await deployed(world);
    expect(problem).toBeUndefined();
    expect(world).toMatchObject({ declared: "a", stable: "a", rejected: [], ups: ["a"] });
    expect(world.told).toEqual([
      "auth-service: its controller has not seen the change",
      "auth-service: Progressing",
      "auth-service: 1.a is available",
      `auth-service: its pods run ${digest("a")}`,
      "auth-service: /health answers 200",
    ]);
    const pod = { container: "auth-service", image: referenceTo("a"), digest: digest("a") };
    expect(report).toEqual({
      stack: "staging-delivery",
      environment: "staging",
      context: "contoso-prod",
      cluster: true,
      workloads: [
        {
          name: "auth-service",
          namespace: "iam",
          kind: "Rollout",
          repository: "iam/auth-service",
          version: "1.a",
          reference: referenceTo("a"),
          rejected: [],
          state: "healthy",
          running: [
            { pod: "auth-1", ...pod },
            { pod: "auth-2", ...pod },
          ],
          pulled: `iam/auth-service 1.a is pulled from contosostaging.azurecr.io, the registry of staging: ${referenceTo("a")}`,
        },
      ],
      aborted: [],
      diff: "",
    });
  });

  test("that is aborted: its digest is rejected, and what ran before is declared and runs", async () => {
    const world = await withStable(["a"]);
    const { report, problem } = await deployed(world);
    expect(world).toMatchObject({
      declared: "b",
      stable: "b",
      rejected: [digest("a")],
      ups: ["a", "b"],
    });
    expect(report).toMatchObject({
      workloads: [{ version: "1.b", state: "healthy" }],
      diff: `+ ${digest("a")}\n`,
    });
    expect(problem?.problem).toEqual({
      what: `the canary of auth-service 1.a (${digest("a")}) was aborted, 1.b (${referenceTo("b")}) runs now: RolloutAborted: metric "errors" of 1.a`,
      fix: "Commit Pulumi.staging-delivery.yaml, where it is rejected now: it would be tried again otherwise",
      exitCode: 1,
    });
  });

  test("of which the one before is bad too: each is rejected in its turn", async () => {
    const world = new World(["a", "b", "c"]);
    world.rejected = [digest("a"), digest("b")];
    await deployed(world);
    Object.assign(world, { rejected: [], bad: ["a", "b"], ups: [] });
    const { problem } = await deployed(world);
    expect(world).toMatchObject({ declared: "c", stable: "c", rejected: [digest("a"), digest("b")] });
    expect(world.ups).toEqual(["a", "b", "c"]);
    expect(problem?.message).toContain("where they are rejected now: they would be tried again otherwise");
  });

  test("with nothing older: nothing is rejected, and it is said what to do", async () => {
    const world = new World(["b"]);
    await deployed(world);
    const next = new World(["a"]);
    Object.assign(next, { stable: world.stable, bad: ["a"] });
    const { problem, report } = await deployed(next);
    expect(next).toMatchObject({ declared: "a", stable: "b", rejected: [], ups: ["a"] });
    expect(report.workloads[0]).toMatchObject({ state: "aborted" });
    expect(problem?.problem).toEqual({
      what: `the canary of auth-service 1.a (${digest("a")}) was aborted, nothing older is recorded that could run instead: RolloutAborted: metric "errors" of 1.a`,
      fix: "It is not rejected, being the last one: promote a mended image, and deploy again",
      exitCode: 1,
    });
  });

  test("that nobody could measure: what ran before runs, nothing is rejected, and the next run tries it again", async () => {
    const world = await withStable();
    world.unmeasured = ["a"];
    const { report, problem } = await deployed(world);
    expect(world).toMatchObject({ declared: "b", stable: "b", rejected: [], ups: ["a", "b"] });
    expect(world.told).toContain("auth-service: 1.a could not be measured, 1.b is declared instead");
    expect(report).toMatchObject({
      workloads: [{ version: "1.b", state: "healthy", rejected: [] }],
      aborted: [{ version: "1.a", unmeasured: { metric: "errors-per-minute", error: "server error: 503" } }],
      diff: "",
    });
    expect(deployMarkdown(report)).toContain(
      "\n**auth-service 1.a** could not be measured, and is not rejected: errors-per-minute: server error: 503\n",
    );
    expect(problem?.problem).toEqual({
      what: `the canary of auth-service 1.a (${digest("a")}) could not be measured, 1.b (${referenceTo("b")}) runs now: errors-per-minute: server error: 503`,
      fix: "What could not be measured is not rejected: mend the Prometheus, and airlock deploy tries it again from the start",
      exitCode: 1,
    });
    world.unmeasured = [];
    expect((await deployed(world)).problem).toBeUndefined();
    expect(world).toMatchObject({ declared: "a", stable: "a", rejected: [], ups: ["a", "b", "a"] });
  });

  test("that nobody could measure, before one that is bad: that one alone is rejected", async () => {
    const world = new World(["a", "b", "c"]);
    world.rejected = [digest("a"), digest("b")];
    await deployed(world);
    Object.assign(world, { rejected: [], unmeasured: ["a"], bad: ["b"], ups: [] });
    const { problem } = await deployed(world);
    expect(world).toMatchObject({ declared: "c", stable: "c", rejected: [digest("b")] });
    expect(world.ups).toEqual(["a", "b", "c"]);
    expect(problem?.problem.fix).toBe(
      "Commit Pulumi.staging-delivery.yaml, where it is rejected now: it would be tried again otherwise. " +
        "What could not be measured is not rejected: mend the Prometheus, and airlock deploy tries it again from the start",
    );
  });

  test("that nobody could measure, with nothing older: it is said how Argo tries it again", async () => {
    const world = new World(["a"]);
    Object.assign(world, { stable: "b", unmeasured: ["a"] });
    const { problem } = await deployed(world);
    expect(world).toMatchObject({ declared: "a", stable: "b", rejected: [], ups: ["a"] });
    expect(problem?.problem).toEqual({
      what: `the canary of auth-service 1.a (${digest("a")}) could not be measured, nothing older is recorded that could run instead: errors-per-minute: server error: 503`,
      fix: "When it can be measured again: kubectl argo rollouts retry rollout auth-service -n iam",
      exitCode: 1,
    });
  });

  test("that a program declares although it is rejected ends, and says so", async () => {
    const world = await withStable(["a"]);
    const { delivery } = world;
    await expect(deploy({ ...delivery, reject: async () => "" })).rejects.toThrow(
      `${digest("a")} of auth-service is rejected, and the stack declares it all the same. Does its program choose by \`rejected\`?`,
    );
  });
});

describe("killed and run again", () => {
  async function untilDone(world: World, kills: readonly number[]) {
    for (const step of kills) {
      world.killBefore(step);
      await deployed(world).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    }
    world.killBefore(Infinity);
    return deployed(world);
  }
  const end = { declared: "b", stable: "b", rejected: [digest("a")] };

  test("before each of its steps once", async () => {
    const whole = await withStable(["a"]);
    const before = whole.steps;
    await deployed(whole);
    const steps = whole.steps - before;
    expect(steps).toBeGreaterThan(15);
    for (let step = 1; step <= steps; step++) {
      const world = await withStable(["a"]);
      const { report } = await untilDone(world, [step]);
      expect({ killedBefore: step, ...world }).toMatchObject({ killedBefore: step, ...end });
      expect(report.workloads[0]).toMatchObject({ version: "1.b", state: "healthy" });
    }
  });

  test("before each of its steps once, while nobody can measure: what ran before is declared, and nothing rejected", async () => {
    const unmeasurable = async () => Object.assign(await withStable(), { unmeasured: ["a"] });
    const whole = await unmeasurable();
    const before = whole.steps;
    await deployed(whole);
    const steps = whole.steps - before;
    expect(steps).toBeGreaterThan(15);
    for (let step = 1; step <= steps; step++) {
      const world = await unmeasurable();
      await untilDone(world, [step]);
      expect({ killedBefore: step, ...world }).toMatchObject({
        killedBefore: step,
        declared: "b",
        stable: "b",
        rejected: [],
      });
    }
  });

  test("again and again", async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(kills, async (steps) => {
        const world = await withStable(["a"]);
        await untilDone(world, steps);
        expect(world).toMatchObject(end);
        expect(world.events).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what fails", () => {
  async function failing(change: (world: World) => void) {
    const world = new World(["a"], "Deployment");
    change(world);
    return { world, ...(await deployed(world)) };
  }

  test("a Deployment that is not available in time", async () => {
    const { problem, world } = await failing((world) => Object.assign(world, { stable: "b", bad: ["a"] }));
    expect(problem?.problem).toEqual({
      what: "auth-service 1.a does not run as it should: after 300 s: 1 of 2 pods are of this version",
      exitCode: 1,
    });
    expect(world.events).toEqual([]);
  });

  test("a pod that runs something else, at once", async () => {
    const other = {
      name: "auth-service",
      image: referenceTo("a"),
      imageID: referenceTo("f"),
      state: { running: {} },
    };
    const stray = {
      metadata: { name: "auth-3" },
      spec: { containers: [{ name: "auth-service", image: referenceTo("a") }] },
      status: { containerStatuses: [other] },
    };
    const { problem } = await failing((world) => Object.assign(world, { stray }));
    expect(problem?.message).toBe(
      `auth-service 1.a does not run as it should: expected ${referenceTo("a")}; auth-3 (auth-service) runs ${digest("f")} (told ${referenceTo("a")})`,
    );
  });

  test("a pod of another version that stays", async () => {
    const image = referenceTo("f");
    const stray = {
      metadata: { name: "auth-3" },
      spec: { containers: [{ name: "auth-service", image }] },
      status: {
        containerStatuses: [{ name: "auth-service", image, imageID: image, state: { running: {} } }],
      },
    };
    const { problem } = await failing((world) => Object.assign(world, { stray }));
    expect(problem?.message).toBe(
      `auth-service 1.a does not run as it should: after 300 s: expected ${referenceTo("a")}; auth-3 (auth-service) runs ${image}`,
    );
  });

  test("a service that is not well at the last of 30 tries", async () => {
    const { problem, world } = await failing((world) => Object.assign(world, { health: 503 }));
    expect(problem?.message).toBe(
      "auth-service 1.a does not run as it should: after 290 s: /health answers 503",
    );
    expect(world.events).toEqual([]);
  });
});

test("where nodes are played, health is not asked, and that is said", async () => {
  const world = new World(["a"], "Deployment");
  Object.assign(world, { played: true, health: 503 });
  expect((await deployed(world)).problem).toBeUndefined();
  expect(world.told.at(-1)).toBe("auth-service: /health is not asked: the sandbox's nodes run no container");
});

test("a version is told of once", async () => {
  const world = new World(["a"], "Deployment");
  await deployed(world);
  await deployed(world);
  expect(world.events).toEqual([
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace: "iam", name: "airlock-pulled-auth-service-aaaaaaaaaaaa" },
      involvedObject: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        namespace: "iam",
        name: "auth-service",
        uid: "uid-1",
      },
      type: "Normal",
      reason: "PulledFromRegistry",
      message: `iam/auth-service 1.a is pulled from contosostaging.azurecr.io, the registry of staging: ${referenceTo("a")}`,
      source: { component: "airlock" },
      firstTimestamp: "2026-11-21T20:00:02.000Z",
      lastTimestamp: "2026-11-21T20:00:02.000Z",
      count: 1,
    },
  ]);
});
