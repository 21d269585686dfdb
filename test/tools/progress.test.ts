import { inNode } from "./support";

function written(stream: { isTTY: boolean }, env: Record<string, string>, task = "async () => {}"): string {
  const body = `
    let text = "";
    const report = progress({ ...input.stream, write: (part) => (text += part) }, input.env);
    await report.step("the engine", "four minutes", ${task}).catch(() => {});
    return text.replace(/\\d+(\\.\\d)? s/g, "N s");`;
  return inNode<string>("setup/progress.mjs", ["progress"], body, { stream, env });
}

test("a step is two plain lines where nobody watches", () => {
  const plain = "Setting up the engine (usually four minutes) …\nSetting up the engine: done in N s\n";
  expect(written({ isTTY: false }, {})).toBe(plain);
  expect(written({ isTTY: true }, { CI: "true" })).toBe(plain);
  expect(written({ isTTY: true }, { TERM: "dumb" })).toBe(plain);
});

test("on a terminal the line is written over, and cleared when the step fails", () => {
  const clock = "\r\x1b[2KSetting up the engine (usually four minutes) … N s\r\x1b[2K";
  expect(written({ isTTY: true }, {})).toBe(`${clock}Setting up the engine: done in N s\n`);
  expect(written({ isTTY: true }, {}, "async () => { throw new Error('no'); }")).toBe(clock);
});
