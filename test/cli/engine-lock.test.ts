import { mkdirSync, mkdtempSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertOwnersDead, backendFolder, isAlive, readLocks } from "../../cli/engine-lock";

const lock = { pid: 4711, username: "alice", hostname: "laptop", timestamp: "2026-11-01T08:00:00Z" };
const here = { hostname: "laptop", isAlive: () => false, processes: () => [] };
const living = { ...here, isAlive: () => true };

test("reads the locks that the engine left on a stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "airlock-"));
  expect(readLocks(folder, "contoso", "prod")).toEqual([]);
  const directory = join(folder, ".pulumi/locks/organization/contoso/prod");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "1.json"), JSON.stringify(lock));
  writeFileSync(join(directory, "1.json.attrs"), "{}");
  expect(readLocks(folder, "contoso", "prod")).toEqual([lock]);
  writeFileSync(join(directory, "2.json"), "{");
  expect(() => readLocks(folder, "contoso", "prod")).toThrow(
    `the lock can't be read, so nothing is known about its owner (${directory}/2.json). Run pulumi cancel when you know that nothing runs`,
  );
});

test("a draft of a lock counts while it may become one, and when it says whose it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "airlock-"));
  const directory = join(folder, ".pulumi/locks/organization/contoso/prod");
  mkdirSync(directory, { recursive: true });
  const draft = join(directory, "1.json.18a3f2c4d5e6f708.tmp");
  writeFileSync(draft, "");
  expect(() => readLocks(folder, "contoso", "prod")).toThrow("the lock can't be read");
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(draft, longAgo, longAgo);
  expect(readLocks(folder, "contoso", "prod")).toEqual([]);
  writeFileSync(draft, JSON.stringify(lock));
  expect(readLocks(folder, "contoso", "prod")).toEqual([lock]);
});

test("a lock that is given back while the folder is read is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "airlock-"));
  const directory = join(folder, ".pulumi/locks/organization/contoso/prod");
  mkdirSync(directory, { recursive: true });
  // Listed, and not there when it is opened.
  symlinkSync("gone", join(directory, "1.json"));
  expect(readLocks(folder, "contoso", "prod")).toEqual([]);
});

test("a dead owner on this host is let go", () => {
  expect(() => assertOwnersDead([lock], "prod", here)).not.toThrow();
});

test("a living owner is named and stays", () => {
  expect(() => assertOwnersDead([lock], "prod", living)).toThrow(
    "stack prod is locked by alice on laptop (process 4711, since 2026-11-01T08:00:00Z), which is alive. Wait for it to end, or stop it there",
  );
});

describe("a number that is in use again", () => {
  const process = (startedAt: string, command: string) => () => [
    { pid: 4711, parent: 1, startedAt: Date.parse(startedAt), command },
  ];

  test("proves the owner dead when its new holder began long after the lock", () => {
    const processes = process("2026-11-01T08:02:00Z", "/usr/bin/vim notes");
    expect(() => assertOwnersDead([lock], "prod", { ...living, processes })).not.toThrow();
  });

  test.each([
    ["it began before the lock", process("2026-11-01T07:59:59Z", "node cli.js")],
    ["it began so soon after that clocks could be wrong", process("2026-11-01T08:00:59Z", "/usr/bin/vim")],
    ["it is an engine", process("2026-11-01T08:02:00Z", "/opt/pulumi/bin/pulumi up -s prod")],
    ["nobody may look at it", () => []],
  ])("proves nothing when %s", (_, processes) => {
    expect(() => assertOwnersDead([lock], "prod", { ...living, processes })).toThrow("which is alive");
  });
});

test("another host's owner can't be judged from here", () => {
  expect(() => assertOwnersDead([lock], "prod", { ...here, hostname: "runner" })).toThrow(
    "stack prod is locked by alice on laptop (process 4711, since 2026-11-01T08:00:00Z), which this host can't judge. Run airlock unlock -s prod on laptop",
  );
});

test("a process of this host is alive until it ends", () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(2 ** 30)).toBe(false);
});

test("only folder backends have locks to read", () => {
  expect(backendFolder("file:///var/state%20of%20stacks")).toBe("/var/state of stacks");
  expect(backendFolder("file://state")).toBe(join(process.cwd(), "state"));
  for (const url of ["azblob://state", undefined]) {
    expect(() => backendFolder(url)).toThrow(
      `unlock reads locks of a folder backend, and the backend is ${url ?? "not set"} (PULUMI_BACKEND_URL). Set it to file://…, or run pulumi cancel when you know that nothing runs`,
    );
  }
});
