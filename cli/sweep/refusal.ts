import { UserError } from "../../model/errors";

const longest = 300;

/** HTTP status of what a client threw; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === "number" ? statusCode : undefined;
}

/** Whether a registry says that there is no such thing; any other 404 may be another's, such as a proxy's. */
export function isAbsent(error: unknown, ...codes: readonly string[]): boolean {
  const { message = "" } = (error ?? {}) as { message?: string };
  return statusOf(error) === 404 && codes.includes(firstError(message)?.code ?? "");
}

/**
 * What a registry answered, in one line: status, code and message.
 * @throws what was no answer of the registry: without a sign-in nothing can be asked
 */
export function refusalOf(error: unknown): string {
  if (error instanceof UserError) throw error;
  const { message = "", code } = (error ?? {}) as { message?: string; code?: unknown };
  const status = statusOf(error);
  const first = firstError(message);
  const words = first
    ? `${first.code}: ${first.message}`
    : `${typeof code === "string" && !message.includes(code) ? `${code}: ` : ""}${message}`;
  return oneLine(`${status ?? "no answer"} ${words}`);
}

function firstError(body: string): { code: string; message: string } | undefined {
  try {
    return (JSON.parse(body) as { errors?: { code: string; message: string }[] }).errors?.[0];
  } catch {
    return undefined;
  }
}

// A registry's words may hold what ends a line, or what a terminal obeys.
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
