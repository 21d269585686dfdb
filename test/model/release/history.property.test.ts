import * as fc from "fast-check";
import { managerFindings } from "../../../model/config/release-checks";
import { UserError } from "../../../model/errors";
import { historyProblems } from "../../../model/release/history";
import { instant } from "../../../model/release/instant";
import type { Managers, Release } from "../../../model/release/release";
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

const repositories = ["iam/auth-service", "iam/login"];
const stages = ["qa", "uat", "prod"];
const people = [
  ...Object.values(managers).flatMap(({ manager, backup }) => [manager, backup]),
  "carol",
  "mallory",
];
const start = Date.parse("2026-11-21T10:00:00Z");
/** Written down by hand: what approvingRoles says. */
const asked: Record<string, string[]> = { uat: ["qa", "uat"], prod: ["dev", "qa", "uat"] };

type Step = (release: Release, now: Date) => Release;

const person = fc.constantFrom(...people);
const stage = fc.constantFrom(...stages);
const role = fc.constantFrom("dev", "qa", "uat", "prod");
const someImages = fc.record(
  Object.fromEntries(repositories.map((name) => [name, fc.constantFrom(digest("a"), digest("b"))])),
);

const events: fc.WeightedArbitrary<[string, Step]>[] = [
  {
    weight: 2,
    arbitrary: someImages.map((images): [string, Step] => [
      "images",
      (release, now) => setImages(release, images, now).release,
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
    arbitrary: fc.constant<[string, Step]>(["deployed", (release, now) => deployed(release, path, now)]),
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
    arbitrary: fc.constant<[string, Step]>(["settled", (release, now) => settle(release, path, now)]),
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
    weight: 3,
    arbitrary: fc.constant<[string, Step]>(["deleted", (release, now) => markDeleted(release, path, now)]),
  },
];

/** What a release is meant for, so that stories come far enough to be about something. */
const good: [string, Step][] = [
  [
    "all images",
    (release, now) =>
      setImages(release, Object.fromEntries(repositories.map((name) => [name, digest("a")])), now).release,
  ],
  ...["uat", "prod"].flatMap((to): [string, Step][] => [
    [`all approve ${to}`, allApprove(to, false)],
    ...[1, 2].map((): [string, Step] => [
      `carol advances to ${to}`,
      (release, now) => advance(release, rules, { to, by: "carol" }, now),
    ]),
  ]),
  ["deployed", (release, now) => deployed(release, path, now)],
  ["settled", (release, now) => settle(release, path, now)],
];

// Minutes between events; a clock that goes back is one that was set.
const minutes = fc.oneof(fc.integer({ min: -20, max: 120 }), fc.constant(1500));
const anything = fc.array(fc.tuple(fc.oneof(...events), minutes), { maxLength: 8 });
// The good story with anything between, and broken off anywhere.
const story = fc
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

function allApprove(to: string, backups: boolean): Step {
  return (release, now) =>
    (asked[to] ?? []).reduce((next, of) => {
      const by = backups ? managers[of].backup : managers[of].manager;
      const said = { stage: to, role: of, by, at: instant(now), images: next.images };
      return approve(next, rules, reviewed(said), now);
    }, release);
}

/** States with the moment of each; a refusal leaves the one before. */
function told(steps: readonly [[string, Step], number][]): { state: Release; now: Date }[] {
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

/** Whose pair of accounts may be usable: it was made, and nobody has proven that it is gone. */
function alive({ stages: records }: Release): string[] {
  return Object.keys(records).filter((name) => records[name].closed === undefined);
}

const runs = { numRuns: 300 };

test("never two stages are alive, never none while the release goes on, and none comes back", () => {
  let furthest = 0;
  fc.assert(
    fc.property(story, (steps) => {
      const states = told(steps);
      states.forEach(({ state }, index) => {
        const over = state.deployed ?? state.abandoned?.at;
        expect(alive(state).length).toBeLessThanOrEqual(1);
        if (over === undefined) expect(alive(state)).toHaveLength(1);
        // What is alive after the end is on its way out.
        else for (const name of alive(state)) expect(state.stages[name].closing).toBeDefined();
        if (state.deleted !== undefined) {
          expect(alive(state)).toEqual([]);
          furthest++;
        }
        const { state: before } = states[Math.max(0, index - 1)];
        for (const name of Object.keys(before.stages)) {
          if (before.stages[name].closed !== undefined)
            expect(state.stages[name]).toEqual(before.stages[name]);
          else expect(state.stages[name]).toMatchObject(before.stages[name]);
        }
      });
    }),
    runs,
  );
  // Of stories that end nowhere nothing is learned.
  expect(furthest).toBeGreaterThan(50);
});

test("whatever the commands write, the file is one that they can have written", () => {
  fc.assert(
    fc.property(story, (steps) => {
      for (const { state } of told(steps)) expect(historyProblems(state, rules)).toEqual([]);
    }),
    runs,
  );
});

test("a stage is opened on the word of as many people as are asked, about these very images, none of them who advances", () => {
  let opened = 0;
  fc.assert(
    fc.property(story, (steps) => {
      const states = told(steps);
      states.slice(1).forEach(({ state }, index) => {
        const before = states[index].state;
        const entered = Object.keys(state.stages).find((name) => before.stages[name] === undefined);
        if (entered === undefined) return;
        opened++;
        const counting = state.approvals.filter(
          ({ stage: to, role: of, by, images }) =>
            to === entered &&
            [managers[of].manager, managers[of].backup].includes(by) &&
            by !== state.stages[entered].by &&
            repositories.every((name) => images[name] === state.images[name]),
        );
        for (const of of asked[entered]) expect(counting.map(({ role: one }) => one)).toContain(of);
        // Here everybody speaks for one role.
        expect(new Set(counting.map(({ by }) => by)).size).toBeGreaterThanOrEqual(asked[entered].length);
      });
    }),
    runs,
  );
  expect(opened).toBeGreaterThan(100);
});

test("other images leave no approval of a stage that is not open yet", () => {
  fc.assert(
    fc.property(story, someImages, (steps, images) => {
      const { state, now } = told(steps).at(-1)!;
      let after: Release;
      try {
        after = setImages(state, images, now).release;
      } catch {
        return;
      }
      if (after === state) return;
      expect(after.approvals.filter(({ stage: to }) => after.stages[to] === undefined)).toEqual([]);
    }),
    runs,
  );
});

test("accounts are deleted a day after the end, and in no hold", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const states = told(steps);
      states.slice(1).forEach(({ state, now }, index) => {
        if (state.deleted === undefined || states[index].state.deleted !== undefined) return;
        const end = Date.parse(state.deployed ?? state.abandoned!.at);
        expect(now.getTime()).toBeGreaterThanOrEqual(end + 24 * 3_600_000);
        if (state.hold) expect(now.getTime()).toBeGreaterThanOrEqual(Date.parse(state.hold.until));
      });
    }),
    runs,
  );
});

