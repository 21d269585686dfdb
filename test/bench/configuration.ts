import type { Release } from "./images";

/**
 * Bytes of configuration that one stack can have: the engine hands all of it to the program in one environment variable, and Linux
 * takes no longer one.
 */
export const configurationLimit = 128 * 1024;

/** Bytes that images take of it: as JSON, and that as a text in JSON again. */
export function configurationOf(
  releases: readonly Pick<Release, "repository" | "version" | "digest">[],
): number {
  const images = releases.map(({ repository, version, digest }) => [repository, { digest, version }]);
  return JSON.stringify(JSON.stringify(Object.fromEntries(images))).length;
}
