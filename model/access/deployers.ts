import { UserError } from "../errors";
import { gitHubEnvironmentOf } from "../federated-subject";
import { environmentNamed, standardColumn } from "../promotion-path";
import { type Reaches, teamOf } from "./cells";
import { clusterColumn } from "./cluster-columns";
import type { MatrixSettings } from "./matrix";
import type { Capability, Identity } from "./types";

/** What a row says of one column. */
interface Row {
  readonly identity: string;
  readonly column: string;
  readonly where: string;
  readonly reaches: Reaches;
}

/** The GitHub environment in which a pull request's own code runs, before anybody reviewed it. */
const previews = "preview";

/**
 * Keeps who deploys in a protected environment's cluster to that: it pulls from the environment's registries, signs in to the cluster
 * and deploys there. It writes what the whole cluster admits, so whoever could act as it would be past every promotion.
 *
 * @throws UserError (2) for the first thing that it is or could do besides
 */
export function refuseOtherDuties(
  settings: MatrixSettings,
  environment: string,
  rows: readonly Row[],
  { identity, where }: Row,
): void {
  if (!environmentNamed(settings.path, environment).protected) return;
  const { identities } = settings;
  const refuse = (what: string, fix: string): never => {
    const of = `the deployer of ${environment}, which is protected,`;
    throw new UserError({ what: `${of} ${what}`, where, fix, exitCode: 2 });
  };
  if (identities[identity].kind === "group") {
    refuse("is a group of people", "Give deploy to an application, which a workflow signs in as");
  }
  const team = teamOf(settings, identity);
  if (team !== undefined) {
    const fix =
      "A deployer writes what the whole cluster admits, and a team has its namespaces: give deploy to one without a team";
    refuse(`belongs to ${team}`, fix);
  }
  const signIn = signInOf(identity, identities[identity]);
  const same = Object.keys(identities).find(
    (other) => other !== identity && signIn !== undefined && signInOf(other, identities[other]) === signIn,
  );
  if (same !== undefined) {
    refuse(`signs in from ${signIn}, as ${same} does`, "Give it a GitHub environment of its own");
  }
  if (signIn === previews) {
    refuse(
      `signs in from ${signIn}`,
      "A pull request's code runs there: give it a GitHub environment of its own",
    );
  }
  const allowed: Readonly<Record<string, readonly Capability[]>> = {
    [environment]: ["pull"],
    [standardColumn(environment)]: ["pull"],
    [clusterColumn(environment)]: ["cluster-user", "deploy"],
  };
  for (const { column, reaches } of rows.filter((row) => row.identity === identity)) {
    const own = Object.hasOwn(allowed, column) ? allowed[column] : [];
    const besides = [...reaches.keys()].find((capability) => !own.includes(capability));
    if (besides === undefined) continue;
    refuse(
      `has ${besides} in ${column} too`,
      "It pulls and deploys there and does nothing else: give deploy to an identity of its own",
    );
  }
}

/** GitHub environment of an application; no two have the same service connection anyway. */
function signInOf(name: string, identity: Identity): string | undefined {
  const onGitHub = identity.kind === "application" && identity.azureDevOps === undefined;
  return onGitHub ? gitHubEnvironmentOf(name, identity).toLowerCase() : undefined;
}
