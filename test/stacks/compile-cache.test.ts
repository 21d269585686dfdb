import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, node } from "../support/sandbox";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "airlock-")));
cpSync(join(checkout, "stacks"), join(directory, "stacks"), { recursive: true });
for (const name of ["node_modules", "tsconfig.json"])
  symlinkSync(join(checkout, name), join(directory, name));

/** Where Node keeps what it compiles, once the program has begun. */
function keptIn(env: NodeJS.ProcessEnv = {}): string {
  const program = `require("./stacks/compile-cache"); console.log(require("node:module").getCompileCacheDir() ?? "nowhere")`;
  const words = ["--require", "ts-node/register/transpile-only", "-e", program];
  const { NODE_COMPILE_CACHE: _, ...others } = process.env;
  const project = { TS_NODE_PROJECT: join(directory, "tsconfig.json") };
  return execFileSync(node, words, {
    cwd: directory,
    encoding: "utf8",
    env: { ...others, ...project, ...env },
  });
}

test("what Node compiles of a program is kept beside what set-up has built, and nowhere else", () => {
  expect(keptIn()).toBe("nowhere\n");
  mkdirSync(join(directory, ".build"));
  expect(keptIn()).toContain(join(directory, ".build/compiled"));
  expect(keptIn({ NODE_COMPILE_CACHE: join(directory, "elsewhere") })).toContain(
    join(directory, "elsewhere"),
  );
});
