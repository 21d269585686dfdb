import { environmentsWithCluster } from "../model/access/matrix";
import { clusterCellGuids, pocRoleGuids } from "../model/access/custom-roles";
import { registriesOn } from "../model/promotion-path";
import { pocStack, type Settings } from "../model/settings";
import { loadSettings, stackNames, type Project } from "./project";

/**
 * Settings of a project's proof of concept; undefined when it has none.
 * @throws UserError (exit 2) that names every wrong key.
 */
export function pocOf(project: Project): Settings | undefined {
  return stackNames(project).includes(pocStack) ? loadSettings(project, pocStack) : undefined;
}

/** GUIDs of the roles that the platform assigns besides those of the path's registries: its clusters', and its proof of concept's. */
export function otherRoles(settings: Settings, poc: Settings | undefined): string[] {
  const { subscriptionId, organization } = settings;
  return [
    ...(environmentsWithCluster(settings).length > 0 ? clusterCellGuids(subscriptionId, organization) : []),
    ...(poc ? rolesOfPoc(poc) : []),
  ];
}

function rolesOfPoc({ subscriptionId, organization, path }: Settings): string[] {
  return pocRoleGuids(
    subscriptionId,
    organization,
    registriesOn(path).map(({ mode }) => mode),
  );
}
