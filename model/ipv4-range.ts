/** First and last address of a range, as numbers. */
export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

/** Reads `203.0.113.16/28`, or one address; undefined for other text and for a range that begins elsewhere. */
export function ipv4Range(text: string): Ipv4Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!match || /(?:^|[./])0\d/.test(text)) return undefined;
  const parts = match.slice(1, 5).map(Number);
  const prefix = Number(match[5] ?? 32);
  if (parts.some((part) => part > 255) || prefix > 32) return undefined;
  const first = parts.reduce((address, part) => address * 256 + part, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

// Private, shared, local, multicast and reserved: nothing that comes from the internet has such an address.
const unroutable = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
].map((range) => ipv4Range(range)!);

/** True for an address or range that lies in the internet as a whole. */
export function isPublicRange(text: string): boolean {
  const range = ipv4Range(text);
  return (
    range !== undefined && !unroutable.some(({ first, last }) => range.first <= last && first <= range.last)
  );
}
