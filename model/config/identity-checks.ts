import type { Finding } from "./finding";
import { suggestion } from "./nearest";
import type { Values } from "./schema";

type Stated = NonNullable<Values["identities"]>;

const identityName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$/;

export function identityFindings(
  identities: NonNullable<Values["identities"]>,
  teams: Values["teams"],
): Finding[] {
  return Object.entries(identities).flatMap(
    ([name, { kind, githubEnvironment, azureDevOps, team, members }]): Finding[] => [
      ...(kind === "application" && members !== undefined
        ? [
            {
              path: ["identities", name, "members"],
              what: `application "${name}" has no members`,
              fix: "Make it a group, or take members away",
            },
          ]
        : []),
      ...(identityName.test(name)
        ? []
        : [
            {
              path: ["identities", name],
              what: `identity name ${JSON.stringify(name)} is not usable`,
              fix: 'Use letters, digits, "_", "." and "-", 120 at most',
            },
          ]),
      ...(kind === "group" && githubEnvironment !== undefined
        ? [
            {
              path: ["identities", name, "githubEnvironment"],
              what: `group "${name}" can't sign in from a GitHub environment`,
              fix: "Make it an application, or take githubEnvironment away",
            },
          ]
        : []),
      ...connectionFindings(name, { kind, githubEnvironment, azureDevOps }, identities),
      ...(team !== undefined && teams && !Object.hasOwn(teams, team)
        ? [
            {
              path: ["identities", name, "team"],
              what: `unknown team "${team}"`,
              fix: suggestion(team, Object.keys(teams), "teams"),
            },
          ]
        : []),
    ],
  );
}

/** A service connection signs in as one application, which then signs in from nowhere else. */
function connectionFindings(
  name: string,
  { kind, githubEnvironment, azureDevOps }: Stated[string],
  identities: Stated,
): Finding[] {
  if (azureDevOps === undefined) return [];
  const at = ["identities", name, "azureDevOps"];
  if (kind === "group") {
    const fix = "Make it an application, or take azureDevOps away";
    return [{ path: at, what: `group "${name}" can't sign in from Azure DevOps`, fix }];
  }
  const { issuer, subject } = azureDevOps;
  const [first] = Object.keys(identities).filter(
    (other) => subject !== undefined && identities[other].azureDevOps?.subject === subject,
  );
  return [
    ...(githubEnvironment === undefined
      ? []
      : [
          {
            path: at,
            what: `"${name}" signs in from two places`,
            fix: "Keep githubEnvironment or azureDevOps",
          },
        ]),
    ...((issuer === undefined) === (subject === undefined)
      ? []
      : [
          {
            path: at,
            what: `half of a service connection is stated for "${name}"`,
            fix: "Copy issuer and subject, or write {} until the connection is there",
          },
        ]),
    ...(first === undefined || first === name
      ? []
      : [
          {
            path: [...at, "subject"],
            what: `it is the service connection of "${first}"`,
            fix: "Give each identity a service connection of its own",
          },
        ]),
  ];
}
