/** What a request does to a repository (or to the list of them). */
export type RegistryOperation =
  "content/read" | "content/write" | "content/delete" | "metadata/read" | "metadata/write" | "catalog/read";

/**
 * Whether a repository is inside a pattern: a name, `prefix/*` (not `prefix` itself) or `*`. Anything else with a
 * star is no pattern in Azure and contains nothing.
 */
export function patternContains(pattern: string, repository: string): boolean {
  if (pattern === "*") {
    return true;
  }
  if (!pattern.includes("*")) {
    return repository === pattern;
  }
  const prefix = pattern.slice(0, -1);
  return (
    pattern.endsWith("/*") && !prefix.includes("*") && repository.startsWith(prefix) && repository !== prefix
  );
}

/** The repository patterns for which a scope map's actions allow an operation. Tokens can't list the catalog. */
export function tokenPatterns(actions: readonly string[], operation: RegistryOperation): string[] {
  const start = "repositories/";
  const end = `/${operation}`;
  return actions
    .filter((action) => action.startsWith(start) && action.endsWith(end))
    .map((action) => action.slice(start.length, -end.length))
    .filter(
      (pattern) => operation !== "catalog/read" && patternContains(pattern, pattern.replace(/\*$/, "0")),
    );
}
