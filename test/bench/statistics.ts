/** The middle value, or the mean of the two in the middle. @throws RangeError without values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median with the lowest and the highest value. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Ratios round by round: whatever else the machine did in a round slowed both sides. */
export function ratios(values: readonly number[], base: readonly number[]): number[] {
  if (values.length !== base.length) throw new RangeError(`${values.length} values against ${base.length}`);
  return values.map((value, round) => value / base[round]);
}

/** What one more of `size` adds between two sizes. */
export function growth(
  smaller: { readonly size: number; readonly value: number },
  larger: { readonly size: number; readonly value: number },
): number {
  return (larger.value - smaller.value) / (larger.size - smaller.size);
}

/** Runs every task once a round, in another order each time, so that none always follows the same one. */
export async function interleaved<Name extends string, Result>(
  rounds: number,
  tasks: Partial<Record<Name, () => Promise<Result>>>,
): Promise<Record<Name, Result[]>> {
  const entries = Object.entries(tasks) as [Name, () => Promise<Result>][];
  const found = Object.fromEntries(entries.map(([name]) => [name, []])) as unknown as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round++) {
    const first = round % entries.length;
    for (const [name, task] of [...entries.slice(first), ...entries.slice(0, first)]) {
      found[name].push(await task());
    }
  }
  return found;
}

/** Milliseconds that `work` takes; the best of `tries`, since whatever else runs only adds. */
export function bestOf(tries: number, work: () => unknown): number {
  const times = Array.from({ length: tries }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}
