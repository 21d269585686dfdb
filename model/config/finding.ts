import * as z from "zod";
import { UserError } from "../errors";
import { suggestion } from "./nearest";

type Path = readonly PropertyKey[];

/** One thing that is wrong with a configuration; `path` begins with the key. */
export interface Finding {
  readonly path: Path;
  readonly what: string;
  readonly fix?: string;
}

/** Everything that a schema has against a value. */
export function findingsIn(schema: z.ZodType, key: string, value: unknown, error: z.ZodError): Finding[] {
  return error.issues.flatMap((issue): Finding[] => {
    const path = [key, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((unknown) => unknownKey([...path, unknown], known));
    }
    // A key is never echoed: what was pasted may be the private one.
    const found = issue.path.at(-1) === "publicKey" ? "something else" : rendered(valueAt(value, issue.path));
    return [{ path, what: `expected ${issue.message}, found ${found}` }];
  });
}

/** The finding for a key that doesn't exist, with the nearest one that does. */
export function unknownKey(path: Path, known: readonly string[]): Finding {
  const key = String(path.at(-1));
  return { path, what: `unknown key "${key}"`, fix: suggestion(key, known, "keys") };
}

/** One error with a line for each finding, in the order given. */
export function asError(findings: readonly Finding[], whereOf: (path: Path) => string): UserError {
  const problems = findings.map(({ what, fix, path }) => ({
    what: onOneLine(what),
    where: onOneLine(whereOf(path)),
    ...(fix && { fix: onOneLine(fix) }),
  }));
  if (problems.length === 1) return new UserError({ ...problems[0], exitCode: 2 });
  const lines = problems.map(({ what, where, fix }) => `${what} (${where})${fix ? `. ${fix}` : ""}`);
  return new UserError({ what: lines.join("\n"), exitCode: 2 });
}

// A key may hold what ends a line, or what a terminal obeys.
function onOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `images.iam/auth-service.previous[0].digest` */
export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index ? "." : ""}${String(part)}`))
    .join("");
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  let current: unknown = unwrapped(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) current = (current.shape as Record<PropertyKey, unknown>)[part];
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else if (current instanceof z.ZodArray) current = current.element;
    current = unwrapped(current);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, part) =>
      parent === null || parent === undefined ? parent : (parent as Record<PropertyKey, unknown>)[part],
    value,
  );
}

function rendered(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a mapping";
  const text = JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
