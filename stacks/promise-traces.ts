// Pulumi's SDK asks where each promise of each property is made, and mapping that to the sources takes a sixth to a third of a program's
// time. Nobody reads it but who looks for leaked promises; traces of errors stay whole.
const { prepareStackTrace: map } = Error as {
  prepareStackTrace?: (error: Error, frames: NodeJS.CallSite[]) => unknown;
};
if (map !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : map(error, frames);
}
