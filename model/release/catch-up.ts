import { endOf, phaseOf, type Release } from "./release";

/** What the engine has carried out of a release. */
export type CarriedOut = Pick<Release, "stages" | "hold" | "deployed" | "abandoned" | "deleted">;

/**
 * A release that is over, with what the engine has carried out of this very end and its file doesn't say: the change of a
 * sweep, not merged yet. To carry that out again would make accounts anew to delete them. With a deletion goes the hold of its
 * time.
 *
 * @returns the very same release when its file says everything
 */
export function caughtUp(release: Release, known: CarriedOut): Release {
  const end = endOf(release);
  if (end === undefined || end !== endOf(known) || release.deleted !== undefined) return release;
  const names = Object.keys(release.stages);
  if (names.some((name) => known.stages[name]?.closing !== release.stages[name].closing)) return release;
  const isBehind = names.some(
    (name) => phaseOf(release, name) === "closing" && phaseOf(known, name) === "closed",
  );
  if (known.deleted === undefined) return isBehind ? { ...release, stages: known.stages } : release;
  const { hold: _, ...rest } = release;
  const { stages, hold, deleted } = known;
  return { ...rest, stages, ...(hold !== undefined && { hold }), deleted };
}
