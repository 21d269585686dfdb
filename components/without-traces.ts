/**
 * Runs `create`, which registers resources, and leaves out the stack traces that nobody reads: Pulumi's SDK makes and maps one
 * for each promise of each property, which takes half of a program's time when it has a thousand images. Which line a
 * resource comes from is not lost: for that the SDK raises the limit by itself.
 */
export function withoutTraces<T>(create: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return create();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
