import { ipv4Range, type Ipv4Range } from "../ipv4-range";

/** Addresses that Azure keeps of every subnet. */
const reserved = 5;

/** Whether two ranges have an address in common. */
export function overlap(one: Ipv4Range, other: Ipv4Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

export function isWithin(inner: Ipv4Range, outer: Ipv4Range): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

/** Addresses of a subnet that something can have. */
export function usableAddresses({ first, last }: Ipv4Range): number {
  return Math.max(0, last - first + 1 - reserved);
}

/** The smallest subnet, as the length of its prefix, in which so many things have an address. */
export function prefixFor(addresses: number): number {
  return 32 - Math.ceil(Math.log2(addresses + reserved));
}

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((range) => ipv4Range(range)!);

/** True for a range that a network can use without taking it from the internet. */
export function isPrivate(range: Ipv4Range): boolean {
  return privateRanges.some((outer) => isWithin(range, outer));
}
