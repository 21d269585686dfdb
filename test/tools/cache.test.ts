import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inNode, newFolder } from "./support";

const source = "setup/cache.mjs";

test.each([
  [{ AIRLOCK_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/a"],
  [{ XDG_CACHE_HOME: "/b" }, "/b/airlock"],
  [{ AIRLOCK_CACHE: "", XDG_CACHE_HOME: "/b" }, "/b/airlock"],
])("with %j the cache is %s", (env, expected) => {
  expect(inNode<string>(source, ["cacheRoot"], "return cacheRoot(input)", env)).toBe(expected);
});

const make = `
  let made = 0;
  const fill = async (work) => { made += 1; writeFileSync(join(work, "pulumi"), "new"); };
  await makeOnce(input, ["pulumi"], fill);
  await makeOnce(input, ["pulumi"], fill);
  return made;`;
const imports =
  'const { writeFileSync } = await import("node:fs"); const { join } = await import("node:path");';

function target(): string {
  return join(newFolder(), "engine");
}

test("a folder is made once, and appears whole", () => {
  const directory = target();
  expect(inNode<number>(source, ["makeOnce"], imports + make, directory)).toBe(1);
  expect(readdirSync(join(directory, ".."))).toEqual(["engine"]);
  expect(readFileSync(join(directory, "pulumi"), "utf8")).toBe("new");
});

test("a folder that lacks a part is made again", () => {
  const directory = target();
  mkdirSync(directory);
  writeFileSync(join(directory, "other"), "half");
  expect(inNode<number>(source, ["makeOnce"], imports + make, directory)).toBe(1);
  expect(readdirSync(directory)).toEqual(["pulumi"]);
});

test("what failed leaves neither folder nor lock", () => {
  const directory = target();
  const body =
    'return makeOnce(input, ["pulumi"], async () => { throw new Error("no network"); }).catch(String);';
  expect(inNode<string>(source, ["makeOnce"], body, directory)).toBe("Error: no network");
  expect(readdirSync(join(directory, ".."))).toEqual([]);
});
