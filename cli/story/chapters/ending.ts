import { relative } from "node:path";
import { quote } from "../../engine-environment";
import { loadSettings, openProject } from "../../project";
import { Stage } from "../stage";
import type { Story } from "../story";

/** What runs where, who may do what, and what to type next. */
export async function ending({ cast, narrator, settings, stage }: Story): Promise<void> {
  const last = settings.path.environments.at(-1)!.name;
  narrator.chapter("What runs where, and who can change it");
  Stage.expectSuccess(await stage.airlock(["status"]), "airlock status");
  Stage.expectSuccess(await stage.airlock(["access"]), "airlock access");
  Stage.expectSuccess(await stage.airlock(["access", "--who-can", "push", last]), "airlock access --who-can");
  const { images } = loadSettings(openProject(stage.places.workspace), last);
  const { home, port, workspace } = stage.places;
  const elsewhere = process.env.AIRLOCK_HOME || process.env.AIRLOCK_PORT;
  const where = elsewhere ? `  export AIRLOCK_HOME=${quote(home)} AIRLOCK_PORT=${port}\n` : "";
  const folder = relative(process.cwd(), workspace);
  const shut = narrator.doorsLeftOpen === 0 ? "Every door stayed shut." : "Not every door stayed shut.";
  narrator.say(`
${shut} ${last} runs ${cast.repository} ${images[cast.repository].version}.

The sandbox goes on running. What to type next:

${where}  eval "$(npx airlock sandbox env)"        # as the platform; --as ${cast.promoters[last]}, … for others
  cd ${quote(folder.startsWith("..") ? workspace : folder)}
  npx airlock sandbox build ${cast.repository} 1.1.0   # another version, pushed and signed; it says how to go on
  pulumi preview -s ${last} --policy-pack policies
  npx airlock sandbox stop

The whole story took ${narrator.seconds()} s.`);
}
