import { UserError } from "../errors";
import { parseImageReference } from "../image-reference";
import type { WorkloadSettings } from "./settings";

/** An image that was promoted to an environment. */
export interface PromotedRelease {
  readonly version: string;
  /** `<login server>/<repository>@sha256:…` */
  readonly reference: string;
  readonly digest: string;
}

/** Repository → what runs and its rollback window, newest first. */
export type PromotedReleases = Readonly<Record<string, readonly PromotedRelease[]>>;

/** Where it is said what was promoted, as errors call it. */
export interface PromotedBy {
  /** Name of the stack with the output. */
  readonly stack: string;
  readonly environment: string;
  /** Whether that is the stack of the proof of concept, which has more than one environment. */
  readonly ofPoc: boolean;
}

/**
 * What a stack's output `running` says of one environment.
 * @throws UserError (2) when it says nothing, or something else
 */
export function promotedReleases(
  output: unknown,
  { stack, environment, ofPoc }: PromotedBy,
): PromotedReleases {
  const running = ofPoc && isMapping(output) ? output[environment] : output;
  if (!isMapping(running)) {
    throw new UserError({
      what: `stack ${stack} doesn't say what runs in ${environment}: it has no output running${ofPoc ? `.${environment}` : ""}`,
      fix: `Bring it up first: pulumi up -s ${stack}`,
      exitCode: 2,
    });
  }
  return Object.fromEntries(
    Object.entries(running).map(([repository, entry]) => {
      const previous = isMapping(entry) && Array.isArray(entry.previous) ? (entry.previous as unknown[]) : [];
      return [repository, [entry, ...previous].map((one) => release(one, repository, stack))];
    }),
  );
}

function release(value: unknown, repository: string, stack: string): PromotedRelease {
  if (isMapping(value) && typeof value.reference === "string" && typeof value.version === "string") {
    const { repository: named, digest } = parseImageReference(value.reference);
    if (named === repository && digest !== undefined) {
      return { version: value.version, reference: value.reference, digest };
    }
  }
  throw new UserError({
    what: `the output running of stack ${stack} doesn't name ${repository} by version and digest`,
    fix: `It is of an earlier version of the program. Bring it up again: pulumi up -s ${stack}`,
    exitCode: 2,
  });
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a workload runs: the newest of its repository that no canary aborted here.
 * @param where file and key of the workload
 * @throws UserError (2) when nothing was promoted, or all of it was aborted
 */
export function releaseOf(
  { repository, rejected }: WorkloadSettings,
  promoted: PromotedReleases,
  { stack, environment, ofPoc }: PromotedBy,
  where: string,
): PromotedRelease {
  const releases = Object.hasOwn(promoted, repository) ? promoted[repository] : [];
  if (releases.length === 0) {
    const promote = `airlock promote ${repository} --to ${environment}${ofPoc ? " --poc" : ""}`;
    throw new UserError({
      what: `nothing of ${repository} was promoted to ${environment}`,
      where: `${where}.repository`,
      fix: `Promote it: ${promote}, then pulumi up -s ${stack}`,
      exitCode: 2,
    });
  }
  const newest = releases.find(({ digest }) => !rejected.includes(digest));
  if (newest !== undefined) return newest;
  throw new UserError({
    what: `every image of ${repository} that was promoted to ${environment} was rejected here: ${releases.map(({ version }) => version).join(", ")}`,
    where: `${where}.rejected`,
    fix: "Promote another version, or take one out of the list",
    exitCode: 2,
  });
}

/** What the cluster admits: all that was promoted, but for what was rejected and runs in no workload. */
export function admittedReferences(
  promoted: PromotedReleases,
  workloads: Readonly<Record<string, WorkloadSettings>>,
  running: readonly PromotedRelease[],
): string[] {
  const refused = Object.values(workloads).flatMap(({ repository, rejected }) =>
    rejected.map((digest) => `${repository}@${digest}`),
  );
  const runs = running.map(({ reference }) => reference);
  return Object.entries(promoted).flatMap(([repository, releases]) =>
    releases
      .filter(
        ({ digest, reference }) => runs.includes(reference) || !refused.includes(`${repository}@${digest}`),
      )
      .map(({ reference }) => reference),
  );
}
