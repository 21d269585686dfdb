import type { LeftoverCloud } from "../../../cli/leftovers/azure";
import { sweepLeftovers, type LeftoversSweep } from "../../../cli/leftovers/sweep";
import type { SweptRegistry } from "../../../cli/sweep/registry";
import { environmentNamed } from "../../../model/promotion-path";
import type { Release } from "../../../model/release/release";
import type { Settings } from "../../../model/settings";
import { found, resource } from "../../model/leftovers/world";
import { digestOf, manifest } from "../../model/retention/support";
import { path } from "../../model/release/world";

const settings = {
  organization: "contoso",
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  path,
} as unknown as Settings;

const release = (version: string, more: Partial<Release> = {}): Release => ({
  version,
  repositories: ["iam/login"],
  images: {},
  approvals: [],
  stages: {
    qa: { opened: "2026-11-18T10:00:00Z", closing: "2026-11-20T10:00:00Z", closed: "2026-11-20T10:00:00Z" },
  },
  abandoned: { by: "carol", reason: "a bug", at: "2026-11-20T10:00:00Z" },
  ...more,
});

/** What was asked of a registry and of Azure, in order. */
function world(changes: Partial<LeftoversSweep> = {}, removal: Partial<LeftoverCloud> = {}) {
  const done: string[] = [];
  const registry: SweptRegistry = {
    clock: () => undefined,
    repositories: () => Promise.reject(new Error("a release's sweep reads its own repositories alone")),
    read: (name) => {
      done.push(`read ${name}`);
      const manifests = [
        manifest(1, 0, { tags: ["v0.0.1-qa"] }),
        manifest(2, 0, { tags: ["v0.0.2-qa"] }),
        manifest(3, 0, { tags: ["1.0.0"] }),
      ];
      return Promise.resolve({ name, locked: false, manifests });
    },
    remove: (name, { digest }) => {
      done.push(`removed ${name}@${digest}`);
      return Promise.resolve("deleted");
    },
  };
  const cloud: LeftoverCloud = {
    find: (version) =>
      Promise.resolve(
        ["Microsoft.Compute/disks", "Microsoft.Compute/virtualMachines"].map((type) =>
          found(resource(type, type.slice(-4), { release: version })),
        ),
      ),
    remove: ({ name }) => {
      done.push(`removed ${name}`);
      return Promise.resolve({ outcome: "deleted" });
    },
    unread: () => [],
    ...removal,
  };
  const sweep: LeftoversSweep = {
    settings,
    environment: environmentNamed(path, "qa"),
    releases: [release("v0.0.1")],
    claimsAt: () => [],
    openRegistry: () => Promise.resolve(registry),
    cloud,
    now: () => new Date("2026-11-21T12:00:00Z"),
    deletes: true,
    ends: new AbortController().signal,
    tell: (what) => void done.push(`told ${what}`),
    ...changes,
  };
  return { sweep, done };
}

test("images first, then machines before disks, and each is told", async () => {
  const { sweep, done } = world();
  const { leftovers } = await sweepLeftovers(sweep);
  expect(done).toEqual([
    "read iam/login",
    `removed iam/login@${digestOf(1)}`,
    `told iam/login@${digestOf(1)}`,
    "removed ines",
    "told virtual machine contoso-qa-rg/ines",
    "removed isks",
    "told disk contoso-qa-rg/isks",
  ]);
  expect(leftovers.map(({ kind, what, outcome }) => [kind, what, outcome])).toEqual([
    ["image", "contosoqa/iam/login@sha256:000000000001", "deleted"],
    ["virtual machine", "contoso-qa-rg/ines", "deleted"],
    ["disk", "contoso-qa-rg/isks", "deleted"],
  ]);
});

test("a report deletes nothing", async () => {
  const { sweep, done } = world({ deletes: false });
  const { leftovers } = await sweepLeftovers(sweep);
  expect(done).toEqual(["read iam/login"]);
  expect(leftovers.map(({ goes, outcome }) => [goes, outcome])).toEqual(
    Array.from({ length: 3 }, () => [true, undefined]),
  );
});

test("of a release that is held nothing goes, and one that goes on is not looked for", async () => {
  const hold = { by: "dora", reason: "an audit", until: "2027-01-01T00:00:00Z" };
  const open = { stages: { qa: { opened: "2026-11-18T10:00:00Z" } }, abandoned: undefined };
  const { sweep, done } = world({ releases: [release("v0.0.1", { hold }), release("v0.0.2", open)] });
  const { releases, leftovers } = await sweepLeftovers(sweep);
  const why = "held by dora until 2027-01-01T00:00:00Z: an audit";
  expect(releases).toEqual([
    { release: "v0.0.1", due: false, why },
    { release: "v0.0.2", due: false, why: "it goes on" },
  ]);
  expect(leftovers.map((one) => [one.release, one.goes, one.why])).toEqual(
    Array.from({ length: 3 }, () => ["v0.0.1", false, [`v0.0.1: ${why}`]]),
  );
  expect(done).toEqual(["read iam/login"]);
});

test("a repository is read once, however many releases are about it", async () => {
  const { sweep, done } = world({ releases: [release("v0.0.1"), release("v0.0.2")], cloud: undefined });
  const { leftovers, tidies } = await sweepLeftovers(sweep);
  expect(done.filter((one) => one.startsWith("read"))).toHaveLength(1);
  expect(leftovers.map((one) => one.release)).toEqual(["v0.0.1", "v0.0.2"]);
  expect(tidies).toBe(false);
});

test("what is refused, changed or not ended yet is told as that, and the sweep goes on", async () => {
  const outcomes = [
    { outcome: "refused", why: "409 OperationNotAllowed: it is attached" },
    { outcome: "going", why: "Azure took it on, and hasn't ended" },
  ] as const;
  let asked = 0;
  const { sweep } = world({}, { remove: () => Promise.resolve(outcomes[asked++]) });
  const { leftovers } = await sweepLeftovers(sweep);
  expect(leftovers.slice(1).map(({ outcome, problem }) => [outcome, problem])).toEqual([
    ["refused", "409 OperationNotAllowed: it is attached"],
    ["unreached", "Azure took it on, and hasn't ended"],
  ]);
});

test("ended in the middle it says what it did not reach", async () => {
  const ends = new AbortController();
  const { sweep, done } = world({ ends: ends.signal, tell: () => ends.abort() });
  const { leftovers } = await sweepLeftovers(sweep);
  expect(done.filter((one) => one.startsWith("removed"))).toEqual([`removed iam/login@${digestOf(1)}`]);
  expect(leftovers.map(({ outcome, problem }) => [outcome, problem])).toEqual([
    ["deleted", undefined],
    ["unreached", "the sweep was ended before it"],
    ["unreached", "the sweep was ended before it"],
  ]);
});
