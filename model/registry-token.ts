/** Most days that a password of a registry token may live. */
export const mostPasswordDays = 30;

const day = 24 * 60 * 60 * 1000;

/** Azure's rule for the name of a registry token. */
export function isTokenName(name: string): boolean {
  return /^[A-Za-z0-9-]{5,50}$/.test(name);
}

/** An instant in UTC, such as `2026-11-21T10:00:00Z`. */
export function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/.test(text)) return false;
  const read = new Date(text);
  // The 30th of February is read as a day of March.
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text.slice(0, 19));
}

/** Why a password made now may not live until `expires`; undefined when it may. */
export function expiryProblem(expires: string, now: Date): string | undefined {
  const lives = Date.parse(expires) - now.getTime();
  if (lives <= 0) return `${expires} has passed: a new password needs an instant in the future`;
  if (lives <= mostPasswordDays * day) return undefined;
  return `${expires} is more than ${mostPasswordDays} days ahead: a password may live for ${mostPasswordDays} days at most`;
}
