import { environmentNamed, type PromotionPath } from "../promotion-path";
import { endOf, type Release } from "../release/release";
import { patternCovers } from "../repository-pattern";
import type { Hold, PromotedEntry } from "../settings";
import { latestTag } from "../tags";

/** Why something is needed, whatever its age. */
export interface Claim {
  readonly kind: "runs" | "rollback" | "held" | "release";
  readonly why: string;
  /** Repository, or namespace (`iam/*`); left out, any. */
  readonly repository?: string;
  readonly digest?: string;
  readonly tag?: string;
}

/** Environment to its images, as the stack files say. */
export type ImagesByEnvironment = Readonly<Record<string, Readonly<Record<string, PromotedEntry>>>>;

/**
 * What an environment's registries have to keep: what runs there and in every later environment, what they can go back
 * to, and what is held.
 * @param now milliseconds since the epoch.
 */
export function claimsOf(
  path: PromotionPath,
  environment: string,
  images: ImagesByEnvironment,
  holds: readonly Hold[],
  now: number,
): Claim[] {
  const used = fromHereOn(path, environment).flatMap((name) =>
    Object.entries(images[name] ?? {}).flatMap(([repository, entry]) => usesOf(name, repository, entry)),
  );
  // What the registry says is the second witness: a stack file may be older than the last promotion.
  const latest = Object.keys(images[environment] ?? {}).map((repository): Claim => {
    const tag = latestTag(environment);
    return { kind: "runs", repository, tag, why: `${tag} stands on it` };
  });
  const held = holds
    .filter((hold) => holdStands(hold, now))
    .map(({ repository, digest, by, reason, until }): Claim => {
      const what = {
        ...(repository !== undefined && { repository }),
        ...(digest !== undefined && { digest }),
      };
      return { kind: "held", ...what, why: `held by ${by} until ${until}: ${reason}` };
    });
  return [...used, ...latest, ...held];
}

/** What releases that go on are about, and what ended ones that somebody holds are. */
export function claimsOfReleases(releases: readonly Release[], now: number): Claim[] {
  return releases
    .filter((release) => endOf(release) === undefined || now < Date.parse(release.hold?.until ?? ""))
    .flatMap(({ version, images }) =>
      Object.entries(images).map(([repository, digest]): Claim => ({
        kind: "release",
        repository,
        digest,
        why: `release ${version} is about it`,
      })),
    );
}

/** An environment and all that come after it. */
export function fromHereOn(path: PromotionPath, environment: string): string[] {
  const names = path.environments.map(({ name }) => name);
  return names.slice(names.indexOf(environmentNamed(path, environment).name));
}

/** Whether a hold stands: its last day is over at midnight UTC. */
export function holdStands({ until }: Pick<Hold, "until">, now: number): boolean {
  return now < Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000;
}

/** Whether a claim is on a manifest. */
export function claims(claim: Claim, repository: string, digest: string, tags: readonly string[]): boolean {
  return (
    (claim.repository === undefined || patternCovers(claim.repository, repository)) &&
    (claim.digest === undefined || claim.digest === digest) &&
    (claim.tag === undefined || tags.includes(claim.tag))
  );
}

function usesOf(environment: string, repository: string, entry: PromotedEntry): Claim[] {
  const { version, digest, previous } = entry;
  return [
    { kind: "runs", repository, digest, why: `runs in ${environment} (${version})` },
    ...previous.map((one): Claim => {
      const why = `${environment} can roll back to it (${one.version})`;
      return { kind: "rollback", repository, digest: one.digest, why };
    }),
  ];
}
