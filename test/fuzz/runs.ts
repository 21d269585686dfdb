const times = Math.max(1, Number(process.env.AIRLOCK_FUZZ ?? 1));

// On a busy machine, too.
jest.setTimeout(300_000 * times);

/** How often a property is tried: `AIRLOCK_FUZZ=100` asks for a hundred times as many runs. */
export const runs = (count: number): { readonly numRuns: number } => ({ numRuns: count * times });
