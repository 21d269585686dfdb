import { UserError } from "../errors";
import { isEnvironmentName } from "../promotion-path";

// Five digits a number: with the longest name of an environment, the account's name is the 50 characters that a token may have.
const number = "(?:0|[1-9][0-9]{0,4})";
const versionGrammar = new RegExp(`^v${number}\\.${number}\\.${number}$`);
const registryAccountGrammar = new RegExp(`^v(${number})-(${number})-(${number})-(.+)-acr-sa$`);
const gitHubAccountGrammar = new RegExp(`^(v${number}\\.${number}\\.${number})-(.+)-gh-sa$`);
const stackPrefix = "release-";

/** One stage of one release, as names are made of it. */
export interface ReleaseStage {
  /** `v0.0.1`. */
  readonly version: string;
  /** Name of the stage's environment. */
  readonly environment: string;
}

/** True for `v<major>.<minor>.<patch>` and for nothing else: what else a version could hold would make names ambiguous. */
export function isReleaseVersion(text: string): boolean {
  return versionGrammar.test(text);
}

/** @throws UserError (2) for anything but a release's version, which it returns. */
export function parseReleaseVersion(text: string): string {
  if (isReleaseVersion(text)) return text;
  throw new UserError({
    what: `${JSON.stringify(text)} is not the version of a release`,
    fix: "Write v<major>.<minor>.<patch>, such as v0.0.1, with five digits at most in each number",
    exitCode: 2,
  });
}

/** Name of a release's stack: `release-v0.0.1`. */
export function releaseStack(version: string): string {
  return stackPrefix + version;
}

/** The version whose stack has this name; undefined for every other stack. */
export function versionOfStack(stack: string): string | undefined {
  const version = stack.startsWith(stackPrefix) ? stack.slice(stackPrefix.length) : "";
  return isReleaseVersion(version) ? version : undefined;
}

/** Display name of the stage's application in Entra ID: `v0.0.1-qa-gh-sa`. */
export function gitHubAccount({ version, environment }: ReleaseStage): string {
  return `${version}-${environment}-gh-sa`;
}

/** Name of the stage's token and of its scope map, where Azure takes no dots: `v0-0-1-qa-acr-sa`. */
export function registryAccount({ version, environment }: ReleaseStage): string {
  return `${version.replaceAll(".", "-")}-${environment}-acr-sa`;
}

/** The stage whose token or scope map has this name; undefined for a name of somebody else's. */
export function stageOfRegistryAccount(name: string): ReleaseStage | undefined {
  const [, major, minor, patch, environment] = registryAccountGrammar.exec(name) ?? [];
  if (environment === undefined || !isEnvironmentName(environment)) return undefined;
  return { version: `v${major}.${minor}.${patch}`, environment };
}

/** The stage whose application has this display name; undefined for a name of somebody else's. */
export function stageOfGitHubAccount(name: string): ReleaseStage | undefined {
  const [, version, environment] = gitHubAccountGrammar.exec(name) ?? [];
  return environment !== undefined && isEnvironmentName(environment) ? { version, environment } : undefined;
}
