import { fstatSync } from "node:fs";

/**
 * Calls `gone` once the engine that started this process has ended: a killed engine can't say good-bye, but its end of our
 * input closes with it. Without a pipe from an engine nothing is watched.
 */
export function watchEngine(
  gone: () => void,
  input: NodeJS.ReadableStream & { unref?: () => void } = process.stdin,
  isPipe: () => boolean = () => fstatSync(0).isFIFO(),
): void {
  if (!isPipe()) return;
  input.once("end", gone);
  input.resume();
  input.unref?.();
}
