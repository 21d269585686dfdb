import { pendingMoves, planPromotion, planPublication, type Standing } from "../../../cli/promotion/plan";
import type { Running } from "../../../cli/promotion/running";
import { UserError } from "../../../model/errors";
import { promotionPath } from "../../../model/promotion-path";
import { digest } from "../support/project";

const path = promotionPath(
  ["dev", "staging", "prod"].map((name) => ({
    name,
    registry: `contoso${name}`,
    host: `contoso${name}.azurecr.io`,
    retentionDays: 30,
    network: { access: "public", ipRules: [] } as const,
    lockManifestWrites: false,
    protected: name === "prod",
    mode: "abac",
  })),
);
const auth = "iam/auth-service";
const entry = (version: string, letter: string) => ({ version, digest: digest(letter), previous: [] });
const nothing: Running = { dev: {}, staging: {}, prod: {} };

const standing = (running: Running, world: Standing["world"] = "path"): Standing => ({
  world,
  settings: { path },
  running,
});

function refusal(act: () => unknown): { message: string; exitCode: number } {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return { message: error.message, exitCode: error.problem.exitCode };
    throw error;
  }
  throw new Error("nothing was refused");
}

test("takes what the predecessor runs, and says what it replaces", () => {
  const running = {
    ...nothing,
    dev: { [auth]: entry("1.2.3", "a") },
    staging: { [auth]: entry("1.2.2", "b") },
  };
  expect(planPromotion(standing(running), auth, "staging")).toEqual({
    repository: auth,
    version: "1.2.3",
    digest: digest("a"),
    from: "dev",
    to: "staging",
    replaces: { version: "1.2.2", digest: digest("b") },
  });
});

test("there is nothing to do where the image runs already", () => {
  const running = {
    ...nothing,
    dev: { [auth]: entry("1.2.3", "a") },
    staging: { [auth]: entry("1.2.3", "a") },
  };
  expect(planPromotion(standing(running), auth, "staging")).toBeUndefined();
});

test("an environment can't be skipped", () => {
  const running = { ...nothing, dev: { [auth]: entry("1.2.3", "a") } };
  expect(refusal(() => planPromotion(standing(running), auth, "prod"))).toEqual({
    message:
      "iam/auth-service can't skip staging on its way to prod: staging doesn't run it. First: airlock promote iam/auth-service --to staging",
    exitCode: 1,
  });
});

test("nothing is promoted to the first environment", () => {
  expect(refusal(() => planPromotion(standing(nothing), auth, "dev"))).toEqual({
    message:
      "dev is the first environment of the path: nothing can be promoted to it. A new build enters it with: airlock publish iam/auth-service@sha256:… --version <version>",
    exitCode: 2,
  });
});

test("an unknown environment and an unknown repository name the nearest", () => {
  const running = { ...nothing, dev: { [auth]: entry("1.2.3", "a") } };
  expect(refusal(() => planPromotion(standing(running), auth, "prd")).exitCode).toBe(2);
  expect(refusal(() => planPromotion(standing(running), "iam/auth-servce", "staging"))).toEqual({
    message: "dev doesn't run iam/auth-servce (Pulumi.dev.yaml: images). Did you mean iam/auth-service?",
    exitCode: 2,
  });
});

test("in a proof of concept the same is refused, and what to do instead says --poc", () => {
  const refused = (running: Running, repository: string, to: string) =>
    refusal(() => planPromotion(standing(running, "poc"), repository, to)).message;
  const inDev = { ...nothing, dev: { [auth]: entry("1.2.3", "a") } };
  expect(refused(inDev, auth, "prod")).toMatch(
    /First: airlock promote iam\/auth-service --to staging --poc$/,
  );
  expect(refused(nothing, auth, "dev")).toMatch(
    /airlock publish iam\/auth-service@sha256:… --version <version> --poc$/,
  );
  expect(refused(inDev, "iam/auth-servce", "staging")).toBe(
    "dev doesn't run iam/auth-servce (Pulumi.poc.yaml: poc.images.dev). Did you mean iam/auth-service?",
  );
  expect(refused(nothing, auth, "staging")).toBe(
    "dev doesn't run iam/auth-service (Pulumi.poc.yaml: poc.images.dev). A new build enters with: airlock publish iam/auth-service@sha256:… --version <version> --poc",
  );
});

test("a new build enters the first environment", () => {
  const image = { repository: auth, version: "1.2.3", digest: digest("a") };
  expect(planPublication(standing(nothing), image)).toEqual({ ...image, to: "dev", replaces: undefined });
  expect(
    planPublication(standing({ ...nothing, dev: { [auth]: entry("1.2.3", "a") } }), image),
  ).toBeUndefined();
});

test("pending is what the next environment doesn't run yet", () => {
  const running = {
    dev: { [auth]: entry("1.2.3", "a"), "iam/other": entry("1.0.0", "c") },
    staging: { [auth]: entry("1.2.2", "b"), "iam/other": entry("1.0.0", "c") },
    prod: { [auth]: entry("1.2.2", "b"), "iam/other": entry("1.0.0", "c") },
  };
  expect(pendingMoves(standing(running))).toEqual([
    {
      repository: auth,
      version: "1.2.3",
      digest: digest("a"),
      from: "dev",
      to: "staging",
      replaces: { version: "1.2.2", digest: digest("b") },
    },
  ]);
});
