/**
 * A project's values as the engine hands them to a program or a policy pack: full keys, structured values as JSON.
 * @returns key without the namespace to parsed value, for `parseSettings`
 */
export function engineValues(
  project: string,
  config: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [
        key.slice(prefix.length),
        withPlainDays(/^[[{]/.test(text) ? structured(text) : text),
      ]),
  );
}

// Text of its own may begin like a list, too.
function structured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A day that stands in YAML without quotes reaches the program as its midnight in UTC. */
const midnight = /^(\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?Z$/;

function withPlainDays(value: unknown): unknown {
  if (typeof value === "string") return midnight.exec(value)?.[1] ?? value;
  if (Array.isArray(value)) return value.map(withPlainDays);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withPlainDays(one)]));
}
