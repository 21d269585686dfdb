import * as fc from "fast-check";
import { managerFindings } from "../../../model/config/release-checks";
import { historyProblems } from "../../../model/release/history";
import { instant } from "../../../model/release/instant";
import { isUnprovable } from "../../../model/release/password";
import type { Managers, Release } from "../../../model/release/release";
import { advance, approve, createRelease, setImages } from "../../../model/release/transitions";
import { asked, repositories, someImages, stages, start, story, told } from "./story";
import { digest, managers, path, pathOf, reviewed, rules } from "./world";

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
          // What could not be proven in time is deleted without a proof, once nobody gets in with its password.
          for (const name of alive(state))
            expect(isUnprovable(state, name, rules.releases, new Date(state.deleted))).toBe(true);
          furthest++;
        }
        const { state: before } = states[Math.max(0, index - 1)];
        for (const name of Object.keys(before.stages)) {
          const { opened, by, renewed, ...end } = before.stages[name];
          const after = state.stages[name];
          const { renewed: again } = after ?? {};
          // A renewal opens what was on its way out, and takes back the stage after it; nothing else does.
          if (after === undefined)
            expect(Object.values(state.stages).some((one) => one.renewed !== undefined)).toBe(true);
          else if (again !== renewed && Object.keys(end).length > 0)
            expect(after).toEqual({ opened, ...(by !== undefined && { by }), renewed: again });
          else if (before.stages[name].closed !== undefined) expect(after).toEqual(before.stages[name]);
          else expect(after).toMatchObject({ opened, ...end });
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
  expect(opened).toBeGreaterThan(40);
});

test("other images leave no approval of a stage that is not open yet", () => {
  fc.assert(
    fc.property(story, someImages, (steps, images) => {
      const { state, now } = told(steps).at(-1)!;
      let after: Release;
      try {
        after = setImages(state, images, path, now).release;
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
          path,
          now,
        ).release;
        for (const to of ["uat", "prod"]) {
          for (const of of asked[to])
            for (const by of [named[of].manager, named[of].backup].filter((one) => one !== absent))
              release = approve(
                release,
                { ...rules, releases },
                reviewed({ stage: to, role: of, by, at: instant(now), images }),
                now,
              );
          for (let step = 0; step < 2; step++) {
            now = new Date(now.getTime() + 60_000);
            release = advance(release, { ...rules, releases }, { to, by: "carol" }, now);
          }
        }
        expect(Object.keys(release.stages)).toEqual(stages);
      }
    }),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(20);
});

test("where the first stage is the last one, too, its images are set while it is open", () => {
  const short = pathOf("dev", "prod");
  const now = new Date(start);
  const release = createRelease(short, { version: "v0.0.1", repositories }, now);
  const images = Object.fromEntries(repositories.map((name) => [name, digest("a")]));
  expect(setImages(release, images, short, now).release.images).toEqual(images);
});
