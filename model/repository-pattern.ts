import { isRepository } from "./image-reference";

/** True for a repository, or for a namespace written `prefix/*`. */
export function isRepositoryPattern(text: string): boolean {
  return isRepository(text.endsWith("/*") ? text.slice(0, -2) : text);
}

/** Whether a pattern takes in a repository; `prefix/*` takes in every depth below the prefix. */
export function patternCovers(pattern: string, repository: string): boolean {
  return pattern.endsWith("/*") ? repository.startsWith(pattern.slice(0, -1)) : repository === pattern;
}

/** Whether some repository falls under both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  const sample = (pattern: string) => pattern.replace(/\*$/, "x");
  return patternCovers(one, sample(other)) || patternCovers(other, sample(one));
}
