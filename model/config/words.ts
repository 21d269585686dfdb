import * as z from "zod";

// Every message of a schema says what was expected; finding.ts makes the sentence.
export function text(expected: string, accepts: (value: string) => boolean) {
  return z.string({ error: expected }).refine(accepts, { error: expected });
}

export function matching(expected: string, grammar: RegExp) {
  return text(expected, (value) => grammar.test(value));
}

export function whole(expected: string, maximum: number) {
  const fits = (value: number) => Number.isInteger(value) && value >= 1 && value <= maximum;
  return z.number({ error: expected }).refine(fits, { error: expected });
}

export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: `a mapping with the keys ${Object.keys(shape).join(", ")}` });
}

export function mapping<Value extends z.ZodType>(of: string, value: Value) {
  return z.record(z.string(), value, { error: `a mapping of ${of}` });
}

export function list<Item extends z.ZodType>(of: string, item: Item) {
  const expected = `a list of ${of}`;
  return z.array(item, { error: expected }).min(1, { error: expected });
}
