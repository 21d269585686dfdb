import { loadSettings, openProject } from "../../project";
import { buildAndSign } from "../new-build";
import { Stage, upCommand } from "../stage";
import type { Story } from "../story";

/** Version that the story promotes. */
const version = "1.0.0";

/** Builds an image, pushes it to the first environment as its pipeline, signs it and publishes it. */
export async function buildAndPublish(story: Story): Promise<void> {
  const { cast, narrator, settings, stage } = story;
  const [first] = settings.path.environments;
  narrator.chapter(
    `A new build of ${cast.repository}, pushed and signed in ${first.name} by ${cast.builder}`,
  );
  const { images } = loadSettings(openProject(stage.places.workspace), first.name);
  const present = Object.hasOwn(images, cast.repository) ? images[cast.repository].version : version;
  if (present !== version) {
    narrator.say(`${first.name} runs version ${present} by now; the story goes on with that one.`);
    return;
  }
  const image = await buildAndSign(story, cast.repository, version);
  const reference = `${cast.repository}@${image.digest}`;
  Stage.expectSuccess(
    await stage.airlock(["publish", reference, "--version", version], { as: cast.builder }),
    "airlock publish",
  );
  Stage.expectSuccess(
    await stage.pulumi(upCommand(first.name), { as: cast.builder }),
    `pulumi up -s ${first.name}`,
  );
}
