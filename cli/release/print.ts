import { releaseStack } from "../../model/release/names";
import { phaseOf } from "../../model/release/release";
import { stagesOf } from "../../model/release/stages";
import type { Context } from "../context";
import { json, line } from "../output/io";
import type { ReleaseEdit } from "./files";
import { releaseReport } from "./report";

/** How a command was asked for. */
export interface How {
  readonly dryRun?: boolean;
  readonly apply?: boolean;
  readonly json?: boolean;
}

/** Tells what became of a release's file. @param summary what the edit means, or why there is none, where no stage moves */
export function print(
  { io: { out }, now }: Context,
  edit: ReleaseEdit,
  { dryRun, json: asJson }: How,
  summary?: { readonly changed: string; readonly unchanged?: string },
): void {
  const { after, settings, changed, diff } = edit;
  if (asJson) {
    json(out, { ...releaseReport(after, settings, now()), changed, dryRun: dryRun === true, diff });
  } else if (!changed) {
    line(
      out,
      summary?.unchanged ?? `Pulumi.${releaseStack(after.version)}.yaml says so already. Nothing to do.`,
    );
  } else {
    out.write(diff);
    if (dryRun) line(out, "A dry run: nothing was written.");
    else line(out, summary?.changed ?? movements(edit));
  }
}

/** `v0.0.1: qa closing → closed, uat waiting → open.` */
function movements({ before, after, settings }: ReleaseEdit): string {
  const moved = stagesOf(settings.path).flatMap(({ environment: { name } }) => {
    const [from, to] = [before ? phaseOf(before, name) : "waiting", phaseOf(after, name)];
    return from === to ? [] : [`${name} ${from} → ${to}`];
  });
  return `${after.version}: ${moved.join(", ") || "no stage moves"}.`;
}
