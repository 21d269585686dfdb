import { parse } from "yaml";
import type { Finding } from "./finding";

/** Configuration values by their key without the project's namespace. */
export type ConfigValues = Record<string, unknown>;

/** Whether the text of a `Pulumi.yaml` is that of a project of this name. @throws YAMLParseError */
export function projectNamed(text: string, project: string): boolean {
  return (parse(text) as { name?: unknown } | null)?.name === project;
}

/** The project's own values in the text of its `Pulumi.yaml`. @throws YAMLParseError */
export function projectValues(text: string, project: string): ConfigValues {
  const document = (parse(text) as Record<string, unknown> | null) ?? {};
  return Object.fromEntries(
    Object.entries(configSection(document, project)).map(([key, entry]) => [key, valueOf(entry)]),
  );
}

/** What a file's `config` says under the project's namespace. */
export function configSection(document: Readonly<Record<string, unknown>>, project: string): ConfigValues {
  const values: ConfigValues = {};
  for (const [key, value] of Object.entries((document.config ?? {}) as Record<string, unknown>)) {
    if (key.startsWith(`${project}:`)) values[key.slice(project.length + 1)] = value;
    else if (!key.includes(":")) values[key] = value;
  }
  return values;
}

// In Pulumi.yaml a structured value stands under `value`, and a declaration may carry a `default`.
function valueOf(entry: unknown): unknown {
  if (entry === null || typeof entry !== "object") return entry;
  const { value, default: fallback } = entry as { value?: unknown; default?: unknown };
  return value ?? fallback;
}

/** What one stack may have to itself. All else is agreed on once, for every stack. */
export const stackKeys: readonly string[] = ["kind", "environment", "images", "location", "tags"];

/**
 * Keys of the whole project that a stack has another value for: a path, matrix or key of its own would be a way around
 * those that reviewers know.
 * @param values the stack's, with the project's below them; as in the file, or as the engine hands them over
 * @param project what `Pulumi.yaml` says
 */
export function overrideFindings(values: Readonly<ConfigValues>, project: Readonly<ConfigValues>): Finding[] {
  return Object.keys(values)
    .filter((key) => !stackKeys.includes(key) && canonical(values[key]) !== canonical(project[key]))
    .map((key) => ({
      path: [key],
      what: `${key} is the whole project's, and this stack has another`,
      fix: "Change it in Pulumi.yaml, and take it out of this file",
    }));
}

// The engine orders keys anew and makes text of a number.
function canonical(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object") return JSON.stringify(String(value));
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`);
  return `{${entries.sort().join()}}`;
}
