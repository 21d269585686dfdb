import { expandMatrix, roleGuidFor } from "../model/access/matrix";
import { grantsOfClusters } from "../model/cluster/grants";
import { UserError } from "../model/errors";
import { pocStack, type PocSettings, type Settings } from "../model/settings";
import { loadSettings, stackNames, type Project } from "./project";

/** Which path is meant: the project's own, or that of its proof of concept, whose environments may be called the same. */
export type World = "path" | "poc";

/** The world that a command's options name. */
export const worldOf = ({ poc }: { readonly poc?: boolean }): World => (poc ? "poc" : "path");

/**
 * Settings of a project's proof of concept; undefined when it has none.
 * @throws UserError (exit 2) that names every wrong key.
 */
export function pocOf(project: Project): Settings | undefined {
  return stackNames(project).includes(pocStack) ? loadSettings(project, pocStack) : undefined;
}

/** GUIDs of the roles that the stacks assign: those that a cell of the path or of its proof of concept asks for, or a cluster. */
export function otherRoles(settings: Settings, poc: Settings | undefined): string[] {
  const worlds = poc ? [settings, poc] : [settings];
  const guids = worlds.flatMap((one) =>
    [...expandMatrix(one), ...grantsOfClusters(one)].map(({ role }) =>
      roleGuidFor(role, one.subscriptionId, one.organization),
    ),
  );
  return [...new Set(guids)];
}

/** The same of a project that must have one. @throws UserError (exit 2) when it has none, or a wrong key */
export function requirePoc(project: Project): Settings & { readonly poc: PocSettings } {
  const settings = pocOf(project);
  if (settings?.poc === undefined) throw noPoc();
  return { ...settings, poc: settings.poc };
}

/** That a project has none. */
export function noPoc(): UserError {
  return new UserError({
    what: "the project has no proof of concept",
    where: `Pulumi.${pocStack}.yaml`,
    fix: "docs/poc.md says how to make one",
    exitCode: 2,
  });
}
