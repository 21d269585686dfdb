import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inNode, newFolder } from "./support";

const source = "setup/stamp.mjs";

function folderWith(files: Record<string, string>): string {
  const root = newFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, ".."), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

function hashOf(root: string): string {
  const body = 'return hashFiles(input, filesBelow([input], [".ts"]))';
  return inNode<string>(source, ["hashFiles", "filesBelow"], body, root);
}

test("the same files have the same hash wherever they lie", () => {
  const files = { "a.ts": "one", "sub/b.ts": "two" };
  expect(hashOf(folderWith(files))).toBe(hashOf(folderWith(files)));
});

test("the hash changes with a file's contents, name or presence, and where one file ends", () => {
  const variants: Record<string, string>[] = [
    { "a.ts": "one", "b.ts": "two" },
    { "a.ts": "one", "b.ts": "TWO" },
    { "a.ts": "one", "c.ts": "two" },
    { "a.ts": "one" },
    { "a.ts": "onetw", "b.ts": "o" },
  ];
  const hashes = variants.map((files) => hashOf(folderWith(files)));
  expect(new Set(hashes).size).toBe(variants.length);
});

test("build output, packages and other kinds of file are left out, and the order is fixed", () => {
  const root = folderWith({
    "z.ts": "",
    "a/b.ts": "",
    "a/bin/c.ts": "",
    "node_modules/d.ts": "",
    "notes.md": "",
  });
  expect(
    inNode<string[]>(
      source,
      ["filesBelow"],
      'return filesBelow([input], [".ts"]).map((file) => file.slice(input.length + 1))',
      root,
    ),
  ).toEqual(["a/b.ts", "z.ts"]);
});

test("a stamp is current for the value that was written, and for no other", () => {
  const stamp = join(folderWith({}), "deep/stamp");
  const body = `
    const before = isCurrent(input, "one");
    writeWhole(input, "one");
    return [before, isCurrent(input, "one"), isCurrent(input, "two")];`;
  expect(inNode<boolean[]>(source, ["isCurrent", "writeWhole"], body, stamp)).toEqual([false, true, false]);
  expect(readFileSync(stamp, "utf8")).toBe("one");
  expect(readdirSync(join(stamp, ".."))).toEqual(["stamp"]);
});
