import { type Happened, happenedTo, stepBack } from "../../../model/release/steps-back";
import type { Release } from "../../../model/release/release";

const at = (hour: number) => `2026-11-21T${String(hour).padStart(2, "0")}:00:00Z`;
const [opened, closing, closed] = [at(1), at(2), at(3)];
const states = {
  "qa open": { stages: { qa: { opened } } },
  "qa renewed": { stages: { qa: { opened, renewed: opened } } },
  "qa closing": { stages: { qa: { opened, closing } } },
  "qa open again": { stages: { qa: { opened, renewed: at(4) } } },
  "uat open": { stages: { qa: { opened, closing, closed }, uat: { opened: closed } } },
  "uat closing": { stages: { qa: { opened, closing, closed }, uat: { opened: closed, closing: at(5) } } },
  "uat closed, given up": {
    stages: { qa: { opened, closing, closed }, uat: { opened: closed, closing: at(5), closed: at(6) } },
    abandoned: at(5),
  },
  "uat closed, deployed": {
    stages: { qa: { opened, closing, closed }, uat: { opened: closed, closing: at(5), closed: at(6) } },
    deployed: at(5),
  },
  "deleted, given up": {
    stages: { qa: { opened, closing, closed }, uat: { opened: closed, closing: at(5), closed: at(6) } },
    abandoned: at(5),
    deleted: at(23),
  },
} satisfies Record<string, Happened>;
type Name = keyof typeof states;

/** Where a file can go from each; everywhere else it takes something back. */
const onwards: Record<Name, Name[]> = {
  "qa open": Object.keys(states) as Name[],
  "qa renewed": ["qa renewed", "qa open again"],
  "qa closing": Object.keys(states).filter((name) => !["qa open", "qa renewed"].includes(name)) as Name[],
  "qa open again": ["qa renewed", "qa open again"],
  "uat open": [
    "uat open",
    "uat closing",
    "uat closed, given up",
    "uat closed, deployed",
    "deleted, given up",
  ],
  "uat closing": ["uat closing", "uat closed, given up", "uat closed, deployed", "deleted, given up"],
  "uat closed, given up": ["uat closed, given up", "deleted, given up"],
  "uat closed, deployed": ["uat closed, deployed"],
  "deleted, given up": ["deleted, given up"],
};

const names = Object.keys(states) as Name[];
test.each(names.flatMap((from) => names.map((to) => [from, to, onwards[from].includes(to)] as const)))(
  "from %s to %s: %s",
  (from, to, fine) => {
    expect(stepBack(states[from], states[to]) === undefined).toBe(fine);
  },
);

const what = (from: Name, after: Happened) => stepBack(states[from], after);
test("it says what was carried out, and where the file differs", () => {
  expect(what("uat open", { stages: { qa: { opened, renewed: at(9) } } })).toEqual({
    path: "stages.qa",
    what: `qa was proven to be closed at ${closed}, and is open by this file`,
  });
  expect(what("uat open", { stages: { qa: { opened, closing, closed } } })).toEqual({
    path: "stages.uat",
    what: `uat was opened at ${closed}, and never by this file`,
  });
  expect(what("qa closing", states["qa open"])).toEqual({
    path: "stages.qa",
    what: `qa was closing at ${closing}, and is open by this file, not renewed`,
  });
  expect(what("qa renewed", states["qa open"])).toEqual({
    path: "stages.qa",
    what: `qa was renewed at ${opened}, and never by this file`,
  });
  expect(what("deleted, given up", states["uat closed, given up"])).toEqual({
    path: "deleted",
    what: `the release was deleted at ${at(23)}, and is not any more`,
  });
});

test("a stage on its way out does not open again with the password that it had", () => {
  const left = { stages: { qa: { opened, renewed: at(2), closing: at(2) } } };
  expect(stepBack(left, { stages: { qa: { opened, renewed: at(2) } } })).toBeDefined();
  expect(stepBack(left, { stages: { qa: { opened, renewed: at(1) } } })).toBeDefined();
  expect(stepBack(left, { stages: { qa: { opened, renewed: at(3) } } })).toBeUndefined();
});

test("of a file counts what happened, not on whose word", () => {
  const release: Release = {
    version: "v0.0.1",
    repositories: ["iam/login"],
    images: {},
    approvals: [],
    stages: { qa: { opened, closing }, uat: { opened: closed, by: "carol", closing: undefined } },
    abandoned: { by: "carol", reason: "a bug", at: at(5) },
  };
  expect(happenedTo(release)).toEqual({
    stages: { qa: { opened, closing }, uat: { opened: closed } },
    abandoned: at(5),
  });
  expect(Object.keys(happenedTo(release).stages.uat)).toEqual(["opened"]);
});
