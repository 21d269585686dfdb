import { UserError } from "../../model/errors";
import type { Io } from "../output/io";
import { line } from "../output/io";
import type { Places } from "../places";
import { buildAndPublish } from "./chapters/build";
import { bringUp } from "./chapters/bring-up";
import { tryTheDoors } from "./chapters/doors";
import { ending } from "./chapters/ending";
import { promoteAll } from "./chapters/promote";
import { setTheStage } from "./chapters/set-up";
import { Narrator } from "./narrator";
import { StoryStopped } from "./stage";

/** The whole way of one image, in the sandbox, with the real engine. Safe to run again: nothing changes then. */
export async function tellStory(places: Places, io: Io): Promise<void> {
  const narrator = new Narrator(io.out);
  try {
    narrator.chapter("The sandbox: Azure and Entra ID on this machine, spoken to by the real Pulumi engine");
    const story = await setTheStage(places, narrator);
    await bringUp(story);
    await buildAndPublish(story);
    await promoteAll(story);
    await tryTheDoors(story);
    await ending(story);
  } catch (error) {
    if (!(error instanceof StoryStopped)) throw error;
    for (const text of error.lines.slice(-30)) line(io.err, text);
    throw new UserError({
      what: error.message,
      fix: "The lines above say why; run npm start again",
      exitCode: 3,
    });
  }
  if (narrator.doorsLeftOpen > 0) {
    throw new UserError({ what: `${narrator.doorsLeftOpen} door(s) stood open`, exitCode: 1 });
  }
}
