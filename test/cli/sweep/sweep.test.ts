import { sweepRegistry, type SweepRules } from "../../../cli/sweep/sweep";
import type { Removal, SweptRegistry } from "../../../cli/sweep/registry";
import { UserError } from "../../../model/errors";
import { judgeRepository, type StoredManifest } from "../../../model/retention";
import { digestOf, day, manifest, now } from "../../model/retention/support";

/** What Microsoft's client throws when a registry refuses. */
function refusal(statusCode: number, code: string, message: string): Error {
  return Object.assign(new Error(JSON.stringify({ errors: [{ code, message }] })), { statusCode });
}

interface Fake {
  /** Repository → what it holds, or what reading it throws. */
  readonly content: Record<string, StoredManifest[] | Error>;
  /** Digest → what deleting it does. */
  readonly removals?: Record<string, Removal | Error>;
  readonly clock?: number;
}

/** A registry in memory, and what was deleted from it, in order. */
function fake({ content, removals = {}, clock }: Fake): { registry: SweptRegistry; removed: string[] } {
  const removed: string[] = [];
  const registry: SweptRegistry = {
    clock: () => clock,
    repositories: async () => Object.keys(content),
    read: async (name) => {
      const manifests = content[name];
      if (manifests instanceof Error) throw manifests;
      return { name, locked: false, manifests };
    },
    remove: async (name, { digest }) => {
      const removal = removals[digest] ?? "deleted";
      if (removal instanceof Error) throw removal;
      if (removal === "deleted") removed.push(`${name}@${digest}`);
      return removal;
    },
  };
  return { registry, removed };
}

function rules(rest: Partial<SweepRules> = {}): SweepRules {
  const ends = new AbortController().signal;
  return {
    judge: (stored, at) => judgeRepository(stored, { retentionDays: 30, claims: [], now: at }),
    now: () => now,
    deletes: true,
    ends,
    tell: () => undefined,
    ...rest,
  };
}

const signed = [manifest(1, 90, { tags: ["1.0.0"] }), manifest(2, 90, { subject: digestOf(1) })];
const outcomes = (content: { artifacts: readonly { outcome?: string; problem?: string }[] }) =>
  content.artifacts.map(({ outcome, problem }) => [outcome, problem]);

test("it deletes by digest, a signature before its image, and tells of each", async () => {
  const { registry, removed } = fake({ content: { a: signed } });
  const told: string[] = [];
  const swept = await sweepRegistry(registry, rules({ tell: ({ digest }) => told.push(digest) }));
  expect(removed).toEqual([`a@${digestOf(2)}`, `a@${digestOf(1)}`]);
  expect(told).toEqual([digestOf(2), digestOf(1)]);
  expect(outcomes(swept)).toEqual([
    ["deleted", undefined],
    ["deleted", undefined],
  ]);
});

test("a dry run deletes nothing", async () => {
  const { registry, removed } = fake({ content: { a: signed } });
  const { artifacts } = await sweepRegistry(registry, rules({ deletes: false }));
  expect(removed).toEqual([]);
  expect(artifacts.map(({ goes, outcome }) => [goes, outcome])).toEqual([
    [true, undefined],
    [true, undefined],
  ]);
});

test("what could not be deleted keeps what it refers to, and the sweep goes on", async () => {
  const locked = refusal(405, "REGISTRY_DISALLOWED_OPERATION", "manifest is\nlocked \u001b[31m");
  const { registry, removed } = fake({
    content: { a: [...signed, manifest(3, 90)], b: [manifest(4, 90)] },
    removals: { [digestOf(2)]: locked },
  });
  expect(outcomes(await sweepRegistry(registry, rules()))).toEqual([
    ["spared", "sha256:000000000002 refers to it and is still there"],
    ["refused", "405 REGISTRY_DISALLOWED_OPERATION: manifest is locked [31m"],
    ["deleted", undefined],
    ["deleted", undefined],
  ]);
  expect([...removed].sort()).toEqual([`a@${digestOf(3)}`, `b@${digestOf(4)}`]);
});

test("what was tagged or locked since it was listed stands, with what it refers to; what is gone is gone", async () => {
  const { registry, removed } = fake({
    content: { a: signed, b: [manifest(3, 90)] },
    removals: { [digestOf(2)]: "changed", [digestOf(3)]: "gone" },
  });
  expect(outcomes(await sweepRegistry(registry, rules()))).toEqual([
    ["spared", "sha256:000000000002 refers to it and is still there"],
    ["spared", "it was tagged or locked since it was listed"],
    ["gone", undefined],
  ]);
  expect(removed).toEqual([]);
});

test("of a repository that can't be read nothing goes; the others are swept", async () => {
  const denied = refusal(401, "UNAUTHORIZED", "may not pull from a");
  const { registry, removed } = fake({ content: { a: denied, b: [manifest(3, 90)] } });
  const { artifacts, unread } = await sweepRegistry(registry, rules());
  expect(unread).toEqual([{ what: "a", why: "401 UNAUTHORIZED: may not pull from a" }]);
  expect(artifacts.map(({ repository }) => repository)).toEqual(["b"]);
  expect(removed).toEqual([`b@${digestOf(3)}`]);
});

test("a registry that doesn't list its repositories is not read", async () => {
  const { registry } = fake({ content: {} });
  const error = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:443"), { code: "ECONNREFUSED" });
  const silent = { ...registry, repositories: () => Promise.reject(error) };
  expect(await sweepRegistry(silent, rules())).toEqual({
    artifacts: [],
    unread: [{ what: "the list of its repositories", why: "no answer connect ECONNREFUSED 127.0.0.1:443" }],
  });
});

test("without a sign-in nothing is reported as the registry's refusal", async () => {
  const problem = new UserError({ what: "signing in to Entra ID failed", exitCode: 3 });
  const { registry } = fake({ content: { a: problem } });
  await expect(sweepRegistry(registry, rules())).rejects.toBe(problem);
});

test.each([
  ["this machine's", now + 3650 * day, now],
  ["the registry's", now, now + 3650 * day],
])("a clock that is ten years ahead, %s, deletes nothing", async (_whose, local, clock) => {
  const { registry, removed } = fake({ content: { a: [manifest(1, 3)] }, clock });
  await sweepRegistry(registry, rules({ now: () => local }));
  expect(removed).toEqual([]);
});

test("ended, it stops after what is under way and says what was not reached", async () => {
  const ends = new AbortController();
  const { registry, removed } = fake({ content: { a: signed } });
  const swept = await sweepRegistry(registry, rules({ ends: ends.signal, tell: () => ends.abort() }));
  expect(removed).toEqual([`a@${digestOf(2)}`]);
  expect(outcomes(swept)).toEqual([
    ["unreached", "the sweep was ended before it"],
    ["deleted", undefined],
  ]);
});
