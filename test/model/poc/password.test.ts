import { passwordDue } from "../../../model/poc/password";

const stated = { from: "2026-11-01T00:00:00Z", days: 30 };
const at = (day: string) => passwordDue(stated, new Date(day));

test("a password lives for its days, and the next one is due when two thirds of them are over", () => {
  expect(at("2026-11-01T00:00:00Z")).toEqual({ rotation: 0, expires: "2026-12-01T00:00:00Z" });
  expect(at("2026-11-20T23:59:59Z")).toEqual({ rotation: 0, expires: "2026-12-01T00:00:00Z" });
  expect(at("2026-11-21T00:00:00Z")).toEqual({ rotation: 1, expires: "2026-12-21T00:00:00Z" });
  expect(at("2026-12-11T00:00:00Z")).toEqual({ rotation: 2, expires: "2027-01-10T00:00:00Z" });
});

test("at every instant a third of a password's life is left at least, and never more than all of it", () => {
  for (let hour = 0; hour < 24 * 200; hour += 7) {
    const now = new Date(Date.parse(stated.from) + hour * 3_600_000);
    const left = (Date.parse(passwordDue(stated, now).expires) - now.getTime()) / 86_400_000;
    expect(left).toBeGreaterThan(10);
    expect(left).toBeLessThanOrEqual(30);
  }
});

test("before its beginning it is the first one", () => {
  expect(at("2026-10-01T00:00:00Z").rotation).toBe(0);
});
