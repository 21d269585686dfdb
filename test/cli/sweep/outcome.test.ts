import { requireWhole, summaryLines, tally, type Outcome } from "../../../cli/sweep/outcome";

const swept = (...outcomes: readonly Outcome[]) => [
  { goes: false },
  ...outcomes.map((outcome) => ({ goes: true, outcome })),
];
const part = { what: "iam/login", why: "500 UNKNOWN" };

test("what somebody else deleted meanwhile counts as deleted", () => {
  expect(tally(swept("deleted", "gone", "refused", "spared", "unreached"), [part])).toEqual({
    ...{ goes: 5, deleted: 2, refused: 1, spared: 1, unreached: 1, unread: 1 },
  });
});

test.each([
  [swept("refused", "deleted"), [], "1 of 2 could not be deleted"],
  [swept("unreached"), [], "1 of 1 were not reached"],
  [swept(), [part], "one part of qa could not be read"],
  [
    swept("refused", "unreached"),
    [part, part],
    "1 of 2 could not be deleted, 1 of 2 were not reached, 2 parts of qa could not be read",
  ],
] as const)("a sweep is not whole with %j and %j", (all, unread, what) => {
  const fix = "The report says why; then run it again, it goes on from what is there";
  expect(() => requireWhole(tally(all, unread), "qa")).toThrow(
    expect.objectContaining({ problem: { what, fix, exitCode: 3 } }),
  );
});

test("what is spared, gone or stays makes no sweep less whole", () => {
  expect(() => requireWhole(tally(swept("deleted", "gone", "spared"), []), "qa")).not.toThrow();
});

const ending = { noun: "leftover", command: "airlock release sweep --env qa --yes" };

test("a report says how to delete what goes, and nothing of that where nothing goes", () => {
  const goes = [{ goes: true }];
  expect(summaryLines({ ...ending, all: 1, tally: tally(goes, []), deletes: false })).toEqual([
    "1 leftover: 0 stay, 1 go.",
    "Nothing was deleted. To delete what goes: airlock release sweep --env qa --yes",
  ]);
  expect(summaryLines({ ...ending, all: 2, tally: tally([], []), deletes: false })).toEqual([
    "2 leftovers: 2 stay, 0 go.",
  ]);
});

test("a sweep says how much was deleted, and what was not", () => {
  const all = swept("deleted", "refused", "spared", "unreached");
  expect(summaryLines({ ...ending, all: all.length, tally: tally(all, []), deletes: true })).toEqual([
    "5 leftovers: 1 stay, 1 deleted, 1 refused, 1 spared, 1 not reached.",
  ]);
});
