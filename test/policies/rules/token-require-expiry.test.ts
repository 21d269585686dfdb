import { tokenRequireExpiry } from "../../../policies/rules/token-require-expiry";
import { unknown, type Properties } from "../../../policies/values";
import { releaseStack, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const type = "airlock:index:TokenPassword";
const judge = (properties: Properties, facts = stack("dev")) =>
  verdicts(tokenRequireExpiry, facts, type, { tokenName: "builder", ...properties });
const fix = "(it: expires). Give it an end, 30 days from now at most";

// The day is 2026-11-21.
test.each([
  ["2026-11-28T10:00:00Z", []],
  ["2026-12-21T23:59:59Z", []],
  ["2026-12-22T00:00:00Z", [`the password of the token builder lives for 31 days ${fix}`]],
  ["9999-12-31T23:59:59Z", [`the password of the token builder lives for 2912118 days ${fix}`]],
  ["2026-11-01T10:00:00Z", []],
  ["soon", [`the password of the token builder has no end ${fix}`]],
  [null, [`the password of the token builder has no end ${fix}`]],
  [7, [`the password of the token builder has no end ${fix}`]],
])("a password until %j: %j", (expires, messages) => {
  expect(judge({ expires })).toEqual(messages);
});

test("a password that is ended makes no new one", () => {
  expect(judge({ expires: "soon", ended: true })).toEqual([]);
  expect(judge({ expires: "soon", ended: unknown })).toHaveLength(1);
});

test("an end that is not known is refused where nothing is taken on trust", () => {
  const message = `when the password of the token that is not known yet ends is not known before \`pulumi up\` ${fix}`;
  const properties: Properties = { tokenName: unknown, expires: unknown };
  expect(judge(properties)).toEqual([]);
  expect(judge(properties, stack("prod"))).toEqual([message]);
  expect(judge(properties, releaseStack())).toEqual([message]);
});

test("nothing else has such an end", () => {
  expect(verdicts(tokenRequireExpiry, stack("prod"), "airlock:index:ImageTag", {})).toEqual([]);
});
