import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hosts } from "../../sandbox/hosts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hosts-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hosts = (fixed: Record<string, number>, first: number, step: 1 | -1): Hosts =>
  new Hosts(join(folder, "ports.json"), fixed, first, step);

it("gives registries the ports that stack files name, and others the next free one above", () => {
  const registries = hosts({ onestreamDev: 7444, onestreamprod: 7446 }, 7444, 1);
  expect(["onestreamdev", "other", "another"].map((name) => registries.hostOf(name))).toEqual([
    "localhost:7444",
    "localhost:7445",
    "localhost:7447",
  ]);
});

it("gives vaults ports downwards, where no registry that is added later gets in their way", () => {
  const vaults = hosts({}, 7442, -1);
  expect(["onestream-signing-kv", "Second"].map((name) => vaults.portOf(name))).toEqual([7442, 7441]);
});

it("keeps a port that was given once, unless a stack file names it for another", () => {
  expect(hosts({}, 7444, 1).portOf("first")).toBe(7444);
  expect(hosts({}, 7444, 1).portOf("second")).toBe(7445);
  const later = hosts({ onestreamdev: 7444 }, 7444, 1);
  expect(["second", "first"].map((name) => later.portOf(name))).toEqual([7445, 7446]);
});
