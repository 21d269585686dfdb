import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setConfigValue } from "../../../model/config/stack-file";
import { loadSettings, openProject } from "../../project";
import { signingKey } from "../new-build";
import { Stage, upCommand } from "../stage";
import type { Story } from "../story";

/** Brings the stacks up in their order, and puts the signing key's public half into the project, where it is reviewed. */
export async function bringUp(story: Story): Promise<void> {
  const { cast, narrator, settings, stage } = story;
  narrator.chapter("The stacks: what is shared, then the path in its order");
  await up(stage, "shared");
  await pinPublicKey(story);
  for (const environment of settings.path.environments) {
    // What moves images runs a stack that has some: nobody else may read them.
    const { images } = loadSettings(openProject(stage.places.workspace), environment.name);
    const mover = cast.promoters[environment.name] ?? cast.builder;
    await up(stage, environment.name, Object.keys(images).length > 0 ? mover : undefined);
  }
}

async function up(stage: Stage, stack: string, as?: string): Promise<void> {
  Stage.expectSuccess(await stage.pulumi(upCommand(stack), { as }), `pulumi up -s ${stack}`);
}

async function pinPublicKey(story: Story): Promise<void> {
  const { narrator, project, settings, stage } = story;
  if (settings.signing.publicKey) return;
  const publicKey = await (await signingKey(story)).publicKey();
  const file = join(stage.places.workspace, "Pulumi.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, setConfigValue(text, project, "signing", { publicKey }, { structured: true }));
  narrator.say(
    "\nThe public half of the signing key now stands in Pulumi.yaml: whose signature counts is a reviewed line.",
  );
}
