import type { Context } from "../context";
import { note } from "../output/io";

/** The first interrupt ends the sweep after what is under way, with a report; another one ends it at once. */
export async function untilInterrupted<T>(
  { io }: Context,
  work: (ends: AbortSignal) => Promise<T>,
): Promise<T> {
  const ends = new AbortController();
  const end = (): void => {
    note(io.err, "Ending after what is under way. Once more ends at once.");
    ends.abort();
    release();
  };
  const release = (): void => void (["SIGINT", "SIGTERM"] as const).forEach((name) => process.off(name, end));
  (["SIGINT", "SIGTERM"] as const).forEach((name) => process.on(name, end));
  try {
    return await work(ends.signal);
  } finally {
    release();
  }
}
