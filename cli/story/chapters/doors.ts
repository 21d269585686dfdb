import { loadSettings, openProject } from "../../project";
import { deploymentByTag, previewWith, roleAssignment } from "../doors/hand-written";
import { importByHand } from "../doors/import-by-hand";
import { previewDraft } from "../doors/draft";
import { buildImage } from "../image";
import { registryClient, sign, signatureTag } from "../new-build";
import { RegistryRefusal } from "../registry-client";
import type { Story } from "../story";

/** Tries every other way into production; each has to be refused, and what the visitor reads is shown. */
export async function tryTheDoors(story: Story): Promise<void> {
  const { narrator, settings } = story;
  const protectedEnvironment = settings.path.environments.at(-1)!.name;
  narrator.chapter("The doors that stay shut, each tried for real");

  narrator.say(
    `\nThe registry of ${protectedEnvironment} refuses every push, and every change of what is locked:`,
  );
  await pushes(story, protectedEnvironment);
  await changesOfLocked(story, protectedEnvironment);

  narrator.say("\nThe preview refuses what is not signed, and what did not come the whole way:");
  await drafts(story, protectedEnvironment);

  narrator.say("\nThe policy pack refuses programs that open a door:");
  const additions = [roleAssignment, deploymentByTag];
  const refusals = await Promise.all(additions.map((one) => previewWith(story, protectedEnvironment, one)));
  additions.forEach(({ title }, index) => report(story, title, refusals[index]));
}

async function pushes(story: Story, environment: string): Promise<void> {
  const { cast } = story;
  const visitors = {
    "the pipeline that builds": cast.builder,
    "the promoter itself": cast.promoters[environment],
    "a developer": cast.developers,
  };
  for (const [who, identity] of Object.entries(visitors)) {
    const client = await registryClient(story, environment, identity);
    const refusal = await refusalOf(() =>
      client.push(cast.repository, "2.0.0", buildImage(cast.repository, "2.0.0")),
    );
    report(story, `push to ${environment} by ${who} (${identity})`, refusal);
  }
}

async function changesOfLocked(story: Story, environment: string): Promise<void> {
  const { cast, settings, stage } = story;
  const { images } = loadSettings(openProject(stage.places.workspace), environment);
  const { version, digest } = images[cast.repository];
  const custodian = Object.keys(settings.access).find((who) =>
    settings.access[who][environment]?.includes("delete"),
  );
  if (custodian !== undefined) {
    const client = await registryClient(story, environment, custodian);
    const refusal = await refusalOf(() => client.delete(cast.repository, digest));
    report(story, `delete the locked image, by the custodian, who may delete (${custodian})`, refusal);
  }
  const promoter = cast.promoters[environment];
  const refusal = await importByHand(story, environment, promoter, {
    tag: `${version}-${environment}`,
    digest,
  });
  report(story, `overwrite the locked tag by an import of another image (${promoter})`, refusal);
}

async function drafts(story: Story, last: string): Promise<void> {
  const { cast, settings } = story;
  const [first, second] = settings.path.environments;
  const client = await registryClient(story, first.name, cast.builder);
  const [unsigned, misSigned, early] = ["9.0.0-unsigned", "9.0.0-foreign", "9.0.0"].map((name) => ({
    ...buildImage(cast.repository, name),
    name,
  }));
  for (const image of [unsigned, misSigned, early]) await client.push(cast.repository, image.tag, image);
  // The signature is genuine, and speaks of another image.
  const foreign = await sign(story, cast.repository, early.digest);
  await client.push(cast.repository, signatureTag(misSigned.digest), foreign);
  await client.push(cast.repository, signatureTag(early.digest), foreign);

  const results = await Promise.all([
    previewDraft(story, second.name, "unsigned", unsigned),
    previewDraft(story, second.name, "signed-for-another-digest", misSigned),
    previewDraft(story, last, "skips-an-environment", early),
  ]);
  const titles = [
    `promote an unsigned image to ${second.name}`,
    `promote an image whose signature is for another digest to ${second.name}`,
    `promote from ${first.name} straight to ${last}`,
  ];
  results.forEach((refusal, index) => report(story, titles[index], refusal));
}

function report({ narrator }: Story, door: string, refusal: string | undefined): void {
  if (refusal === undefined) narrator.open(door);
  else narrator.shut(door, refusal);
}

async function refusalOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof RegistryRefusal) return error.message;
    throw error;
  }
}
