import { UserError } from "./errors";
import { isTag } from "./image-reference";

const maximumVersion = 64;

/** True for a version that can stand in a tag. `latest` is not one: its version tag would be the tag that moves. */
export function isVersion(text: string): boolean {
  return isTag(text) && text.length <= maximumVersion && text !== "latest";
}

/** `{service}-{version}-{build-id}-{git-short-sha}`: unique per build. @throws UserError (2) for a part that no tag can hold. */
export function buildTag(build: {
  service: string;
  version: string;
  buildId: string;
  commit: string;
}): string {
  return tag(`${build.service}-${parseVersion(build.version)}-${build.buildId}-${shortCommit(build.commit)}`);
}

/** `poc-{build-id}-{git-short-sha}`. @throws UserError (2) for a part that no tag can hold. */
export function pocTag(build: { buildId: string; commit: string }): string {
  return tag(`poc-${build.buildId}-${shortCommit(build.commit)}`);
}

/** `1.2.3-prod`: set once, never moved. @throws UserError (2) for a version that no tag can hold. */
export function versionTag(text: string, environment: string): string {
  return tag(`${parseVersion(text)}-${environment}`);
}

/** `latest-prod`: moves with each promotion. @throws UserError (2) for an environment that no tag can hold. */
export function latestTag(environment: string): string {
  return tag(`latest-${environment}`);
}

/** @throws UserError (2) for a version that no tag can hold. */
export function parseVersion(text: string): string {
  if (isVersion(text)) return text;
  throw new UserError({
    what: `version ${JSON.stringify(text)} can't stand in a tag`,
    fix: `Use letters, digits, "_", "." and "-", ${maximumVersion} at most, and not "latest"`,
    exitCode: 2,
  });
}

function shortCommit(commit: string): string {
  if (/^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/.test(commit)) return commit.slice(0, 7);
  throw new UserError({
    what: `${JSON.stringify(commit)} is not a commit id`,
    fix: "Give 7 to 40 lower-case hexadecimal digits",
    exitCode: 2,
  });
}

function tag(text: string): string {
  if (isTag(text)) return text;
  throw new UserError({
    what: `${JSON.stringify(text)} is not a tag`,
    fix: 'A tag is at most 128 letters, digits, "_", "." and "-", and does not begin with "." or "-"',
    exitCode: 2,
  });
}
