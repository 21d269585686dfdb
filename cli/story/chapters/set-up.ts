import { readFileSync } from "node:fs";
import { join } from "node:path";
import { platformName } from "../../../model/physical-names";
import { loadSettings, openProject } from "../../project";
import type { Places } from "../../places";
import { startSandbox } from "../../sandbox/client";
import { castOf } from "../cast";
import type { Narrator } from "../narrator";
import { Stage } from "../stage";
import type { Story } from "../story";
import { trustAuthority } from "../../sandbox/trust";

/** Starts the sandbox with a workspace of its own, and reads the project there. */
export async function setTheStage(places: Places, narrator: Narrator): Promise<Story> {
  await startSandbox(places);
  trustAuthority(readFileSync(join(places.sandbox, "ca.pem"), "utf8"));
  const project = openProject(places.workspace);
  const settings = loadSettings(project, "shared");
  const stage = new Stage(places, narrator, platformName(settings.organization));
  return { narrator, project: project.name, settings, cast: castOf(settings), stage, vaultStack: "shared" };
}
