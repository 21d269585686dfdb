import { parseFault } from "../../../sandbox/faults/fault";
import { Faults } from "../../../sandbox/faults/faults";
import { matches } from "../../../sandbox/faults/pattern";

describe("what is a fault", () => {
  it("lasts as long as its kind does, unless told otherwise", () => {
    expect(parseFault({ kind: "throttle", on: "arm", times: 3 })).toEqual({
      kind: "throttle",
      on: "arm",
      times: 3,
      seconds: 1,
    });
    expect(parseFault({ kind: "latency", seconds: 5 })).toEqual({ kind: "latency", seconds: 5 });
    expect(parseFault({ kind: "error" })).toEqual({ kind: "error" });
  });

  it.each([
    [{ kind: "latncy" }, 'unknown fault "latncy". Did you mean "latency"?'],
    [
      { kind: "rain on monday" },
      'unknown fault "rain on monday". Known faults: latency, throttle, error, drop-before, drop-after, slow-roles, replication-lag, clock-skew, crash-import',
    ],
    [{ kind: "error", on: "arn" }, 'unknown plane "arn". Did you mean "arm"?'],
    [
      { kind: "error", match: "importImage" },
      '--match "importImage" is not a method (or *) and a path: "POST /v2/**"',
    ],
    [{ kind: "error", times: 0 }, "--times 0 is not a number from 1 to 1000000"],
    [{ kind: "latency", seconds: "soon" }, "--seconds soon is not a number from 1 to 3600"],
    [{ kind: "latency", seconds: 1.5 }, "--seconds 1.5 is not a number from 1 to 3600"],
    [{ kind: "drop-after", seconds: 1 }, "drop-after does not last: it takes no --seconds"],
    [
      { kind: "slow-roles", on: "arm" },
      "slow-roles strikes role assignments, not requests: it takes no --on and no --match",
    ],
    [
      { kind: "crash-import", match: "* /**" },
      "crash-import strikes imports, not requests: it takes no --on and no --match",
    ],
    [{ kind: "slow-roles", seconds: 3_601 }, "--seconds 3601 is not a number from 1 to 3600"],
    [
      { kind: "clock-skew", seconds: 60, times: 1 },
      "clock-skew lasts until it is cleared: it takes no --times",
    ],
    [{ kind: "error", time: 3 }, 'Unrecognized key: "time"'],
  ])("%j is refused", (given, message) => {
    expect(() => parseFault(given)).toThrow(
      expect.objectContaining({ message, problem: { what: message, exitCode: 2 } }),
    );
  });
});

it.each([
  ["POST /subscriptions/**/importImage", "POST", "/subscriptions/1/resourcegroups/rg/IMPORTIMAGE", true],
  ["POST /subscriptions/**/importImage", "GET", "/subscriptions/1/importImage", false],
  ["* /v2/*/manifests/**", "PUT", "/v2/app/manifests/1.0.0", true],
  ["* /v2/*/manifests/**", "GET", "/v2/iam/app/manifests/1.0.0", false],
  ["get /v2/", "GET", "/v2/", true],
  ["GET /v2/", "GET", "/v2/app", false],
  ["GET /v2/a.b", "GET", "/v2/aXb", false],
])("%s means %s %s: %s", (pattern, method, path, expected) => {
  expect(matches(pattern, method, path)).toBe(expected);
});

it("a pattern of many stars is told at once; as a regular expression it would take for ever", () => {
  expect(matches(`* /${"**a".repeat(40)}b`, "GET", `/${"a".repeat(200)}`)).toBe(false);
});

describe("the faults of a sandbox", () => {
  it("strike in their order, as often as they were told to", () => {
    const faults = new Faults();
    faults.set({ kind: "latency", times: 2 });
    faults.set({ kind: "error" });
    const strikes = () => [...faults.striking(() => true)].map(({ kind }) => kind);
    expect([strikes(), strikes(), strikes()]).toEqual([
      ["latency", "error"],
      ["latency", "error"],
      ["error"],
    ]);
    expect(faults.list()).toEqual([{ kind: "error", struck: 3 }]);
    faults.clear();
    expect([faults.list(), strikes()]).toEqual([[], []]);
  });

  it("that come after the one that ends a request are not used up", () => {
    const faults = new Faults();
    faults.set({ kind: "error", times: 1 });
    faults.set({ kind: "drop-before", times: 1 });
    const first = () =>
      [
        ...take(
          faults.striking(() => true),
          1,
        ),
      ].map(({ kind }) => kind);
    expect([first(), first(), first()]).toEqual([["error"], ["drop-before"], []]);
  });

  it("are not used up twice by two requests at once", () => {
    const faults = new Faults();
    faults.set({ kind: "latency" });
    faults.set({ kind: "error", times: 1 });
    const [one, other] = [faults.striking(() => true), faults.striking(() => true)];
    const kinds = [one.next(), other.next(), one.next(), other.next()].map(({ value }) => value?.kind);
    expect(kinds).toEqual(["latency", "latency", "error", undefined]);
  });
});

function* take<T>(all: Iterable<T>, count: number): Generator<T> {
  for (const one of all) {
    yield one;
    if (--count === 0) return;
  }
}
