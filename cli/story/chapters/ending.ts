import { relative } from "node:path";
import { Stage } from "../stage";
import type { Story } from "../story";

/** What runs where, who may do what, and what to type next. */
export async function ending({ narrator, settings, stage }: Story): Promise<void> {
  const last = settings.path.environments.at(-1)!.name;
  narrator.chapter("What runs where, and who can change it");
  Stage.expectSuccess(await stage.airlock(["status"]), "airlock status");
  Stage.expectSuccess(await stage.airlock(["access"]), "airlock access");
  Stage.expectSuccess(await stage.airlock(["access", "--who-can", "push", last]), "airlock access --who-can");
  narrator.say(`
The sandbox goes on running. What to type next:

  eval "$(npx airlock sandbox env)"        # or: --as ${stage.platform}
  cd ${relative(process.cwd(), stage.places.workspace)}
  pulumi preview -s ${last} --policy-pack policies
  npx airlock sandbox stop

The whole story took ${narrator.seconds()} s.`);
}
