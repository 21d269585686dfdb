/** Somebody else's text, fit for a terminal and a report: without line breaks, control characters and halves of characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}
