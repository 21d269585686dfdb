import { stringify } from "yaml";
import { UserError } from "../../model/errors";
import { isRepository } from "../../model/image-reference";
import { isVersion } from "../../model/tags";
import { pocStack } from "../../model/settings";
import { line, type Io } from "../output/io";
import type { Places } from "../places";
import { requirePoc, worldOf } from "../poc";
import { openProject } from "../project";
import { inWorld } from "../promotion/place";
import { builderOf } from "./cast";
import { setTheStage } from "./chapters/set-up";
import { endpointOf } from "../sandbox/client";
import { Narrator } from "./narrator";
import { buildAndSign, registryClient, signingKey } from "./new-build";
import type { Story, Workshop } from "./story";

/** User name with which Azure's registries take a token as password. */
export const registryUser = "00000000-0000-0000-0000-000000000000";

/** Makes another version of an image, as the pipeline of the first environment would: of the path, or of the proof of concept. */
export async function sandboxBuild(
  places: Places,
  io: Io,
  [repository, version]: readonly [string, string],
  { poc = false } = {},
): Promise<void> {
  const refuse = (what: string): UserError =>
    new UserError({ what, fix: "As in: airlock sandbox build iam/auth-service 1.1.0", exitCode: 2 });
  if (!isRepository(repository)) throw refuse(`"${repository}" is not a repository`);
  if (!isVersion(version)) throw refuse(`"${version}" is not a version`);
  const story = await standingStage(places, io);
  const world = worldOf({ poc });
  const workshop = poc ? pocWorkshop(story) : story;
  const { digest } = await buildAndSign(workshop, repository, version);
  if (poc) await sayWhoSigns(story.project, workshop, io);
  line(io.out, "Next:");
  line(io.out, `  npx airlock publish ${repository}@${digest} --version ${version}${inWorld(world)}`);
}

/** The pipeline of the proof of concept, whose own vault signs. */
function pocWorkshop(story: Story): Workshop {
  const settings = requirePoc(openProject(story.stage.places.workspace));
  return { ...story, settings, cast: { builder: builderOf(settings) }, vaultStack: pocStack };
}

/** Until the file says whose signatures count, nothing that was built is let in. */
async function sayWhoSigns(project: string, workshop: Workshop, io: Io): Promise<void> {
  const { signing } = workshop.settings;
  if (signing.publicKey !== undefined || signing.keyless !== undefined) return;
  const publicKey = await (await signingKey(workshop)).publicKey();
  line(io.out, `First, once: below ${project}:poc in Pulumi.${pocStack}.yaml of the workspace`);
  io.out.write(stringify({ signing: { publicKey } }));
}

/** @throws UserError (2) when the sandbox does not run: nothing starts it unasked */
export function standingStage(places: Places, io: Io): Promise<Story> {
  endpointOf(places);
  return setTheStage(places, new Narrator(io.out));
}

/** Prints what an ordinary OCI client signs in with; it opens what the matrix says, and no more. */
export async function sandboxLogin(
  places: Places,
  io: Io,
  environment: string,
  identity: string,
): Promise<void> {
  const story = await standingStage(places, io);
  const client = await registryClient(story, environment, identity);
  line(io.out, await client.password());
}
