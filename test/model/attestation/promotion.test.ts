import * as fc from "fast-check";
import { promotionProblem, promotionOf, type ExpectedPromotion } from "../../../model/attestation";
import { approvals, at, expected, plain, released, withRelease } from "./world";

/** As it is read from a statement. */
const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const { release } = withRelease;
const unapproved: ExpectedPromotion = {
  ...released,
  record: { ...released.record, releases: { "v0.0.1": { dev: approvals.dev } } },
};

test.each<[string, unknown, ExpectedPromotion, string | undefined]>([
  ["the image, for here", plain, expected, undefined],
  ["the image as part of its release", withRelease, released, undefined],
  ["nothing", undefined, expected, "is attested for nothing, and not for prod"],
  ["a text", "prod", expected, "is attested for nothing, and not for prod"],
  ["a list", [plain], expected, "is attested for nothing, and not for prod"],
  [
    "another environment",
    { ...plain, environment: "staging" },
    expected,
    'is attested for "staging", and not for prod',
  ],
  [
    "several environments",
    { ...plain, environment: ["prod"] },
    expected,
    'is attested for "[\\"prod\\"]", and not for prod',
  ],
  [
    "another registry",
    { ...plain, registry: "contosoprod2.azurecr.io" },
    expected,
    'is attested for the registry "contosoprod2.azurecr.io", and not for contosoprod.azurecr.io',
  ],
  [
    "another repository",
    { ...plain, repository: "iam/login" },
    expected,
    'is attested for the repository "iam/login", and not for iam/auth-service',
  ],
  ["no release", plain, released, "is attested for no release, and is part of v0.0.1"],
  ["a release of none", withRelease, expected, 'is attested for release "v0.0.1", and is part of none'],
  [
    "another release",
    { ...plain, release: { ...release, version: "v0.0.2" } },
    released,
    'is attested for release "v0.0.2", and is part of v0.0.1',
  ],
  [
    "a release by the name of what every object has",
    { ...plain, release: { ...release, version: "toString" } },
    released,
    'is attested for release "toString", and is part of v0.0.1',
  ],
  [
    "no approvals",
    { ...plain, release: { version: "v0.0.1", approvals: {} } },
    released,
    "is attested with other approvals for prod than the file of v0.0.1 has",
  ],
  [
    "somebody else's approval",
    {
      ...plain,
      release: {
        version: "v0.0.1",
        approvals: { ...approvals, dev: { ...approvals.dev, by: "dev-deputy" } },
      },
    },
    released,
    "is attested with other approvals for prod than the file of v0.0.1 has",
  ],
  [
    "one approval more",
    { ...plain, release: { version: "v0.0.1", approvals: { ...approvals, prod: { by: "sre-lead", at } } } },
    released,
    "is attested with other approvals for prod than the file of v0.0.1 has",
  ],
  [
    "a release that somebody still has to approve",
    { ...plain, release: { version: "v0.0.1", approvals: { dev: approvals.dev } } },
    unapproved,
    "is part of v0.0.1, which staging did not approve for prod",
  ],
  [
    "more than that",
    { ...plain, until: "2027-01-01" },
    expected,
    "is attested with more than a promotion states",
  ],
  [
    "more of the release",
    { ...plain, release: { ...release, hold: true } },
    released,
    "is attested with more than a promotion states",
  ],
  [
    "what would speak to the terminal",
    { ...plain, environment: "\u001b[2Jprod" },
    expected,
    'is attested for "\uFFFD[2Jprod", and not for prod',
  ],
])("attested: %s", (_, predicate, wanted, problem) => {
  expect(promotionProblem(predicate === undefined ? undefined : read(predicate), wanted)).toBe(problem);
});

test("an image of two releases is let in by either", () => {
  const releases = { "v0.0.1": approvals, "v0.0.2": approvals };
  const wanted = { ...released, record: { ...released.record, releases } };
  for (const version of Object.keys(releases))
    expect(promotionProblem(read(promotionOf(wanted, version)), wanted)).toBeUndefined();
});

test("whatever is stated, the answer is one line", () => {
  const hostile = fc.string({ unit: fc.constantFrom("a", "\u007f", "\u009b", "\n", "\u001b") });
  const stated = fc.oneof(
    fc.jsonValue(),
    fc.record({
      ...Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, fc.constant(value)])),
      release: fc.record({ version: hostile, approvals: fc.jsonValue() }),
    }),
    fc.record({ environment: hostile }),
  );
  fc.assert(
    fc.property(stated, (predicate) => {
      expect(promotionProblem(predicate, released)).toMatch(/^is [^\p{Cc}]+$/u);
    }),
  );
});

/** Paths to every field of a value, at any depth. */
function pathsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, entry]) => pathsIn(entry, [...path, key])),
  ];
}

/** A value's text, whatever the order of its fields. */
function sorted(value: unknown): string {
  const order = (_: string, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one;
  return JSON.stringify(value, order);
}

/** The value with one field replaced, or taken away where the replacement is undefined. */
function altered(value: unknown, [key, ...path]: readonly string[], replacement: unknown): unknown {
  const { [key]: field, ...rest } = value as Record<string, unknown>;
  const next = path.length === 0 ? replacement : altered(field, path, replacement);
  return next === undefined ? rest : { ...rest, [key]: next };
}

test("with any one field altered, added or taken away it opens nothing", () => {
  const cases = [
    { predicate: plain, wanted: expected },
    { predicate: withRelease, wanted: released },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...cases).chain((one) =>
        fc.record({
          one: fc.constant(one),
          path: fc.oneof(
            fc.constantFrom(...pathsIn(one.predicate)),
            fc
              .tuple(
                fc.constantFrom([], ...pathsIn(one.predicate).filter((path) => path.length < 4)),
                fc.string({ minLength: 1 }),
              )
              .map(([path, name]) => [...path, name]),
          ),
          replacement: fc.option(fc.jsonValue(), { nil: undefined }),
        }),
      ),
      ({ one: { predicate, wanted }, path, replacement }) => {
        let changed: unknown;
        try {
          changed = read(altered(predicate, path, replacement));
        } catch {
          fc.pre(false);
        }
        fc.pre(sorted(changed) !== sorted(predicate));
        expect(promotionProblem(changed, wanted)).toEqual(expect.any(String));
      },
    ),
    { numRuns: 2000 },
  );
});
