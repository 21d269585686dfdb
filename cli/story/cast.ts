import { wordsOf } from "../../model/access/cells";
import type { Settings } from "../../model/config";
import { UserError } from "../../model/errors";

/** Who plays which part, read from the project's own matrix. */
export interface Cast {
  /** Image that is promoted; it belongs to the first team. */
  readonly repository: string;
  /** Builds, pushes and signs in the first environment. */
  readonly builder: string;
  /** A group that pushes in the first environment. */
  readonly developers: string;
  /** Runs previews and changes nothing. */
  readonly reviewer: string;
  /** Environment → the identity that imports into it. */
  readonly promoters: { readonly [environment: string]: string };
}

export function castOf(settings: Settings): Cast {
  const { identities, path, teams } = settings;
  const [first, ...others] = path.environments.map(({ name }) => name);
  const find = finder(settings);
  const holds = holder(settings);
  const namespace = Object.values(teams)[0]?.[0] ?? "iam/*";
  return {
    repository: namespace.replace("*", "auth-service"),
    builder: builderOf(settings),
    developers: find(
      "a group that pushes",
      (who) => identities[who]?.kind === "group" && holds(who, first, "push"),
    ),
    reviewer: find("an identity that reads every environment", (who) =>
      [first, ...others].every((environment) => holds(who, environment, "read")),
    ),
    promoters: Object.fromEntries(
      others.map((environment) => [
        environment,
        find(`an identity that imports into ${environment}`, (who) => holds(who, environment, "import")),
      ]),
    ),
  };
}

/** Who builds, pushes and signs in the first environment. */
export function builderOf(settings: Settings): string {
  const [{ name: first }] = settings.path.environments;
  const holds = holder(settings);
  return finder(settings)(
    "an identity that pushes and signs",
    (who) => holds(who, first, "push") && holds(who, "signing", "sign"),
  );
}

function finder({ access }: Settings) {
  return (what: string, matches: (identity: string) => boolean): string => {
    const name = Object.keys(access).find(matches);
    if (name !== undefined) return name;
    throw new UserError({
      what: `the story needs ${what}`,
      where: "Pulumi.yaml: access",
      fix: "Add a row that grants it",
      exitCode: 2,
    });
  };
}

function holder({ access }: Settings) {
  return (identity: string, column: string, capability: string) =>
    wordsOf(access[identity][column] ?? []).some(([word]) => word === capability);
}
