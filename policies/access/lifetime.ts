import { type Properties, textOf, unknown } from "../values";

/** How long a password may live, in days. */
export const longestPassword = 90;

/** Days from `today` (`YYYY-MM-DD`) to the end of a password or certificate; undefined when it has none that can be read. */
export function daysLeft(
  { endDate, endDateRelative, expiry, startDate }: Properties,
  today: string,
): number | typeof unknown | undefined {
  const end = endDate ?? expiry;
  if (end !== undefined && end !== null) {
    return end === unknown ? unknown : daysBetween(today, Date.parse(textOf(end) ?? ""));
  }
  if (endDateRelative === unknown) return unknown;
  const length = hoursOf(textOf(endDateRelative) ?? "");
  if (length === undefined || startDate === unknown) return length && unknown;
  const start = Date.parse(textOf(startDate) ?? today);
  return daysBetween(today, start + length * 3_600_000);
}

function daysBetween(today: string, end: number): number | undefined {
  return Number.isNaN(end) ? undefined : (end - Date.parse(today)) / 86_400_000;
}

/** Hours of `2160h` or `1h30m`. */
function hoursOf(duration: string): number | undefined {
  const match = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration);
  if (!match) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return hours + minutes / 60 + seconds / 3600;
}