test("whoever is absent, the others bring a release to the end, where the configuration is accepted", () => {
  const pair = fc.record({ manager: fc.constantFrom(..."abcdef"), backup: fc.constantFrom(..."abcdef") });
  let accepted = 0;
  fc.assert(
    fc.property(fc.record({ dev: pair, qa: pair, uat: pair }), (named: Record<string, Managers>) => {
      const releases = { managers: named, people: {}, passwordDays: 7 };
      if (managerFindings(releases, path).length > 0) return;
      accepted++;
      for (const absent of "abcdef") {
        let now = new Date(start);
        const images = Object.fromEntries(repositories.map((name) => [name, digest("a")]));
        let release = setImages(
          createRelease(path, { version: "v0.0.1", repositories }, now),
          images,
          now,
        ).release;
        for (const to of ["uat", "prod"]) {
          for (const of of asked[to])
            for (const by of [named[of].manager, named[of].backup].filter((one) => one !== absent))
              release = approve(
                release,
                { path, releases },
                reviewed({ stage: to, role: of, by, at: instant(now), images }),
                now,
              );
          for (let step = 0; step < 2; step++) {
            now = new Date(now.getTime() + 60_000);
            release = advance(release, { path, releases }, { to, by: "carol" }, now);
          }
        }
        expect(Object.keys(release.stages)).toEqual(stages);
      }
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(20);
});
