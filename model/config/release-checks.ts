import { patternCovers } from "../repository-pattern";
import type { PromotionPath } from "../promotion-path";
import { onePersonEach } from "../release/people";
import { gitHubLogin, type Rules } from "../release/approvals";
import { courseProblems, historyProblems } from "../release/history";
import type { ReleaseSettings } from "../release/release";
import { approvingRoles, stagesOf } from "../release/stages";
import { keyName, readPublicKey } from "../signing/trusted-key";
import type { Finding } from "./finding";
import { suggestion } from "./nearest";
import type { Values } from "./schema";

/** Managers are of environments on the path, and with any one person absent the others can approve every stage. */
export function managerFindings({ managers, people }: ReleaseSettings, path: PromotionPath): Finding[] {
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
  const known = Object.keys(people).filter((name) => people[name].publicKey !== undefined);
  const keyOf = (name: string): string => people[name].publicKey!;
  const mute = known
    .filter((name) => !canSign(keyOf(name)))
    .map((name): Finding => ({
      path: ["releases", "people", name, "publicKey"],
      what: `the key of ${name} signs nothing`,
      fix: "Use a key of the kind Ed25519, EC or RSA",
    }));
  const shared = known.flatMap((name, index): Finding[] => {
    const other = known.slice(0, index).find((one) => sameKey(keyOf(one), keyOf(name)));
    if (other === undefined) return [];
    const what = `${name} has the key of ${other}`;
    return [
      {
        path: ["releases", "people", name],
        what,
        fix: "Nobody approves twice: give each person a key of their own",
      },
    ];
  });
  return [
    ...(each.length > 0 ? each : absenceFindings(managers, path)),
    ...mute,
    ...shared,
    ...loginFindings({ managers, people }),
  ];
}

/** Somebody with two names would approve twice. */
function loginFindings({ managers, people }: Pick<ReleaseSettings, "managers" | "people">): Finding[] {
  const named = Object.values(managers).flatMap(({ manager, backup }) => [manager, backup]);
  const names = [...new Set([...named, ...Object.keys(people)])];
  return names.flatMap((name, index): Finding[] => {
    const login = gitHubLogin({ people }, name);
    const other = names.slice(0, index).find((one) => gitHubLogin({ people }, one) === login);
    if (other === undefined) return [];
    const what = `${name} is ${login} on GitHub, and so is ${other}`;
    const fix = "Nobody approves twice: name each person once, with their own login";
    return [{ path: ["releases", Object.hasOwn(people, name) ? "people" : "managers"], what, fix }];
  });
}

function canSign(publicKey: string): boolean {
  return ["ed25519", "ec", "rsa"].includes(readPublicKey(publicKey).asymmetricKeyType ?? "");
}

function sameKey(one: string, other: string): boolean {
  return keyName(readPublicKey(one)) === keyName(readPublicKey(other));
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

/** What the file of a release can't say: of its images, and of what happened to it. */
export function releaseFindings(
  release: NonNullable<Values["release"]>,
  { teams = {}, ...rules }: Rules & { readonly teams: Values["teams"] },
  { unjudged = false }: { readonly unjudged?: boolean },
): Finding[] {
  const { repositories, images } = release;
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
  const happened = (unjudged ? courseProblems : historyProblems)(release, rules).map(
    ({ path, ...problem }) => ({
      path: ["release", ...path],
      ...problem,
    }),
  );
  return [...inRepositories, ...inImages, ...happened];
}
