import { leftoversDue } from "../../../model/leftovers";
import type { Release } from "../../../model/release/release";
import { rules } from "../release/world";

const release: Release = {
  version: "v0.0.1",
  repositories: ["iam/login"],
  images: {},
  approvals: [],
  stages: {
    qa: { opened: "2026-11-18T10:00:00Z", closing: "2026-11-20T11:00:00Z", closed: "2026-11-20T11:05:00Z" },
  },
  abandoned: { by: "carol", reason: "a bug", at: "2026-11-20T11:00:00Z" },
};
const at = (hour: string, changes: Partial<Release> = {}) =>
  leftoversDue({ ...release, ...changes }, rules, new Date(`2026-11-21T${hour}Z`));
const hold = { by: "dora", reason: "an audit", until: "2026-11-21T18:00:00Z" };

test("a day after the end, whether or not the accounts are gone", () => {
  expect(at("10:59:59")).toEqual({ due: false, why: "not before 2026-11-21T11:00:00Z" });
  expect(at("11:00:00")).toEqual({ due: true, why: "due since 2026-11-21T11:00:00Z" });
  expect(at("11:00:00", { deleted: "2026-11-21T11:00:00Z" })).toEqual({
    due: true,
    why: "due since 2026-11-21T11:00:00Z",
  });
});

test("a hold puts it off, also where the accounts are gone", () => {
  const held = { due: false, why: "held by dora until 2026-11-21T18:00:00Z: an audit" };
  expect(at("12:00:00", { hold })).toEqual(held);
  expect(at("12:00:00", { hold, deleted: "2026-11-21T11:00:00Z" })).toEqual(held);
  expect(at("18:00:00", { hold })).toEqual({ due: true, why: "due since 2026-11-21T18:00:00Z" });
});

test("nothing is due while anything of it is open or closing", () => {
  const open = { stages: { qa: { opened: "2026-11-18T10:00:00Z" } }, abandoned: undefined };
  expect(at("12:00:00", open)).toEqual({ due: false, why: "it goes on" });
  const closing = { stages: { qa: { opened: "2026-11-18T10:00:00Z", closing: "2026-11-20T11:00:00Z" } } };
  expect(at("12:00:00", closing)).toEqual({ due: false, why: "qa is closing since 2026-11-20T11:00:00Z" });
});
