import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertOwnersDead, backendFolder, isAlive, readLocks } from "../../cli/engine-lock";

const lock = { pid: 4711, username: "alice", hostname: "laptop", timestamp: "2026-11-01T08:00:00Z" };
const here = { hostname: "laptop", isAlive: () => false };

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

test("a dead owner on this host is let go", () => {
  expect(() => assertOwnersDead([lock], "prod", here)).not.toThrow();
});

test("a living owner is named and stays", () => {
  expect(() => assertOwnersDead([lock], "prod", { ...here, isAlive: () => true })).toThrow(
    "stack prod is locked by alice on laptop (process 4711, since 2026-11-01T08:00:00Z), which is alive. Wait for it to end, or stop it there",
  );
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
