import { withoutTraces } from "../../components/without-traces";

test("an error that is made meanwhile has no frames, whatever limit is set, and what is returned comes through", () => {
  const error = withoutTraces(() => {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    return new Error("quiet");
  });
  expect(error.message).toBe("quiet");
  expect(error.stack?.split("\n").slice(1) ?? []).toEqual([]);
});

test("afterwards errors have their frames again, also when it fails", () => {
  const before = Error.stackTraceLimit;
  expect(() =>
    withoutTraces(() => {
      throw new RangeError("no such thing");
    }),
  ).toThrow(new RangeError("no such thing"));
  expect(Error.stackTraceLimit).toBe(before);
  expect(new Error("loud").stack?.split("\n").length).toBeGreaterThan(1);
});
