import * as fc from "fast-check";
import {
  judgeDeployment,
  judgeRollout,
  type Controller,
  type Verdict,
} from "../../../model/delivery/verdict";

const reference = `contosostaging.azurecr.io/iam/auth-service@sha256:${"a".repeat(64)}`;
const other = `contosostaging.azurecr.io/iam/auth-service@sha256:${"b".repeat(64)}`;

type Status = NonNullable<Controller["status"]>;

function controller(status: Status, { image = reference, replicas = 2, generation = 3 } = {}): Controller {
  const spec = { replicas, template: { spec: { containers: [{ image }] } } };
  return { metadata: { generation }, spec, status };
}

const waiting = (reason: string): Verdict => ({ state: "waiting", reason });
const failed = (reason: string): Verdict => ({ state: "failed", reason });
const done = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describe("a Deployment", () => {
  const refusal = {
    type: "ReplicaFailure",
    status: "True",
    message: `pods "it" is forbidden: not promoted to staging: ${reference}.`,
  };
  const late = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: 'ReplicaSet "it" has timed out progressing.',
  };

  test.each<[string, Status, Verdict]>([
    ["is healthy when every pod is new and available", done, { state: "healthy" }],
    [
      "of which the controller saw the version before",
      { ...done, observedGeneration: 2 },
      waiting("its controller has not seen the change"),
    ],
    ["without a status", {}, waiting("its controller has not seen the change")],
    ["with pods to come", { ...done, updatedReplicas: 1 }, waiting("1 of 2 pods are of this version")],
    ["with pods to go", { ...done, replicas: 3 }, waiting("1 pods of the version before still run")],
    ["with pods that are not ready", { ...done, availableReplicas: 1 }, waiting("1 of 2 pods are available")],
    [
      "whose pods the cluster refuses",
      { ...done, updatedReplicas: 0, conditions: [refusal] },
      waiting(`pods "it" is forbidden: not promoted to staging: ${reference}`),
    ],
    [
      "that came to nothing",
      { ...done, availableReplicas: 0, conditions: [late] },
      failed('ReplicaSet "it" has timed out progressing'),
    ],
    [
      "that came to nothing since its pods are refused",
      { ...done, availableReplicas: 0, conditions: [late, refusal] },
      failed(`pods "it" is forbidden: not promoted to staging: ${reference}`),
    ],
  ])("%s", (_, status, verdict) => {
    expect(judgeDeployment(controller(status), reference)).toEqual(verdict);
  });

  test("that is told to run something else", () => {
    expect(judgeDeployment(controller(done, { image: other }), reference)).toEqual(
      failed(`it is told to run ${other} instead of ${reference}`),
    );
  });

  test("is never healthy while one number says otherwise", () => {
    const count = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(count, count, count, count, fc.integer({ min: 1, max: 4 }), (...numbers) => {
        const [observedGeneration, replicas, updatedReplicas, availableReplicas, wanted] = numbers;
        const status = { observedGeneration, replicas, updatedReplicas, availableReplicas };
        const { state } = judgeDeployment(controller(status, { replicas: wanted }), reference);
        const whole =
          observedGeneration === 3 &&
          updatedReplicas >= wanted &&
          replicas <= updatedReplicas &&
          availableReplicas >= wanted;
        expect(state === "healthy").toBe(whole);
      }),
    );
  });
});

describe("a Rollout", () => {
  const abort =
    'RolloutAborted: Rollout aborted update to revision 2: Metric "errors" assessed Failed due to failed (4) > failureLimit (3)';

  test.each<[string, Status, Verdict]>([
    ["is healthy when Argo says so", { observedGeneration: "3", phase: "Healthy" }, { state: "healthy" }],
    [
      "is aborted, in Argo's words",
      { observedGeneration: "3", phase: "Degraded", abort: true, message: abort },
      { state: "aborted", reason: abort },
    ],
    [
      "is aborted also where the words alone say so",
      { observedGeneration: "3", phase: "Degraded", message: abort },
      { state: "aborted", reason: abort },
    ],
    [
      "is aborted without a word",
      { observedGeneration: "3", abort: true },
      { state: "aborted", reason: "no reason was given" },
    ],
    [
      "whose abort was that of the version before",
      { observedGeneration: "2", phase: "Degraded", abort: true, message: abort },
      waiting("its controller has not seen the change"),
    ],
    [
      "that came to nothing",
      { observedGeneration: "3", phase: "Degraded", message: "InvalidSpec: no service\nis named" },
      failed("InvalidSpec: no service; is named"),
    ],
    [
      "whose canary is looked at",
      { observedGeneration: "3", phase: "Paused", message: "CanaryPauseStep" },
      waiting("Paused: CanaryPauseStep"),
    ],
    ["which nobody has looked at", { observedGeneration: "3" }, waiting("Argo has not looked at it")],
  ])("%s", (_, status, verdict) => {
    expect(judgeRollout(controller(status), reference)).toEqual(verdict);
  });

  test("is never aborted or healthy by what was said of another generation or image", () => {
    const phase = fc.constantFrom("Healthy", "Degraded", "Paused", "Progressing", "");
    const generation = fc.constantFrom(undefined, "2", "3", "4", 3);
    fc.assert(
      fc.property(phase, generation, fc.boolean(), fc.boolean(), (said, observedGeneration, aborts, own) => {
        const status = { phase: said, abort: aborts, ...(observedGeneration && { observedGeneration }) };
        const { state } = judgeRollout(controller(status, { image: own ? reference : other }), reference);
        if (!own) expect(state).toBe("failed");
        else if (String(observedGeneration) !== "3") expect(state).toBe("waiting");
        else if (aborts) expect(state).toBe("aborted");
        else expect(state === "healthy").toBe(said === "Healthy");
      }),
    );
  });

  test("says nothing that breaks a line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (message, aborts) => {
        const status = { observedGeneration: "3", phase: "Degraded", abort: aborts, message };
        const verdict = judgeRollout(controller(status), reference);
        expect("reason" in verdict && verdict.reason).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
      }),
    );
  });
});
