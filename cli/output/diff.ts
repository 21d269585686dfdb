const context = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Unified diff of two versions of a small text file; empty when they are the same. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const lines = compare(before.split("\n"), after.split("\n"));
  const changed = lines.flatMap((line, index) => (line.mark === " " ? [] : [index]));
  if (changed.length === 0) return "";
  const first = Math.max(0, changed[0] - context);
  const last = Math.min(lines.length, changed[changed.length - 1] + context + 1);
  const shown = lines.slice(first, last);
  const start = (mark: "-" | "+") => lines.slice(0, first).filter((line) => line.mark !== mark).length + 1;
  const length = (mark: "-" | "+") => shown.filter((line) => line.mark !== mark).length;
  const range = `@@ -${start("+")},${length("+")} +${start("-")},${length("-")} @@`;
  return [`--- ${file}`, `+++ ${file}`, range, ...shown.map(({ mark, text }) => mark + text), ""].join("\n");
}

// Longest common subsequence: quadratic, which a stack file of some thousand lines bears.
function compare(before: string[], after: string[]): Line[] {
  const lengths = before.map(() => new Array<number>(after.length + 1).fill(0));
  lengths.push(new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i][j] =
        before[i] === after[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: " ", text: before[i] });
      i++;
      j++;
    } else if (i < before.length && (j === after.length || lengths[i + 1][j] >= lengths[i][j + 1])) {
      lines.push({ mark: "-", text: before[i++] });
    } else {
      lines.push({ mark: "+", text: after[j++] });
    }
  }
  return lines;
}
