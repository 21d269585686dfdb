import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";

/** Writes a file so that a crash leaves either the old content or the new, never half of it. */
export function writeFileAtomically(file: string, content: string | Buffer, mode = 0o600): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, "w", mode);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

/**
 * A map that lives on disk: one JSON file per entry, so that a crash can only lose the entry being written.
 * Keys are compared as they are; callers normalise them.
 */
export class JsonStore<T> {
  private readonly entries = new Map<string, T>();
  private changes = 0;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory)) {
      const file = path.join(directory, name);
      if (name.endsWith(".tmp")) {
        rmSync(file);
        continue;
      }
      const { key, value } = JSON.parse(readFileSync(file, "utf8")) as { key: string; value: T };
      this.entries.set(key, value);
    }
  }

  /** Goes up with every change: what was derived from the store is stale when it differs. */
  get revision(): number {
    return this.changes;
  }

  get(key: string): T | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: T): void {
    writeFileAtomically(this.fileOf(key), JSON.stringify({ key, value }, undefined, 1));
    this.entries.set(key, value);
    this.changes++;
  }

  delete(key: string): boolean {
    if (!this.entries.delete(key)) return false;
    rmSync(this.fileOf(key), { force: true });
    this.changes++;
    return true;
  }

  values(): T[] {
    return [...this.entries.values()];
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }

  private fileOf(key: string): string {
    return path.join(this.directory, `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.json`);
  }
}
