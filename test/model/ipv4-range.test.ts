import { ipv4Range, isPublicRange } from "../../model/ipv4-range";

test("a range has its first and its last address", () => {
  expect(ipv4Range("203.0.113.16/28")).toEqual({ first: 0xcb007110, last: 0xcb00711f });
  expect(ipv4Range("203.0.113.16")).toEqual(ipv4Range("203.0.113.16/32"));
  expect(ipv4Range("0.0.0.0/0")).toEqual({ first: 0, last: 0xffffffff });
});

test.each([
  "",
  "203.0.113",
  "203.0.113.256",
  "203.0.113.0/33",
  "203.0.113.0/",
  "203.0.113.5/24",
  "203.0.113.0/024",
])("%j is no range", (text) => expect(ipv4Range(text)).toBeUndefined());

test.each(["8.8.8.8", "203.0.113.16/28", "11.0.0.0/8", "172.32.0.0/11", "128.0.0.0/3"])(
  "%s is public",
  (text) => expect(isPublicRange(text)).toBe(true),
);

test.each([
  ...["10.1.2.3", "010.1.2.3", "172.31.0.0/16", "192.168.0.0/24", "100.100.0.1", "127.0.0.1", "224.0.0.1"],
  // What reaches into a private range isn't public either.
  ...["0.0.0.0/0", "128.0.0.0/1", "8.0.0.0/6", "172.0.0.0/8", "192.0.0.0/8"],
  "::1",
])("%s is not", (text) => expect(isPublicRange(text)).toBe(false));
