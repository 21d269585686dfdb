import {
  admittedReferences,
  promotedReleases,
  type PromotedBy,
  releaseOf,
} from "../../../model/delivery/promoted";
import type { WorkloadSettings } from "../../../model/delivery/settings";
import { deliverySettings } from "../../support/delivery";

const host = "contosoprod.azurecr.io";
const digests = ["a", "b", "c"].map((one) => `sha256:${one.repeat(64)}`);
const reference = (digest: string, repository = "iam/auth-service") => `${host}/${repository}@${digest}`;
const running = {
  "iam/auth-service": {
    version: "1.2.0",
    reference: reference(digests[0]),
    previous: [
      { version: "1.1.0", reference: reference(digests[1]) },
      { version: "1.0.0", reference: reference(digests[2]) },
    ],
  },
  "iam/login": { version: "3.0.0", reference: reference(digests[0], "iam/login"), previous: [] },
};
const by: PromotedBy = { stack: "prod", environment: "prod", ofPoc: false };
const where = "Pulumi.prod-delivery.yaml, contoso:delivery.workloads.auth-service";
const workload = deliverySettings().delivery!.workloads["auth-service"];
const rejecting = (...rejected: string[]): WorkloadSettings => ({ ...workload, rejected });

function message(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

test("what runs is the newest that was promoted, unless a canary aborted it here", () => {
  const promoted = promotedReleases(running, by);
  const versions = [[], [digests[0]], [digests[1]], [digests[0], digests[1]]].map(
    (rejected) => releaseOf(rejecting(...rejected), promoted, by, where).version,
  );
  expect(versions).toEqual(["1.2.0", "1.1.0", "1.2.0", "1.0.0"]);
  expect(releaseOf(workload, promoted, by, where)).toEqual({
    version: "1.2.0",
    digest: digests[0],
    reference: reference(digests[0]),
  });
});

test("of a proof of concept, what its environment runs", () => {
  const poc = { ...by, stack: "poc", environment: "staging", ofPoc: true };
  expect(promotedReleases({ dev: {}, staging: running }, poc)).toEqual(promotedReleases(running, by));
  expect(message(() => promotedReleases({ dev: {} }, poc))).toBe(
    "stack poc doesn't say what runs in staging: it has no output running.staging. Bring it up first: pulumi up -s poc",
  );
  expect(message(() => releaseOf(workload, {}, poc, where))).toBe(
    `nothing of iam/auth-service was promoted to staging (${where}.repository). Promote it: airlock promote iam/auth-service --to staging --poc, then pulumi up -s poc`,
  );
});

test("nothing promoted, everything rejected, no output, or one without versions: one line that says what to do", () => {
  const promoted = promotedReleases(running, by);
  expect(message(() => releaseOf(workload, {}, by, where))).toBe(
    `nothing of iam/auth-service was promoted to prod (${where}.repository). Promote it: airlock promote iam/auth-service --to prod, then pulumi up -s prod`,
  );
  expect(message(() => releaseOf(rejecting(...digests), promoted, by, where))).toBe(
    `every image of iam/auth-service that was promoted to prod was rejected here: 1.2.0, 1.1.0, 1.0.0 (${where}.rejected). Promote another version, or take one out of the list`,
  );
  expect(message(() => promotedReleases(undefined, by))).toBe(
    "stack prod doesn't say what runs in prod: it has no output running. Bring it up first: pulumi up -s prod",
  );
  const old = { "iam/auth-service": { reference: reference(digests[0]) } };
  expect(message(() => promotedReleases(old, by))).toBe(
    "the output running of stack prod doesn't name iam/auth-service by version and digest. It is of an earlier version of the program. Bring it up again: pulumi up -s prod",
  );
});

test("admitted is all that was promoted, but for what was rejected", () => {
  const promoted = promotedReleases(running, by);
  const admitted = (workloads: Record<string, WorkloadSettings>) =>
    admittedReferences(
      promoted,
      workloads,
      Object.values(workloads).map((one) => releaseOf(one, promoted, by, where)),
    );
  const login = reference(digests[0], "iam/login");
  expect(admitted({ it: workload })).toEqual([...digests.map((digest) => reference(digest)), login]);
  expect(admitted({ it: rejecting(digests[0]) })).toEqual([
    reference(digests[1]),
    reference(digests[2]),
    login,
  ]);
  // What another workload runs was rejected by one alone.
  expect(admitted({ it: rejecting(digests[0]), other: workload })).toEqual([
    ...digests.map((digest) => reference(digest)),
    login,
  ]);
});
