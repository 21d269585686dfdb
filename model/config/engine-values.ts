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
        /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text,
      ]),
  );
}
