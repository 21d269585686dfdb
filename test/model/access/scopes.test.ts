import { readScope } from "../../../model/access/scopes";

test.each([
  ["/subscriptions/s/", "/subscriptions/s"],
  ["//subscriptions//s", "/subscriptions/s"],
  ["", "/"],
])("%j is read as %s", (text, scope) => {
  expect(readScope(text)).toBe(scope);
});

test.each([
  "/subscriptions/s/../t",
  "../t",
  "/subscriptions/%73",
  "/subscriptions/s?x",
  "/subscriptions/s\\t",
])("%j might be read in another way", (text) => {
  expect(readScope(text)).toBeUndefined();
});
