import { UserError } from "../../model/errors";
import {
  claimsOf,
  claimsOfReleases,
  fromHereOn,
  type Claim,
  type ImagesByEnvironment,
} from "../../model/retention";
import type { Settings } from "../../model/settings";
import { loadSettings, stackNames, type Project } from "../project";
import { readRelease, releaseVersions } from "../release/files";

/**
 * What an environment's registries have to keep, as of a time in milliseconds since the epoch; read from the stack files once.
 * @throws UserError (2) when a file is wrong, or that of a later environment is missing
 */
export function neededIn(
  project: Project,
  settings: Settings,
  environment: string,
): (now: number) => Claim[] {
  const images = neededImages(project, settings, environment);
  const releases = releaseVersions(project).map(
    (version) => readRelease(project, version, { unjudged: true }).release,
  );
  const { holds } = loadSettings(project, environment);
  return (now) => [
    ...claimsOf(settings.path, environment, images, holds, now),
    ...claimsOfReleases(releases, now),
  ];
}

/** What an environment and all later ones run. Where nobody says so, nothing is known to be needless. */
function neededImages(project: Project, { path }: Settings, environment: string): ImagesByEnvironment {
  const known = stackNames(project);
  const images: Record<string, Settings["images"]> = {};
  for (const name of fromHereOn(path, environment)) {
    if (!known.includes(name)) {
      throw new UserError({
        what: `nobody knows what ${name} runs, and so what of ${environment} it needs`,
        where: `Pulumi.${name}.yaml`,
        fix: "Write the stack's file, or check it out",
        exitCode: 2,
      });
    }
    images[name] = loadSettings(project, name).images;
  }
  return images;
}
