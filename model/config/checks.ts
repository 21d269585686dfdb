import { isRepository } from "../image-reference";
import { imageSigner } from "../image-signer";
import type { PromotionPath } from "../promotion-path";
import { isRepositoryPattern, patternCovers, patternsOverlap } from "../repository-pattern";
import type { PromotedEntry } from "../settings";
import type { Finding } from "./finding";
import { suggestion } from "./nearest";
import type { Values } from "./schema";

/** A repository belongs to one team at most. */
export function teamFindings(teams: NonNullable<Values["teams"]>): Finding[] {
  const owned = Object.entries(teams).flatMap(([team, patterns]) =>
    patterns.map((pattern, index) => ({ team, pattern, path: ["teams", team, index] })),
  );
  return owned.flatMap(({ team, pattern, path }, position) => {
    const earlier = owned.slice(0, position).find((other) => patternsOverlap(other.pattern, pattern));
    if (!earlier) return [];
    const owner = earlier.team === team ? "" : ` of team "${earlier.team}"`;
    const what = `${pattern} of team "${team}" has repositories in common with ${earlier.pattern}${owner}`;
    return [{ path, what, fix: "Give each repository one team" }];
  });
}

/** Levels are for unprotected environments, exemptions for one of the stacks. */
export function policyFindings(
  { levels = {}, exemptions = [] }: NonNullable<Values["policies"]>,
  path: PromotionPath | undefined,
): Finding[] {
  if (!path) return [];
  const names = path.environments.map(({ name }) => name);
  const unprotected = path.environments.filter((one) => !one.protected).map(({ name }) => name);
  const inLevels = Object.entries(levels).flatMap(([policy, row]) =>
    Object.keys(row)
      .filter((environment) => !unprotected.includes(environment))
      .map((environment): Finding => ({
        path: ["policies", "levels", policy, environment],
        ...(names.includes(environment)
          ? {
              what: `${environment} is protected: every policy is mandatory there`,
              fix: "Exempt one resource until a day, with policies.exemptions",
            }
          : {
              what: `unknown environment "${environment}"`,
              fix: suggestion(environment, unprotected, "unprotected environments"),
            }),
      })),
  );
  const stacks = [...names, "shared", "release"];
  const inExemptions = exemptions.flatMap(({ environment }, index): Finding[] =>
    stacks.includes(environment)
      ? []
      : [
          {
            path: ["policies", "exemptions", index, "environment"],
            what: `unknown environment "${environment}"`,
            fix: suggestion(environment, stacks, "environments"),
          },
        ],
  );
  return [...inLevels, ...inExemptions];
}

/** A hold that names nothing would keep everything. */
export function holdFindings(holds: NonNullable<Values["holds"]>): Finding[] {
  return holds.flatMap(({ repository, digest }, index): Finding[] =>
    repository === undefined && digest === undefined
      ? [
          {
            path: ["holds", index],
            what: "the hold names neither a repository nor a digest",
            fix: "Name what is to stay",
          },
        ]
      : [],
  );
}

/** One signer each, so that nobody has to ask which of two counted. */
export function signingFindings({ publicKey, keyless }: NonNullable<Values["signing"]>): Finding[] {
  if (!keyless) return [];
  const both: Finding = {
    path: ["signing"],
    what: "signing names a key and identities",
    fix: "Keep one: publicKey, or keyless",
  };
  const patterns = Object.keys(keyless.identities);
  const inPatterns = patterns.flatMap((pattern, index): Finding[] => {
    const path = ["signing", "keyless", "identities", pattern];
    if (!isRepositoryPattern(pattern))
      return [
        {
          path,
          what: `"${pattern}" is no repository`,
          fix: "Write a repository, or a namespace such as iam/*",
        },
      ];
    const earlier = patterns.slice(0, index).find((other) => patternsOverlap(other, pattern));
    if (earlier === undefined) return [];
    const what = `${pattern} has repositories in common with ${earlier}`;
    return [{ path, what, fix: "Give each repository one signer" }];
  });
  return [...(publicKey === undefined ? [] : [both]), ...inPatterns];
}

/** With identities that sign, an image that none of them covers could never be verified. */
export function signerFindings(
  images: Record<string, PromotedEntry>,
  signing: NonNullable<Values["signing"]>,
): Finding[] {
  if (!signing.keyless) return [];
  const patterns = Object.keys(signing.keyless.identities);
  return Object.keys(images)
    .filter((repository) => imageSigner(signing, repository) === undefined)
    .map((repository) => ({
      path: ["images", repository],
      what: `nobody is named who signs "${repository}"`,
      fix: `Add it to signing.keyless.identities, which names ${patterns.join(", ")}`,
    }));
}

/** Names of repositories, their owners, and one digest for one version. */
export function imageFindings(images: Record<string, PromotedEntry>, teams: Values["teams"]): Finding[] {
  const namespaces = Object.values(teams ?? {}).flat();
  return Object.entries(images).flatMap(([repository, entry]): Finding[] => {
    const path = ["images", repository];
    if (!isRepository(repository)) {
      return [
        {
          path,
          what: `"${repository}" is not a repository`,
          fix: "Write it without registry, tag or digest",
        },
      ];
    }
    const owned = namespaces.length === 0 || namespaces.some((pattern) => patternCovers(pattern, repository));
    const foreign: Finding = {
      path,
      what: `repository "${repository}" belongs to no team`,
      fix: `Known namespaces: ${namespaces.join(", ")}`,
    };
    return [...(owned ? [] : [foreign]), ...entryFindings(path, entry)];
  });
}

function entryFindings(path: Finding["path"], { version, digest, previous }: PromotedEntry): Finding[] {
  const all = [{ version, digest }, ...previous];
  return previous.flatMap((release, index): Finding[] => {
    const earlier = all.slice(0, index + 1);
    if (earlier.some((other) => other.digest === release.digest)) {
      const what = `digest ${release.digest} is listed twice`;
      return [{ path: [...path, "previous", index, "digest"], what, fix: "Keep the first" }];
    }
    if (earlier.some((other) => other.version === release.version)) {
      const what = `version "${release.version}" stands for two digests`;
      return [
        {
          path: [...path, "previous", index, "version"],
          what,
          fix: "A version tag never moves: give one of them another version",
        },
      ];
    }
    return [];
  });
}
