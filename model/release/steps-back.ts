import { isBefore } from "./instant";
import { phaseOf, type Release, type StageRecord } from "./release";

/** What has happened to a stage, by its file: when, and not on whose word. */
export type StageEvents = Omit<StageRecord, "by">;

/** What has happened to a release, by its file. */
export interface Happened {
  readonly stages: Readonly<Record<string, StageEvents>>;
  readonly deployed?: string;
  /** Since when it is given up. */
  readonly abandoned?: string;
  readonly deleted?: string;
}

/** What was carried out once, and a file says no more. */
export interface StepBack {
  /** Of the file, below the release. */
  readonly path: string;
  readonly what: string;
}

const events = ["opened", "renewed", "closing", "closed"] as const;

export function happenedTo({ stages, deployed, abandoned, deleted }: Release): Happened {
  return {
    stages: Object.fromEntries(Object.entries(stages).map(([name, record]) => [name, eventsOf(record)])),
    ...(deployed !== undefined && { deployed }),
    ...(abandoned !== undefined && { abandoned: abandoned.at }),
    ...(deleted !== undefined && { deleted }),
  };
}

/**
 * Whether a file takes back what was carried out, as reverting an advance does: what has ended would live again, beside what
 * came after it. What the file says by itself is judged elsewhere; forward any number of steps is fine.
 *
 * @param before recorded once everything that it calls closed was proven to be
 */
export function stepBack(before: Happened, after: Happened): StepBack | undefined {
  const unsaid = (["deleted", "deployed", "abandoned"] as const).find(
    (end) => before[end] !== undefined && after[end] === undefined,
  );
  if (unsaid !== undefined)
    return {
      path: unsaid,
      what: `the release was ${ends[unsaid]} at ${before[unsaid]}, and is not any more`,
    };
  return Object.keys(before.stages)
    .map((name) => stageStepBack(name, before, after))
    .find((found) => found !== undefined);
}

const ends = { deleted: "deleted", deployed: "deployed", abandoned: "given up" } as const;

function stageStepBack(name: string, before: Happened, after: Happened): StepBack | undefined {
  const path = `stages.${name}`;
  const then = before.stages[name];
  const [was, is] = [phaseOf(before, name), phaseOf(after, name)];
  if (is === "waiting") return { path, what: `${name} was opened at ${then.opened}, and never by this file` };
  if (was === "closed" && is !== "closed")
    return { path, what: `${name} was proven to be closed at ${then.closed}, and is ${is} by this file` };
  const { renewed } = after.stages[name];
  if (was === "closing" && is === "open" && !isRenewed(then, renewed))
    return { path, what: `${name} was closing at ${then.closing}, and is open by this file, not renewed` };
  if (then.renewed !== undefined && renewed === undefined)
    return { path, what: `${name} was renewed at ${then.renewed}, and never by this file` };
  return undefined;
}

/** A stage on its way out opens again with another password alone. */
function isRenewed({ closing, renewed: earlier }: StageEvents, renewed: string | undefined): boolean {
  return renewed !== undefined && renewed !== earlier && !isBefore(renewed, closing!);
}

function eventsOf(record: StageRecord): StageEvents {
  const said = events.filter((event) => record[event] !== undefined);
  return Object.fromEntries(said.map((event) => [event, record[event]])) as unknown as StageEvents;
}
