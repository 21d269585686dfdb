import * as fc from "fast-check";
import { UserError } from "../../../model/errors";
import { instant } from "../../../model/release/instant";
import { isUnprovable } from "../../../model/release/password";
import { phaseOf, type Release } from "../../../model/release/release";
import { renew } from "../../../model/release/renewal";
import {
  abandon,
  advance,
  approve,
  createRelease,
  deployed,
  endHold,
  hold,
  markDeleted,
  setImages,
  settle,
} from "../../../model/release/transitions";
import { digest, managers, path, reviewed, rules } from "./world";

export const repositories = ["iam/auth-service", "iam/login"];
export const stages = ["qa", "uat", "prod"];
const people = [
  ...Object.values(managers).flatMap(({ manager, backup }) => [manager, backup]),
  "carol",
  "mallory",
];
export const start = Date.parse("2026-11-21T10:00:00Z");
/** Written down by hand: what approvingRoles says. */
export const asked: Record<string, string[]> = { uat: ["qa", "uat"], prod: ["dev", "qa", "uat"] };

export type Step = (release: Release, now: Date) => Release;

const person = fc.constantFrom(...people);
const stage = fc.constantFrom(...stages);
const role = fc.constantFrom("dev", "qa", "uat", "prod");
export const someImages = fc.record(
  Object.fromEntries(repositories.map((name) => [name, fc.constantFrom(digest("a"), digest("b"))])),
);

const events: fc.WeightedArbitrary<[string, Step]>[] = [
  {
    weight: 2,
    arbitrary: someImages.map((images): [string, Step] => [
      "images",
      (release, now) => setImages(release, images, path, now).release,
    ]),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(stage, role, person, fc.option(someImages, { freq: 3 }))
      .map(([to, of, by, other]): [string, Step] => [
        `${by} approves ${to} for ${of}`,
        (release, now) =>
          approve(
            release,
            rules,
            reviewed({ stage: to, role: of, by, at: instant(now), images: other ?? release.images }),
            now,
          ),
      ]),
  },
  {
    // Everybody who is asked about a stage, so that releases come far.
    weight: 5,
    arbitrary: fc
      .tuple(stage, fc.boolean())
      .map(([to, backups]): [string, Step] => [`all approve ${to}`, allApprove(to, backups)]),
  },
  {
    weight: 10,
    arbitrary: fc
      .tuple(stage, person)
      .map(([to, by]): [string, Step] => [
        `${by} advances to ${to}`,
        (release, now) => advance(release, rules, { to, by }, now),
      ]),
  },
  {
    weight: 2,
    arbitrary: fc.constant<[string, Step]>(["deployed", (release, now) => deployed(release, rules, now)]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<[string, Step]>([
      "abandoned",
      (release, now) => abandon(release, path, { by: "carol", reason: "a bug" }, now),
    ]),
  },
  {
    weight: 3,
    arbitrary: fc.constant<[string, Step]>(["settled", (release, now) => settle(release, rules, now)]),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: -10, max: 90 })
      .map((hours): [string, Step] => [
        `held for ${hours} h`,
        (release, now) =>
          hold(
            release,
            { by: "carol", reason: "an audit", until: instant(new Date(now.getTime() + hours * 3_600_000)) },
            now,
          ),
      ]),
  },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(["hold ended", endHold]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.option(stage), fc.boolean())
      .map(([of, unproven]): [string, Step] => [
        `${of ?? "the present stage"} renewed${unproven ? ", unproven" : ""}`,
        (release, now) => renew(release, rules, { ...(of !== null && { stage: of }), unproven }, now),
      ]),
  },
  {
    weight: 3,
    arbitrary: fc.constant<[string, Step]>(["deleted", (release, now) => markDeleted(release, rules, now)]),
  },
];

/** What a release is meant for, so that stories come far enough to be about something. */
const good: [string, Step][] = [
  [
    "all images",
    (release, now) =>
      setImages(release, Object.fromEntries(repositories.map((name) => [name, digest("a")])), path, now)
        .release,
  ],
  ...["uat", "prod"].flatMap((to): [string, Step][] => [
    [`all approve ${to}`, allApprove(to, false)],
    ["renewed in time", renewInTime],
    ...[1, 2].map((): [string, Step] => [
      `carol advances to ${to}`,
      (release, now) => advance(release, rules, { to, by: "carol" }, now),
    ]),
  ]),
  ["renewed in time", renewInTime],
  ["deployed", (release, now) => deployed(release, rules, now)],
  ["settled", (release, now) => settle(release, rules, now)],
];

// Minutes between events; a clock that goes back is one that was set.
const minutes = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -20, max: 120 }) },
  { weight: 2, arbitrary: fc.constant(1500) },
  { weight: 1, arbitrary: fc.constantFrom(5 * 1440, 8 * 1440, 40 * 1440) },
);
const anything = fc.array(fc.tuple(fc.oneof(...events), minutes), { maxLength: 8 });
// The good story with anything between, and broken off anywhere.
export const story = fc
  .tuple(
    fc.array(anything, { minLength: good.length + 1, maxLength: good.length + 1 }),
    fc.nat({ max: good.length }),
  )
  .map(([between, length]) =>
    between
      .slice(0, length + 1)
      .flatMap((some, index): [[string, Step], number][] => [
        ...some,
        ...(index < length ? [[good[index], 1] as [[string, Step], number]] : []),
      ]),
  );

/** As somebody does who looks at its status. */
function renewInTime(release: Release, now: Date): Release {
  const wanting = Object.keys(release.stages).some(
    (name) => phaseOf(release, name) === "open" || isUnprovable(release, name, rules.releases, now),
  );
  return wanting ? renew(release, rules, {}, now) : release;
}

function allApprove(to: string, backups: boolean): Step {
  return (release, now) =>
    (asked[to] ?? []).reduce((next, of) => {
      const by = backups ? managers[of].backup : managers[of].manager;
      const said = { stage: to, role: of, by, at: instant(now), images: next.images };
      return approve(next, rules, reviewed(said), now);
    }, release);
}

/** States with the moment of each; a refusal leaves the one before. */
export function told(steps: readonly [[string, Step], number][]): { state: Release; now: Date }[] {
  let now = new Date(start);
  let state = createRelease(path, { version: "v0.0.1", repositories }, now);
  const states = [{ state, now }];
  for (const [[, step], minutes] of steps) {
    now = new Date(now.getTime() + minutes * 60_000);
    try {
      state = step(state, now);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
    states.push({ state, now });
  }
  return states;
}
