import * as fc from "fast-check";

/** Text that a parser may take for something else than text. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "",
    " ",
    "null",
    "undefined",
    "NaN",
    "-0",
    "1e999",
    "\u0000",
    "\ufeff",
    "\r\n",
    "a\u2028b",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "${jndi:x}",
    "ﬀ",
    "İ",
    "𝒳",
    "a".repeat(5000),
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** Any value of JSON, with names and texts that look like something else. */
export const oddValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER),
    oddText,
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .array(fc.tuple(oddText, tie("value")), { maxLength: 3 })
      // As JSON.parse makes it: `__proto__` is a key like every other.
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
})).value;

/** Something of JSON with one part of it, at any depth, replaced by something odd, taken away or added. */
export function mutated(valid: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(valid);
  return fc
    .tuple(fc.constantFrom(...places), fc.oneof(fc.constant(undefined), oddValue), fc.option(oddText))
    .map(([place, value, added]) => replaced(valid, added === null ? place : [...place, added], value));
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function replaced(whole: unknown, [first, ...rest]: Place, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item, index) => (String(index) === first ? replaced(item, rest, value) : item));
  const object = typeof whole === "object" && whole !== null ? (whole as Record<string, unknown>) : {};
  const inner = Object.hasOwn(object, first) ? object[first] : undefined;
  const next = [
    ...Object.entries(object).filter(([key]) => key !== first),
    [first, replaced(inner, rest, value)],
  ];
  return Object.fromEntries(next.filter(([, one]) => one !== undefined) as [string, unknown][]);
}
