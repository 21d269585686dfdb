/** Columns of the pages' text. */
const width = 130;

/** A paragraph, broken at words. `indent` starts every line but the first. */
export function paragraph(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= width || line === "") line = longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return `${[...lines, line].join("\n")}\n`;
}

export function bullets(points: readonly string[]): string {
  return points.map((point) => paragraph(`- ${point}`, "  ")).join("");
}

export function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

/** Parts with an empty line between them. */
export function page(...parts: readonly string[]): string {
  return parts.join("\n");
}
