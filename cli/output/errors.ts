import { UserError } from "../../model/errors";
import { json, line, type Stream } from "./io";

/** Prints an error in one line, or as an object; returns the exit code. */
export function printError(stream: Stream, error: unknown, asJson: boolean): 1 | 2 | 3 {
  const problem =
    error instanceof UserError
      ? { message: error.message, ...error.problem }
      : { message: unexpected(error), what: unexpected(error), exitCode: 3 as const };
  if (asJson) json(stream, { error: { ...problem, message: oneLine(problem.message) } });
  else line(stream, `airlock: ${oneLine(problem.message)}`);
  if (process.env.AIRLOCK_DEBUG && error instanceof Error) line(stream, error.stack);
  return problem.exitCode;
}

function unexpected(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, "; ");
}
