import { UserError } from "../model/errors";

/** The cloud refused or could not be reached (exit code 3). */
export class CloudError extends UserError {
  /** HTTP status; undefined when there was no answer. */
  readonly status?: number;
  /** No answer came, in time or at all: whether the request was carried out is not known. */
  readonly lost: boolean;

  constructor(what: string, details: { status?: number; fix?: string; lost?: boolean } = {}) {
    super({ what, ...(details.fix !== undefined && { fix: details.fix }), exitCode: 3 });
    this.name = "CloudError";
    if (details.status !== undefined) this.status = details.status;
    this.lost = details.lost ?? false;
  }
}

interface ClientError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly cause?: unknown;
}

/** Turns whatever a client threw into one line that begins with what was being done. */
export function cloudError(doing: string, error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  const { name, message, code, statusCode, cause } = (error ?? {}) as ClientError;
  const status = Number(statusCode) || undefined;
  const text = oneLine(message ?? String(error));
  const reason = (cause as ClientError | undefined)?.code;
  const prefix = [status, typeof code === "string" && !text.includes(code) ? code : undefined]
    .filter((part) => part !== undefined)
    .join(" ");
  const suffix = typeof reason === "string" && !text.includes(reason) ? ` (${reason})` : "";
  // How Azure's clients, and `fetch`, say that there was no answer.
  const unanswered = ["RestError", "TimeoutError", "AbortError"].includes(name ?? "");
  const lost = status === undefined && (unanswered || typeof reason === "string");
  return new CloudError(`${doing} failed: ${prefix ? `${prefix}: ` : ""}${text}${suffix}`, { status, lost });
}

/** The message alone, without line breaks and of bearable length. */
export function oneLine(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  return line.length > 600 ? `${line.slice(0, 600)}…` : line;
}
