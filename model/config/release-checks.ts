import { patternCovers } from "../repository-pattern";
import type { PromotionPath } from "../promotion-path";
import { onePersonEach } from "../release/people";
import type { ReleaseSettings } from "../release/release";
import { approvingRoles, stagesOf } from "../release/stages";
import type { Finding } from "./finding";
import { suggestion } from "./nearest";
import type { Values } from "./schema";

/** Managers are of environments on the path, and with any one person absent the others can approve every stage. */
export function managerFindings({ managers }: ReleaseSettings, path: PromotionPath): Finding[] {
  const names = path.environments.map(({ name }) => name);
  const each = Object.entries(managers).flatMap(([environment, { manager, backup }]): Finding[] => {
    const at = ["releases", "managers", environment];
    if (!names.includes(environment))
      return [
        {
          path: at,
          what: `unknown environment "${environment}"`,
          fix: suggestion(environment, names, "environments"),
        },
      ];
    if (manager !== backup) return [];
    const what = `${manager} is manager of ${environment} and their own backup`;
    return [
      { path: [...at, "backup"], what, fix: "Name somebody else: one person on leave never stops a release" },
    ];
  });
  return each.length > 0 ? each : absenceFindings(managers, path);
}

// Nobody approves twice, so two roles with the same two people need both of them.
function absenceFindings(managers: ReleaseSettings["managers"], path: PromotionPath): Finding[] {
  const people = [...new Set(Object.values(managers).flatMap(({ manager, backup }) => [manager, backup]))];
  for (const { environment } of stagesOf(path)) {
    const roles = approvingRoles(path, environment.name).filter((role) => Object.hasOwn(managers, role));
    for (const absent of people) {
      const present = new Map(
        roles.map((role) => [
          role,
          [managers[role].manager, managers[role].backup].filter((person) => person !== absent),
        ]),
      );
      const placed = onePersonEach(present);
      const missing = roles.find((role) => !placed.has(role));
      if (missing !== undefined)
        return [
          {
            path: ["releases", "managers", missing],
            what: `without ${absent} nobody is left to approve ${environment.name} for ${missing}, since nobody approves twice`,
            fix: "Name another manager or backup",
          },
        ];
    }
  }
  return [];
}

/** What the file of a release can't say. */
export function releaseFindings(
  { repositories, images }: NonNullable<Values["release"]>,
  { teams = {} }: { releases: ReleaseSettings; path: PromotionPath; teams: Values["teams"] },
): Finding[] {
  const namespaces = Object.values(teams).flat();
  const inRepositories = repositories.flatMap((repository, index): Finding[] => {
    const path = ["release", "repositories", index];
    if (repositories.indexOf(repository) < index)
      return [{ path, what: `${repository} is listed twice`, fix: "Keep the first" }];
    if (namespaces.length === 0 || namespaces.some((pattern) => patternCovers(pattern, repository)))
      return [];
    const fix = `Known namespaces: ${namespaces.join(", ")}`;
    return [{ path, what: `repository "${repository}" belongs to no team`, fix }];
  });
  const inImages = Object.keys(images)
    .filter((repository) => !repositories.includes(repository))
    .map((repository): Finding => ({
      path: ["release", "images", repository],
      what: `${repository} is no repository of the release`,
      fix: `Its repositories are ${repositories.join(", ")}`,
    }));
  return [...inRepositories, ...inImages];
}
