import * as fs from "node:fs";
import { join } from "node:path";
import { alive, killedAt } from "../../support/mortal-fs";
import { digest } from "../../model/release/world";
import { ReleaseWorld } from "./world";

jest.mock("node:fs", () =>
  jest.requireActual<typeof import("../../support/mortal-fs")>("../../support/mortal-fs").mortalFs(),
);

const ownId = process.pid;
const deadId = 2 ** 30;
const as = (pid: number) => Object.defineProperty(process, "pid", { value: pid });

afterEach(() => {
  alive();
  as(ownId);
});

const create = ["create", "v0.0.1", "--repositories", "iam/login"];
const images = ["images", "v0.0.1", `iam/login@${digest("a")}`];

test.each([
  ["create", [], create],
  ["images", [create], images],
  ["close", [create, images], ["close", "v0.0.1", "--by", "carol", "--reason", "a bug"]],
])(
  "release %s, killed at any step of its writing, leaves the old file or the new, and can be run again",
  async (_, before, words) => {
    const begun = async () => {
      const world = new ReleaseWorld();
      for (const one of before) await world.done(...one);
      return world;
    };
    const read = ({ cwd }: ReleaseWorld) => {
      const file = join(cwd, "Pulumi.release-v0.0.1.yaml");
      return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    };
    const whole = await begun();
    const old = read(whole);
    alive();
    await whole.done(...words);
    const all = alive();
    expect(all).toBeGreaterThan(4);
    const edited = read(whole);

    for (let step = 1; step <= all; step++) {
      const world = await begun();
      // Its number is nobody's afterwards.
      as(deadId);
      await killedAt(step, step % 2 === 0, () => world.release(...words));
      as(ownId);
      expect([old, edited]).toContain(read(world));
      // A close that was written is on its way: the second step waits for the engine.
      if (words[0] !== "close" || read(world) === old) await world.done(...words);
      expect(read(world)).toBe(edited);
      if (words[0] !== "close")
        expect(fs.readdirSync(world.cwd).filter((name) => name.startsWith("."))).toEqual([]);
    }
  },
);
