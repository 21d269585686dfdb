import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tools = resolve(__dirname, "../../tools");

/**
 * Runs the body of an async function in plain Node, as set-up runs: what `exports` names is imported from a module of
 * `tools/`, and `input` is at hand. Returns what the body returns, by way of JSON.
 */
export function inNode<T>(module: string, exports: string[], body: string, input: unknown = null): T {
  const address = pathToFileURL(resolve(tools, module)).href;
  const code = `
    const { ${exports.join(", ")} } = await import(${JSON.stringify(address)});
    const input = ${JSON.stringify(input)};
    const result = await (async () => { ${body} })();
    console.log(JSON.stringify(result));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  return JSON.parse(output) as T;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder, removed after the tests of the file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "airlock-"));
  folders.push(folder);
  return folder;
}
