import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { watchEngine } from "../../policies/engine-watch";

const watched = (isPipe: boolean) => {
  const input = new PassThrough();
  const gone = jest.fn();
  watchEngine(gone, input, () => isPipe);
  return { input, gone };
};

test("the pack ends when the engine's end of its input closes, and not while it says something", async () => {
  const { input, gone } = watched(true);
  input.write("what an engine may say");
  await turn();
  expect(gone).not.toHaveBeenCalled();
  input.end();
  await turn();
  expect(gone).toHaveBeenCalledTimes(1);
});

test("what was not started through a pipe is not watched", async () => {
  const { input, gone } = watched(false);
  input.end();
  await turn();
  expect(gone).not.toHaveBeenCalled();
});
