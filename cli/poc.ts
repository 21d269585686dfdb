import { pocRoleGuids } from "../model/access/custom-roles";
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

/** GUIDs of the roles that whoever brings it up assigns. */
export function rolesOfPoc({ subscriptionId, organization, path }: Settings): string[] {
  return pocRoleGuids(
    subscriptionId,
    organization,
    registriesOn(path).map(({ mode }) => mode),
  );
}
