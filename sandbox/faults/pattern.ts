/**
 * Whether a request is one that a pattern means: `POST /v2/**`. `*` is any method, or any text within one part of the
 * path; `**` is any text. Azure's paths are the same in capitals.
 */
export function matches(pattern: string, method: string, path: string): boolean {
  const [wanted, glob] = pattern.split(" ") as [string, string];
  if (wanted !== "*" && wanted.toUpperCase() !== method) return false;
  const source = glob
    .split(/(\*\*?)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, "i").test(path);
}
