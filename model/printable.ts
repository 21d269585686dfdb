/** What a job's log obeys: `##vso[…]` and `##[…]` anywhere, `::name::` where a line begins or after something that is no name. */
const logCommand = /#(?=#(?:vso)?\[)|(?<![\w:])::(?=[a-z])/gi;

/** Somebody else's text, fit for a terminal, a job's log and a report: without line breaks, control characters, halves of characters, and commands to the log. */
export function printable(text: string): string {
  return commandingNoLog(text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD"));
}

/** Text whose colours are to stay: no line of it is a command to a job's log. */
export function commandingNoLog(text: string): string {
  return text.replace(logCommand, (begin) => `${begin[0]} ${begin.slice(1)}`);
}
