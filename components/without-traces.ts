/**
 * Runs `create`, which registers resources, and leaves out the stack traces that nobody reads.
 *
 * Pulumi's SDK makes and maps one for each promise of each property: with a thousand images, half of a program's time. And it
 * stores one with each resource, a third of such a stack's state, which the engine writes anew at each step. A
 * component's own says where the user's program made it; those of its children add lines of this library.
 */
export function withoutTraces<T>(create: () => T): T {
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")!;
  // The SDK raises the limit for what it stores; behind an accessor V8 finds none, and makes no trace.
  Object.defineProperty(Error, "stackTraceLimit", { configurable: true, get: () => 0, set: () => undefined });
  try {
    return create();
  } finally {
    Object.defineProperty(Error, "stackTraceLimit", limit);
  }
}
