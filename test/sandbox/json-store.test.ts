import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { JsonStore } from "../../sandbox/json-store";
import { alive, killedAt } from "../support/mortal-fs";

jest.mock("node:fs", () =>
  jest.requireActual<typeof import("../support/mortal-fs")>("../support/mortal-fs").mortalFs(),
);

describe("a store of JSON files", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "json-store-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("has after a restart what was set and not deleted", () => {
    const before = new JsonStore<number>(directory);
    before.set("one", 1);
    before.set("two", 2);
    before.set("two", 22);
    before.set("three", 3);
    before.delete("one");
    const after = new JsonStore<number>(directory);
    expect(Object.fromEntries(after.keys().map((key) => [key, after.get(key)]))).toEqual({
      two: 22,
      three: 3,
    });
  });

  it("drops what a crash left half written", () => {
    new JsonStore<number>(directory).set("whole", 1);
    writeFileSync(path.join(directory, "half.json.1.tmp"), '{"key":');
    expect(new JsonStore<number>(directory).values()).toEqual([1]);
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it("has the old value or the new after a kill at any write, and no draft once it is opened again", async () => {
    const store = new JsonStore<string>(directory);
    alive();
    store.set("key", "old");
    const all = alive();
    expect(all).toBeGreaterThan(4);
    for (let step = 1; step <= all; step++) {
      for (const halfWritten of [false, true]) {
        store.set("key", "old");
        await killedAt(step, halfWritten, () => store.set("key", "new"));
        const [value] = new JsonStore<string>(directory).values();
        expect(["old", "new"]).toContain(value);
        expect(readdirSync(directory)).toHaveLength(1);
      }
    }
  });

  it("counts changes, and nothing else", () => {
    const store = new JsonStore<number>(directory);
    store.set("a", 1);
    store.delete("absent");
    store.get("a");
    expect(store.revision).toBe(1);
  });
});
