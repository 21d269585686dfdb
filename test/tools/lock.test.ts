import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { newFolder } from "./support";

const address = pathToFileURL(resolve(__dirname, "../../tools/setup/lock.mjs")).href;
const preamble = `
  import { appendFileSync } from "node:fs";
  import { setTimeout as wait } from "node:timers/promises";
  import { withLock } from ${JSON.stringify(address)};
  const [lock, journal] = process.argv.slice(1);`;
const underLock = `${preamble}
  await withLock(lock, async () => {
    appendFileSync(journal, "in\\n");
    await wait(30);
    appendFileSync(journal, "out\\n");
  });`;

function start(code: string, files: string[]): Promise<unknown> {
  return promisify(execFile)(process.execPath, ["--input-type=module", "-e", code, ...files]);
}

function newPlace(): [lock: string, journal: string] {
  const folder = newFolder();
  return [join(folder, "setup.lock"), join(folder, "journal")];
}

const turns = (count: number): string => "in\nout\n".repeat(count);

test("tasks under one lock take turns, and leave nothing behind", async () => {
  const [lock, journal] = newPlace();
  await Promise.all([1, 2, 3, 4].map(() => start(underLock, [lock, journal])));
  expect(readFileSync(journal, "utf8")).toBe(turns(4));
  expect(readdirSync(dirname(lock))).toEqual(["journal"]);
});

test("the lock of a task that failed is free again", async () => {
  const [lock, journal] = newPlace();
  const failing = `${preamble} await withLock(lock, async () => { throw new Error("no"); }).catch(() => {});`;
  await start(failing, [lock, journal]);
  expect(existsSync(lock)).toBe(false);
});

test("many find a dead lock at once: one after the other gets it", async () => {
  const [lock, journal] = newPlace();
  writeFileSync(lock, String(await deadProcess()));
  await Promise.all([1, 2, 3, 4].map(() => start(underLock, [lock, journal])));
  expect(readFileSync(journal, "utf8")).toBe(turns(4));
  expect(readdirSync(dirname(lock))).toEqual(["journal"]);
});

test("a killed set-up's lock holds while a program that it started still runs", async () => {
  const [lock, journal] = newPlace();
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  writeFileSync(lock, [await deadProcess(), child.pid].join("\n"));
  const reporting = `${preamble}
    await withLock(lock, async () => appendFileSync(journal, "in\\n"), (pid) => appendFileSync(journal, pid + "\\n"));`;
  const second = start(reporting, [lock, journal]);
  await waitFor(() => existsSync(journal) && readFileSync(journal, "utf8").endsWith("\n"));
  expect(readFileSync(journal, "utf8")).toBe(`${child.pid}\n`);
  child.stdin.end();
  await once(child, "close");
  await second;
  expect(readFileSync(journal, "utf8")).toBe(`${child.pid}\nin\n`);
});

async function deadProcess(): Promise<number | undefined> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  return child.pid;
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
