/** Where a command writes. `terminal` allows colour and boxes on that stream. */
export interface Io {
  readonly out: Stream;
  readonly err: Stream;
}

export interface Stream {
  write(text: string): void;
  readonly terminal: boolean;
}

/** Output of this process; colour only on terminals, and never under `NO_COLOR`. */
export function processIo(): Io {
  return { out: streamOf(process.stdout), err: streamOf(process.stderr) };
}

function streamOf(target: NodeJS.WriteStream): Stream {
  const terminal = target.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return { write: (text) => void target.write(text), terminal };
}

export function line(stream: Stream, text = ""): void {
  stream.write(`${text}\n`);
}

/** One line of a remark that is not the answer; belongs on stderr. */
export function note(stream: Stream, text: string): void {
  line(stream, stream.terminal ? `\u001b[2m${text}\u001b[22m` : text);
}

/** A value as indented JSON. */
export function json(stream: Stream, value: unknown): void {
  line(stream, JSON.stringify(value, undefined, 2));
}
