import * as fc from "fast-check";
import { unifiedDiff } from "../../../cli/output/diff";

test("shows the changed lines with three lines around them", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  const after = before.replace("5\n", "five\n");
  expect(unifiedDiff("file", before, after)).toBe(
    "--- file\n+++ file\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("says nothing about equal texts", () => {
  expect(unifiedDiff("file", "a\n", "a\n")).toBe("");
});

test("the kept and added lines are the new text, the kept and removed lines the old one", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      const [, , range, ...body] = unifiedDiff("file", before, after).split("\n").slice(0, -1);
      const [, oldStart, oldLength, newStart, newLength] = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/
        .exec(range)!
        .map(Number);
      const side = (mark: string) => body.filter((line) => line[0] !== mark).map((line) => line.slice(1));
      expect(side("+")).toEqual(before.split("\n").slice(oldStart - 1, oldStart - 1 + oldLength));
      expect(side("-")).toEqual(after.split("\n").slice(newStart - 1, newStart - 1 + newLength));
    }),
  );
});
