import { withoutTraces } from "../../components/without-traces";

test("an error that is made meanwhile has no frames, and what is returned comes through", () => {
  const error = withoutTraces(() => new Error("quiet"));
  expect(error.stack).toBe("Error: quiet");
});

test("afterwards errors have their frames again, also when it fails", () => {
  const before = Error.stackTraceLimit;
  expect(() =>
    withoutTraces(() => {
      throw new RangeError("no such thing");
    }),
  ).toThrow(new RangeError("no such thing"));
  expect(Error.stackTraceLimit).toBe(before);
  expect(before).toBeGreaterThan(0);
});
