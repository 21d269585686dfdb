import { line, type Stream } from "../output/io";

/** Tells the story: headings, the commands as typed, what they print, and a verdict on each door. */
export class Narrator {
  private readonly started = Date.now();
  private failures = 0;

  constructor(private readonly out: Stream) {}

  chapter(title: string): void {
    line(this.out);
    line(this.out, this.style("1;36", `━━ ${title} `) + this.style("2", `(at ${this.seconds()} s)`));
  }

  say(text: string): void {
    line(this.out, text);
  }

  /** A command as the user would type it, and as whom. */
  command(text: string, as?: string): void {
    line(this.out);
    line(this.out, this.style("1", `$ ${text}`) + (as === undefined ? "" : this.style("2", `   # as ${as}`)));
  }

  /** One line that a command printed. */
  output(text: string): void {
    if (text.trim() !== "" && !isProgress(text)) line(this.out, `  ${text}`);
  }

  /** A door that was tried: it must have been shut, and `refusal` is what the visitor read. */
  shut(door: string, refusal: string): void {
    line(this.out, `${this.style("32", "  ✔ shut")}  ${door}`);
    for (const text of refusal.split("\n")) line(this.out, this.style("2", `            ${text}`));
  }

  open(door: string): void {
    this.failures += 1;
    line(this.out, `${this.style("31", "  ✘ OPEN")}  ${door}`);
  }

  get doorsLeftOpen(): number {
    return this.failures;
  }

  seconds(): number {
    return Math.round((Date.now() - this.started) / 1000);
  }

  private style(code: string, text: string): string {
    return this.out.terminal ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

// What the engine says while it works; the line that says that it is done follows.
const progress = [
  /^@ (updating|previewing)\.*/i,
  /^Loading policy packs/,
  / creating \(\d+s\)\s*$/,
  / read pulumi:pulumi:StackReference /,
  /^Duration:/,
];

function isProgress(text: string): boolean {
  return progress.some((pattern) => pattern.test(text));
}
