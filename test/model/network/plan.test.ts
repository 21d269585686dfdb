import * as fc from "fast-check";
import { ipv4Range } from "../../../model/ipv4-range";
import { networkFindings } from "../../../model/network/plan";
import { isPrivate, isWithin, overlap } from "../../../model/network/ranges";
import { securityRules } from "../../../model/network/security-rules";

const plan = { range: "10.100.0.0/16", subnets: { aks: "10.100.1.0/24", acr: "10.100.3.0/24" } };

test("ranges of their own pass", () => {
  expect(networkFindings({ ...plan, others: { other: "10.0.0.0/16" } })).toEqual([]);
});

test.each([
  ["10.100.0.0/7", "10.100.0.0/7 is no IPv4 range"],
  ["10.100.0.0", "10.100.0.0 is no IPv4 range"],
  ["10.0.0.0/30", "a network of /30 is none of Azure's"],
  ["100.64.0.0/16", "100.64.0.0/16 is no private range"],
])("%s is refused as a network", (range, what) => {
  expect(networkFindings({ range, subnets: {} })).toEqual([
    { path: ["range"], what, fix: expect.any(String) as string },
  ]);
});

test("each wrong range is found by itself", () => {
  const subnets = {
    one: "10.100.1.0/24",
    two: "10.100.1.0/30",
    three: "10.100.1.64/26",
    four: "10.9.0.0/24",
  };
  expect(networkFindings({ ...plan, subnets }).map(({ path, what }) => [path.join("."), what])).toEqual([
    ["subnets.two", "10.100.1.0/30 of two leaves 0 addresses"],
    ["subnets.three", "10.100.1.64/26 of three overlaps with 10.100.1.0/24 of one"],
    ["subnets.four", "10.9.0.0/24 of four is outside of the network, 10.100.0.0/16"],
  ]);
});

const range = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 32 }))
  .map(([address, prefix]) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1 };
  });

test("of two ranges one holds the other, or they have nothing in common", () => {
  fc.assert(
    fc.property(range, range, (one, other) => {
      expect(overlap(one, other)).toBe(isWithin(one, other) || isWithin(other, one));
      expect(overlap(one, other)).toBe(overlap(other, one));
    }),
  );
});

test("private are RFC 1918's ranges and nothing else", () => {
  for (const text of ["10.0.0.0/8", "172.31.255.0/24", "192.168.1.0/24"])
    expect([text, isPrivate(ipv4Range(text)!)]).toEqual([text, true]);
  for (const text of ["8.0.0.0/6", "172.32.0.0/16", "192.169.0.0/16", "100.64.0.0/10"])
    expect([text, isPrivate(ipv4Range(text)!)]).toEqual([text, false]);
});

test("runners are reached by nobody, endpoints over TLS from the network, and nothing is sent to other networks", () => {
  const short = (purpose: "nodes" | "runners" | "endpoints", others = ["10.0.0.0/16"]) =>
    securityRules(purpose, "10.100.0.0/16", others).map(
      ({
        direction,
        access,
        priority,
        sourceAddressPrefix,
        destinationAddressPrefixes = [],
        destinationPortRange,
      }) =>
        `${priority} ${direction} ${access} ${sourceAddressPrefix} → ${destinationAddressPrefixes.join(", ") || "*"}:${destinationPortRange}`,
    );
  const away = "200 Outbound Deny * → 10.0.0.0/16:*";
  const nobody = "4000 Inbound Deny * → *:*";
  expect(short("nodes")).toEqual([away]);
  expect(short("runners")).toEqual([nobody, away]);
  expect(short("endpoints")).toEqual(["100 Inbound Allow 10.100.0.0/16 → *:443", nobody, away]);
  expect(short("nodes", [])).toEqual([]);
});
