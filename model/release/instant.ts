/** An instant as the files write it: to the second, in UTC. */
export function instant(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** True when the first lies before the second, fractions of a second included. */
export function isBefore(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other);
}

/** The last of some instants; undefined of none. */
export function latest(instants: readonly string[]): string | undefined {
  return instants.reduce<string | undefined>(
    (last, one) => (last === undefined || isBefore(last, one) ? one : last),
    undefined,
  );
}
