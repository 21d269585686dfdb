/** Thrown inside `retry` for what may pass by itself: 429, 5xx, a dropped connection. */
export class Transient extends Error {
  constructor(
    /** What the caller gets when the attempts are used up. */
    readonly error: Error,
    /** Milliseconds the server asked for. */
    readonly retryAfter?: number,
  ) {
    super(error.message);
  }
}

export interface RetryOptions {
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Tries in all. */
  readonly attempts?: number;
  /** Milliseconds before the second try; doubles from then on. */
  readonly firstDelay?: number;
  /** Longest single wait in milliseconds. */
  readonly longestDelay?: number;
}

/** Longest wait in milliseconds that a server may ask for: its limits are counted by the minute. */
const longestAsked = 120_000;

/** Runs `action` again while it throws `Transient`. @throws the error inside the last `Transient`, or any other at once. */
export async function retry<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { pause, attempts = 6, firstDelay = 200, longestDelay = 30_000 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      const { retryAfter: asked = 0 } = error;
      if (attempt >= attempts || asked > longestAsked) throw error.error;
      const backoff = firstDelay * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
      await pause(error.retryAfter === undefined ? Math.min(backoff, longestDelay) : asked);
    }
  }
}

/** Milliseconds in a Retry-After header (seconds or a date), or undefined. */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
}
