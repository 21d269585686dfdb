import { isDeepStrictEqual } from "node:util";
import { printable } from "../printable";
import { shown } from "../signing/registry-reader";

/** Type of the predicate, as `cosign attest --type` takes it. */
export const promotionType = "https://airlock.dev/promotion/v1";

/** One person's word for a role, as the release's file has it: with a signature of theirs, or the address of a review or a run. */
export interface AttestedApproval {
  readonly by: string;
  readonly at: string;
  readonly signature?: string;
  readonly review?: string;
  readonly run?: string;
}

/** Environment for whose manager somebody spoke → what they said. */
export type AttestedApprovals = Readonly<Record<string, AttestedApproval>>;

/** What an attestation states of a digest: the one place that it may enter, and with whose word. */
export interface Promotion {
  readonly repository: string;
  readonly environment: string;
  /** Login server. */
  readonly registry: string;
  /** Absent where images move without releases. */
  readonly release?: { readonly version: string; readonly approvals: AttestedApprovals };
}

/** Whose approval an image needs, and what the releases' files say of it. */
export interface ReleaseRecord {
  /** Environments whose managers are asked. */
  readonly roles: readonly string[];
  /** Version of each release that the image is part of → approvals on record. */
  readonly releases: Readonly<Record<string, AttestedApprovals>>;
}

/** What an attestation has to state, where an image is about to enter. */
export interface ExpectedPromotion extends Pick<Promotion, "repository" | "environment" | "registry"> {
  readonly record: ReleaseRecord;
}

const places = ["environment", "registry", "repository"] as const;

/**
 * Why a statement doesn't open the place; the rest of a sentence that begins with the image. Whoever signed it is judged
 * elsewhere.
 */
export function promotionProblem(predicate: unknown, expected: ExpectedPromotion): string | undefined {
  const stated = fieldsOf(predicate);
  const other = places.find((field) => stated[field] !== expected[field]);
  if (other !== undefined) {
    const kind = other === "environment" ? "" : `the ${other} `;
    return `is attested for ${kind}${quoted(stated[other])}, and not for ${expected[other]}`;
  }
  const { version, problem } = releaseProblem(stated.release, expected);
  if (problem !== undefined) return problem;
  const wanted = promotionOf(expected, version);
  return isDeepStrictEqual(predicate, wanted) ? undefined : "is attested with more than a promotion states";
}

/** The statement that opens the place. @param version of the release that it is for */
export function promotionOf(expected: ExpectedPromotion, version: string | undefined): Promotion {
  const { repository, environment, registry, record } = expected;
  return {
    repository,
    environment,
    registry,
    ...(version !== undefined && { release: { version, approvals: record.releases[version] } }),
  };
}

/** The place that a statement names, and for which release: what it says, judged by nobody. */
export function statedPlace(predicate: unknown): { environment: string; registry: string; release?: string } {
  const { environment, registry, release } = fieldsOf(predicate);
  const { version } = fieldsOf(release);
  const text = (value: unknown) => printable(shown(value).slice(0, longest));
  return {
    environment: text(environment),
    registry: text(registry),
    ...(version !== undefined && { release: text(version) }),
  };
}

function releaseProblem(
  release: unknown,
  { environment, record: { roles, releases } }: ExpectedPromotion,
): { readonly version?: string; readonly problem?: string } {
  const known = Object.keys(releases);
  if (release === undefined) {
    return known.length === 0
      ? {}
      : { problem: `is attested for no release, and is part of ${known.join(" and ")}` };
  }
  const { version, approvals } = fieldsOf(release);
  if (typeof version !== "string" || !known.includes(version)) {
    const part = known.length === 0 ? "of none" : `of ${known.join(" and ")}`;
    return { problem: `is attested for release ${quoted(version)}, and is part ${part}` };
  }
  const recorded = releases[version];
  const missing = roles.filter((role) => !Object.hasOwn(recorded, role));
  if (missing.length > 0) {
    const whose = missing.join(" and ");
    return { problem: `is part of ${version}, which ${whose} did not approve for ${environment}` };
  }
  if (isDeepStrictEqual(approvals, recorded)) return { version };
  return {
    problem: `is attested with other approvals for ${environment} than the file of ${version} has`,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const longest = 100;

// Whoever signed it is trusted with the signature, not with the terminal.
function quoted(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(printable(shown(value).slice(0, longest)));
}
