import * as fc from "fast-check";
import { UserError } from "../../../model/errors";
import { historyProblems } from "../../../model/release/history";
import { isUnprovable, passwordExpires } from "../../../model/release/password";
import { endOf, phaseOf, type Release } from "../../../model/release/release";
import { renew } from "../../../model/release/renewal";
import { type Happened, stepBack } from "../../../model/release/steps-back";
import {
  abandon,
  createRelease,
  currentStage,
  markDeleted,
  settle,
} from "../../../model/release/transitions";
import { Accounts } from "./accounts";
import { repositories, start, story, told as toldByFile, type Step } from "./story";
import { path, rules } from "./world";

/** A release's file, and the accounts that updates have made of it. */
class Told {
  readonly accounts = new Accounts();
  now = new Date(start);
  release = createRelease(path, { version: "v0.0.1", repositories }, this.now);

  pass(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  /** A refusal leaves the file as it is. */
  try(step: (release: Release, now: Date) => Release): boolean {
    try {
      const after = step(this.release, this.now);
      // The command waits for the update that closed the stage before.
      if (this.settles(after) && !this.closingRan()) return false;
      this.release = after;
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return false;
    }
  }

  update(breaksOff?: number): boolean {
    return this.accounts.update(this.release, this.now, breaksOff);
  }

  /** Opens again what was not proven in time: the stage that is left, or the one before, of whose end the engine has no proof. */
  takeBack(): void {
    const stage = Object.keys(this.release.stages).find(
      (name) =>
        phaseOf(this.release, name) === "closing" ||
        (phaseOf(this.release, name) === "closed" && this.accounts.isUnproven(name, this.now)),
    );
    if (stage !== undefined)
      this.try((release, now) => renew(release, rules, { stage, unproven: true }, now));
  }

  /** Until the password of what is being left has ended: before that, its end can still be proven. */
  outlastPassword(): void {
    const left = Object.keys(this.release.stages).find((name) => phaseOf(this.release, name) === "closing");
    if (left === undefined) return;
    const ends = Date.parse(passwordExpires(this.release.stages[left], rules.releases));
    this.now = new Date(Math.max(this.now.getTime(), ends));
  }

  private settles(after: Release): boolean {
    return Object.keys(after.stages).some(
      (name) => phaseOf(after, name) === "closed" && phaseOf(this.release, name) === "closing",
    );
  }

  private closingRan(): boolean {
    const before = this.accounts.carriedOut;
    return Object.keys(this.release.stages).every(
      (name) => phaseOf(this.release, name) !== "closing" || before?.stages[name]?.closing !== undefined,
    );
  }
}

/** After an event: no update, one that succeeds if it can, or one that breaks off. */
const updates = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant<number | null>(null) },
    { weight: 5, arbitrary: fc.constant<number | null>(Infinity) },
    { weight: 2, arbitrary: fc.nat({ max: 6 }) },
  ),
  { minLength: 100, maxLength: 100 },
);

function told(steps: readonly [[string, Step], number][], when: readonly (number | null)[]): Told {
  const world = new Told();
  steps.forEach(([[name, step], minutes], index) => {
    world.pass(minutes);
    // The story's own word for what the engine has no proof of is not the engine's.
    if (name.endsWith("unproven")) world.takeBack();
    else world.try(step);
    const breaksOff = when[index % when.length];
    if (breaksOff !== null) world.update(breaksOff);
  });
  return world;
}

const runs = { numRuns: 300 };

test("whatever is renewed, broken off or comes too late: no two stages let somebody in at any moment", () => {
  let takenBack = 0;
  fc.assert(
    fc.property(story, updates, (steps, when) => {
      const { accounts, release } = told(steps, when);
      for (const alive of accounts.seen) expect(alive.length).toBeLessThanOrEqual(1);
      expect(historyProblems(release, rules)).toEqual([]);
      if (Object.values(release.stages).some(({ renewed }) => renewed !== undefined)) takenBack++;
    }),
    runs,
  );
  expect(takenBack).toBeGreaterThan(20);
});

test("what is on its way out stays that, as long as its end can be proven", () => {
  let leaving = 0;
  fc.assert(
    fc.property(story, (steps) => {
      const states = toldByFile(steps);
      states.slice(1).forEach(({ state, now }, index) => {
        const { state: before } = states[index];
        const left = Object.keys(before.stages).find((name) => phaseOf(before, name) === "closing");
        if (left === undefined || isUnprovable(before, left, rules.releases, now)) return;
        leaving++;
        expect(phaseOf(state, left)).not.toBe("open");
      });
    }),
    runs,
  );
  expect(leaving).toBeGreaterThan(50);
});

test("after a release is over and an update has run, nobody gets in", () => {
  let over = 0;
  fc.assert(
    fc.property(story, updates, (steps, when) => {
      const world = told(steps, when);
      if (endOf(world.release) === undefined || !world.update()) return;
      over++;
      expect(world.accounts.alive()).toEqual([]);
    }),
    runs,
  );
  expect(over).toBeGreaterThan(50);
});

test("wherever it is stuck, there is a way to the end: the stage is opened again, or its accounts are deleted in time", () => {
  fc.assert(
    fc.property(story, updates, (steps, when) => {
      const world = told(steps, when);
      // A clock that was set back is right again by then.
      world.pass(60);
      if (endOf(world.release) === undefined) {
        world.outlastPassword();
        world.takeBack();
        world.try((release, now) => renew(release, rules, {}, now));
        expect(world.update()).toBe(true);
        expect(world.accounts.alive()).toEqual([currentStage(world.release, path)]);
        world.try((release, now) => abandon(release, path, { by: "carol", reason: "a bug" }, now));
      }
      for (let days = 0; days < 40 && world.release.deleted === undefined; days++) {
        world.update();
        world.try((release, now) => settle(release, rules, now));
        world.update();
        world.pass(1500);
        world.try((release, now) => markDeleted(release, rules, now));
      }
      expect(world.release.deleted).toBeDefined();
      expect([world.update(), world.accounts.count]).toEqual([true, 0]);
      expect(historyProblems(world.release, rules)).toEqual([]);
    }),
    runs,
  );
});

/** Stages that were proven to be closed, and ends. */
function over({ stages, ...ends }: Happened): string[] {
  return [...Object.keys(stages).filter((name) => stages[name].closed !== undefined), ...Object.keys(ends)];
}

test("what updates carry out is never refused as a step back, and any file of before that revives something is", () => {
  let revived = 0;
  fc.assert(
    fc.property(story, updates, (steps, when) => {
      const { histories, stepsBack } = told(steps, when).accounts;
      expect(stepsBack).toEqual([]);
      histories.forEach((later, index) => {
        for (const earlier of histories.slice(0, index)) {
          expect(stepBack(earlier, later)).toBeUndefined();
          if (over(later).every((one) => over(earlier).includes(one))) continue;
          revived++;
          expect(stepBack(later, earlier)).toBeDefined();
        }
      });
    }),
    runs,
  );
  expect(revived).toBeGreaterThan(100);
});
