import { UserError } from "../errors";
import type { Finding } from "./finding";
import { readYaml } from "./yaml";

const projectFile = "Pulumi.yaml";

/** Configuration values by their key without the project's namespace. */
export type ConfigValues = Record<string, unknown>;

/** Whether the text of a `Pulumi.yaml` is that of a project of this name. @throws UserError (2) when it is no mapping in YAML */
export function projectNamed(text: string, project: string): boolean {
  return readMapping(text, projectFile).name === project;
}

/** The project's own values in the text of its `Pulumi.yaml`. @throws UserError (2) when it is no mapping in YAML */
export function projectValues(text: string, project: string): ConfigValues {
  const values = configSection(text, project, projectFile);
  return Object.fromEntries(Object.entries(values).map(([key, entry]) => [key, valueOf(entry)]));
}

/** What the `config` of a file's text says under the project's namespace. @throws UserError (2) as {@link readMapping} */
export function configSection(text: string, project: string, file: string): ConfigValues {
  const own = (key: string): string[] => {
    if (key.startsWith(`${project}:`)) return [key.slice(project.length + 1)];
    return key.includes(":") ? [] : [key];
  };
  const { config } = readMapping(text, file);
  // Made of entries: a key called __proto__ is one like every other.
  return Object.fromEntries(
    Object.entries(mapping(config, `${file}: config`)).flatMap(([key, value]) =>
      own(key).map((name) => [name, value]),
    ),
  );
}

/** What a configuration file says; nothing when it is empty. @throws UserError (2) when it is not YAML, or no mapping */
export function readMapping(text: string, file: string): Record<string, unknown> {
  return mapping(readYaml(text, file), file);
}

function mapping(value: unknown, where: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError({ what: "expected a mapping of keys to values", where, exitCode: 2 });
}

// In Pulumi.yaml a structured value stands under `value`, and a declaration may carry a `default`.
function valueOf(entry: unknown): unknown {
  if (entry === null || typeof entry !== "object") return entry;
  const { value, default: fallback } = entry as { value?: unknown; default?: unknown };
  return value ?? fallback;
}

/** What one stack may have to itself. All else is agreed on once, for every stack. */
export const stackKeys: readonly string[] = [
  "kind",
  "environment",
  "images",
  "holds",
  "release",
  "poc",
  "delivery",
  "location",
  "tags",
];

/** What a stack's values say for every stack: what it has to itself plays no part in what the project is. */
export function sharedPart(values: Readonly<ConfigValues>): ConfigValues {
  const own = stackKeys.filter((key) => key !== "location" && key !== "tags");
  return Object.fromEntries(Object.entries(values).filter(([key]) => !own.includes(key)));
}

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
