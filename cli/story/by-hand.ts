import { stringify } from "yaml";
import { UserError } from "../../model/errors";
import { isRepository } from "../../model/image-reference";
import { isVersion } from "../../model/tags";
import { pocStack } from "../../model/settings";
import { line, type Io } from "../output/io";
import type { Places } from "../places";
import { pocOf } from "../poc";
import { openProject } from "../project";
import { builderOf } from "./cast";
import { setTheStage } from "./chapters/set-up";
import { endpointOf } from "../sandbox/client";
import { Narrator } from "./narrator";
import { buildAndSign, registryClient, signingKey } from "./new-build";
import type { Story } from "./story";

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
  if (poc) return buildInPoc(story, io, repository, version);
  const { digest } = await buildAndSign(story, repository, version);
  line(io.out, "Next:");
  line(io.out, `  npx airlock publish ${repository}@${digest} --version ${version}`);
}

/** No command promotes there: what is to stand in the stack's file is said. */
async function buildInPoc(story: Story, io: Io, repository: string, version: string): Promise<void> {
  const settings = pocOf(openProject(story.stage.places.workspace));
  if (settings === undefined)
    throw new UserError({ what: `there is no Pulumi.${pocStack}.yaml`, fix: "Leave --poc out", exitCode: 2 });
  const builder = builderOf(settings);
  const workshop = { ...story, settings, cast: { builder }, vaultStack: pocStack };
  const { digest } = await buildAndSign(workshop, repository, version);
  const [first] = settings.path.environments;
  const entry = { [first.name]: { [repository]: { version, digest } } };
  const publicKey = settings.signing.publicKey ?? (await (await signingKey(workshop)).publicKey());
  line(io.out, `Next: below ${story.project}:poc in Pulumi.${pocStack}.yaml of the workspace`);
  io.out.write(stringify({ signing: { publicKey }, images: entry }));
  line(io.out, `and then, as ${builder}: pulumi up -s ${pocStack} --policy-pack policies`);
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
