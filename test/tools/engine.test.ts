import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inNode, newFolder } from "./support";

function program(directory: string, name: string, prints: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(join(directory, name), 0o755);
}

/** Folders as a PATH would list them: each with a `pulumi` of that version, and a language host unless told otherwise. */
function folders(...engines: { version: string; alone?: boolean }[]): string[] {
  const root = newFolder();
  return engines.map(({ version, alone }, index) => {
    const directory = join(root, String(index));
    program(directory, "pulumi", version);
    if (!alone) program(directory, "pulumi-language-nodejs", "");
    return directory;
  });
}

function engineOn(path: string[]): string | null {
  const body = `
    process.env.AIRLOCK_CACHE = input.cache;
    return (await engineDirectory(checkout, input.path)) ?? null;`;
  return inNode<string | null>(
    "setup/engine.mjs",
    ["engineDirectory"],
    `const { checkout } = await import(input.checkout); ${body}`,
    {
      cache: newFolder(),
      path: path.join(delimiter),
      checkout: `file://${join(__dirname, "../../tools/setup/checkout.mjs")}`,
    },
  );
}

test("the first engine on the PATH that is new enough and whole is taken", () => {
  const path = folders(
    { version: "v3.199.0" },
    { version: "v3.201.0", alone: true },
    { version: "v3.200.0" },
  );
  expect(engineOn(["", "/nowhere", ...path])).toBe(path[2]);
});

test("an engine that is too old, or can't run Node programs, is none", () => {
  expect(engineOn(folders({ version: "v3.199.0" }, { version: "v3.201.0", alone: true }))).toBeNull();
});
