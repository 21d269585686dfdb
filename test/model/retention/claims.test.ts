import { promotionPath, type Environment } from "../../../model/promotion-path";
import { claimsOf, claimsOfReleases } from "../../../model/retention";
import { digestOf, now } from "./support";

const environment = (name: string): Environment => ({
  name,
  registry: `contoso${name}`,
  host: `contoso${name}.azurecr.io`,
  mode: "abac",
  network: { access: "public", ipRules: [] },
  retentionDays: 30,
  protected: false,
  lockManifestWrites: false,
});
const path = promotionPath(["dev", "qa", "prod"].map(environment));
const images = {
  dev: { "iam/login": { version: "3.0.0", digest: digestOf(3), previous: [] } },
  qa: {
    "iam/login": {
      version: "2.0.0",
      digest: digestOf(2),
      previous: [{ version: "1.0.0", digest: digestOf(1) }],
    },
  },
  prod: { "iam/login": { version: "1.0.0", digest: digestOf(1), previous: [] } },
};

test("what an environment and every later one run and can go back to, and never what runs only before it", () => {
  const repository = "iam/login";
  expect(claimsOf(path, "qa", images, [], now)).toEqual([
    { kind: "runs", repository, digest: digestOf(2), why: "runs in qa (2.0.0)" },
    { kind: "rollback", repository, digest: digestOf(1), why: "qa can roll back to it (1.0.0)" },
    { kind: "runs", repository, digest: digestOf(1), why: "runs in prod (1.0.0)" },
    { kind: "runs", repository, tag: "latest-qa", why: "latest-qa stands on it" },
  ]);
});

test("a hold stands to the end of its last day, in UTC", () => {
  const hold = { repository: "iam/*", by: "alice", reason: "audit 17", until: "2026-11-21" };
  const held = (time: string) => claimsOf(path, "prod", {}, [hold], Date.parse(time));
  expect(held("2026-11-21T23:59:59Z")).toEqual([
    { kind: "held", repository: "iam/*", why: "held by alice until 2026-11-21: audit 17" },
  ]);
  expect(held("2026-11-22T00:00:00Z")).toEqual([]);
});

test("an environment that is not on the path is an error", () => {
  expect(() => claimsOf(path, "uat", images, [], now)).toThrow('unknown environment "uat"');
});

describe("what a release is about", () => {
  const release = {
    version: "v0.0.1",
    repositories: ["iam/login"],
    images: { "iam/login": digestOf(7) },
    stages: {},
    approvals: [],
  };
  const claim = {
    kind: "release",
    repository: "iam/login",
    digest: digestOf(7),
    why: "release v0.0.1 is about it",
  };
  const hold = (until: string) => ({ by: "alice", reason: "audit", until });

  test.each([
    ["goes on", {}, [claim]],
    ["is in production", { deployed: "2026-11-01T00:00:00Z" }, []],
    ["was given up", { abandoned: { by: "bob", reason: "no", at: "2026-11-01T00:00:00Z" } }, []],
    ["ended and is held", { deployed: "2026-11-01T00:00:00Z", hold: hold("2026-11-22T00:00:00Z") }, [claim]],
    ["ended and was held", { deployed: "2026-11-01T00:00:00Z", hold: hold("2026-11-20T00:00:00Z") }, []],
  ])("stays or not when it %s", (_how, state, claims) => {
    expect(claimsOfReleases([{ ...release, ...state }], now)).toEqual(claims);
  });
});
