import { RegistryError } from "./errors";
import type { Exchange } from "./exchange";

/** Whether the client says that it has this content already: the answer is 304 then, without it. */
export function isHeld(exchange: Exchange, digest: string): boolean {
  return names(exchange.header("if-none-match"), digest);
}

/**
 * Holds a push against what the client believes to stand there, so that of two who write at once one learns of the other.
 * @param present digest under the reference; undefined when there is none
 * @throws 412
 */
export function requireBelieved(exchange: Exchange, present: string | undefined): void {
  const [wanted, unwanted] = [exchange.header("if-match"), exchange.header("if-none-match")];
  if (wanted !== undefined && !names(wanted, present)) throw failed("If-Match", present);
  if (unwanted !== undefined && names(unwanted, present)) throw failed("If-None-Match", present);
}

function names(header: string | undefined, digest: string | undefined): boolean {
  if (header === undefined || digest === undefined) return false;
  return (
    header.trim() === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === `"${digest}"`)
  );
}

function failed(header: string, present: string | undefined): RegistryError {
  const stands = present === undefined ? "nothing stands there" : `${present} stands there`;
  return new RegistryError(412, "UNSUPPORTED", `${header} does not hold: ${stands}`);
}
