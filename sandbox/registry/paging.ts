import { RegistryError } from "./errors";

/** One page of a listing. */
export interface Page<T> {
  readonly items: T[];
  /** `Link` header when there is more. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Cuts the page that `n` and `last` ask for out of a sorted listing.
 * @param path as in the request; the link repeats the other query parameters.
 * @throws UNSUPPORTED (400) when `n` is no number
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  compare: (a: string, b: string) => number,
  path: string,
  query: URLSearchParams,
  defaultSize = Number.MAX_SAFE_INTEGER,
): Page<T> {
  const size = sizeOf(query.get("n"), defaultSize);
  const last = query.get("last");
  const at = items.findIndex((item) => keyOf(item) === last);
  const rest =
    last === null || at >= 0 ? items.slice(at + 1) : items.filter((item) => compare(keyOf(item), last) > 0);
  const shown = rest.slice(0, size);
  if (shown.length === 0 || shown.length === rest.length) return { items: shown, headers: {} };
  const next = new URLSearchParams(query);
  next.set("n", String(size));
  next.set("last", keyOf(shown[shown.length - 1]));
  return { items: shown, headers: { Link: `<${encodeURI(path)}?${next.toString()}>; rel="next"` } };
}

function sizeOf(text: string | null, defaultSize: number): number {
  if (text === null || text === "") return defaultSize;
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size)) {
    throw new RegistryError(400, "UNSUPPORTED", `n must be a whole number, not "${text}"`);
  }
  return size;
}
