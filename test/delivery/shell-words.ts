/**
 * The words of each call of airlock in a script. What a variable holds is a placeholder; redirections and what follows a
 * separator are left out.
 */
export function airlockCalls(script: string): string[][] {
  const joined = script.replace(/\\\n\s*/g, " ");
  return [...joined.matchAll(/\bnpx airlock ([^\n]*)/g)].map(([, rest]) => wordsOf(rest));
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"';|&<>]+|[;|&<>]+)+?(?=\s|[;|&<>]|$)/g)) {
    if (/^[;|&<>]/.test(word)) break;
    words.push(word.replace(/["']/g, "").replace(/\$\{[^}]*\}|\$\w+/g, "x"));
  }
  return words;
}
