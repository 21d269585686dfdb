/** Numbers between 0 and 1 that the seed decides (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same entries in another order. */
export function shuffled<T>(entries: readonly T[], random: () => number): T[] {
  return entries
    .map((entry) => [random(), entry] as const)
    .sort(([a], [b]) => a - b)
    .map(([, entry]) => entry);
}

/** As many moments as asked for, one in each of as many equal parts of 0 to 1, in no order. */
export function moments(count: number, random: () => number): number[] {
  return shuffled(
    Array.from({ length: count }, (_, index) => (index + random()) / count),
    random,
  );
}
