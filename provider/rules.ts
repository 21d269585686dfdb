import { createPublicKey } from "node:crypto";
import { isDigest, isHost, isRepository, isTag } from "../model/image-reference";
import { isEnvironmentName } from "../model/promotion-path";
import { isInstant, isTokenName } from "../model/registry-token";
import { isVersion } from "../model/tags";
import { parseRegistryId } from "./azure/registry-id";
import { hasUnknown, UNKNOWN, type Properties } from "./properties";
import type { CheckFailure } from "./resource";

/** What is wrong with a known value, or undefined. */
export type Rule = (value: unknown) => string | undefined;

export interface Property {
  readonly rule: Rule;
  readonly optional?: boolean;
}

const got = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`);

function text(accepts: (value: string) => boolean, expected: string): Rule {
  return (value) =>
    typeof value === "string" && accepts(value) ? undefined : `expected ${expected}, got ${got(value)}`;
}

function list(of: string, rule: Rule): Rule {
  return (value) => {
    if (!Array.isArray(value)) return `expected a list of ${of}, got ${got(value)}`;
    return value
      .filter((entry) => entry !== UNKNOWN)
      .map(rule)
      .find((found) => found !== undefined);
  };
}

export const digest = text(isDigest, '"sha256:" and 64 lower-case hexadecimal digits');
export const repository = text(isRepository, "a repository name such as iam/auth-service");
export const host = text(isHost, "the login server of a registry, without https://");
export const tag = text(isTag, "a tag");
export const version = text(isVersion, "a version that can stand in a tag");
export const environment = text(isEnvironmentName, "the name of an environment");
export const registryId = text(isRegistryId, "the ARM id of a container registry");

export const tokenName = text(isTokenName, "the name of a registry token: 5-50 letters, digits and '-'");
export const instant = text(isInstant, "an instant in UTC such as 2026-11-21T10:00:00Z");

export const httpsAddress = text(
  (value) => value.startsWith("https://") && URL.canParse(value),
  "an https address",
);
export const identity = text((value) => /^[!-~]+$/.test(value), "who signs, such as a workflow's address");
export const file = text((value) => value !== "", "the name of a file");

export const line = text((value) => /^[^\p{Cc}]{1,2000}$/u.test(value), "a text on one line");

export const flag: Rule = (value) =>
  typeof value === "boolean" ? undefined : `expected true or false, got ${got(value)}`;

/** Nothing of the value is repeated. */
export const secret: Rule = (value) =>
  typeof value === "string" && value !== "" ? undefined : "expected a secret text";

/** An object id of Entra ID, alone or as azuread's resources spell theirs. */
export const objectId = text(
  (value) =>
    /^(?:\/(?:applications|servicePrincipals)\/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  "an object id of Entra ID",
);

const scope = text((value) => value.startsWith("/subscriptions/"), "the ARM id of a scope");

export const scopes = list("scopes", scope);
export const digests = list("digests", digest);

export const wholeNumber: Rule = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? undefined
    : `expected a whole number, got ${typeof value === "number" ? value : got(value)}`;

export const environments = list("environments", environment);

export const tags: Rule = (value) => {
  if (!Array.isArray(value)) return `expected a list of tags, got ${got(value)}`;
  const known = value.filter((entry) => entry !== UNKNOWN);
  const problem = known.map(tag).find((found) => found !== undefined);
  if (problem !== undefined) return problem;
  return new Set(known).size === known.length ? undefined : "the same tag is listed twice";
};

/** A private key is refused too, and nothing of it is repeated. */
export const publicKey: Rule = (value) => {
  const expected = "expected a public key in PEM form (-----BEGIN PUBLIC KEY-----)";
  if (typeof value !== "string" || !/^\s*-----BEGIN PUBLIC KEY-----/.test(value)) return expected;
  try {
    createPublicKey(value);
    return undefined;
  } catch {
    return expected;
  }
};

/** Judges the known values, and names what is missing or unknown to the schema. */
export function judge(news: Properties, schema: Record<string, Property>, prefix = ""): CheckFailure[] {
  const strangers = Object.keys(news)
    .filter((name) => !(name in schema))
    .map((name) => ({ property: prefix + name, reason: "is not a property of this resource" }));
  const problems = Object.entries(schema).flatMap(([name, { rule, optional }]) => {
    const value = news[name];
    if (value === undefined || value === null) {
      return optional ? [] : [{ property: prefix + name, reason: "is required" }];
    }
    const reason = value === UNKNOWN ? undefined : rule(value);
    return reason === undefined ? [] : [{ property: prefix + name, reason }];
  });
  return [...problems, ...strangers];
}

/** A rule for an object of its own schema. */
export function object(schema: Record<string, Property>): Rule {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return `expected an object, got ${got(value)}`;
    const [failure] = judge(value as Properties, schema);
    return failure && `${failure.property} ${failure.reason}`;
  };
}

/** A rule for a mapping whose keys are anything. */
export function mapping(of: Rule): Rule {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return `expected a mapping, got ${got(value)}`;
    const found = Object.entries(value).map(([key, entry]) => [
      key,
      entry === UNKNOWN ? undefined : of(entry),
    ]);
    const [key, problem] = found.find(([, one]) => one !== undefined) ?? [];
    return problem === undefined ? undefined : `${key} ${problem}`;
  };
}

/** True when every value is there and known. */
export function allKnown(news: Properties, names: readonly string[]): boolean {
  return names.every((name) => !hasUnknown(news[name]));
}

function isRegistryId(value: string): boolean {
  try {
    parseRegistryId(value);
    return true;
  } catch {
    return false;
  }
}
