import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Entry {
  readonly digest?: string;
  readonly createdTime: string;
  readonly lastUpdateTime: string;
}

const day = 24 * 60 * 60 * 1000;

/**
 * Makes everything in a registry of a stopped sandbox older than it is, as if nobody had touched it for so many days.
 * @param young digests that keep their age.
 */
export function ageRegistry(
  home: string,
  registry: string,
  days: number,
  young: readonly string[] = [],
): void {
  const root = join(home, "sandbox/state/registries", registry, "repositories");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => /\/_\/(?:manifests|tags)\/[^/]+\.json$/.test(name))) {
    const path = join(root, file);
    const entry = JSON.parse(readFileSync(path, "utf8")) as Entry;
    if (entry.digest !== undefined && young.includes(entry.digest)) continue;
    const { createdTime, lastUpdateTime } = entry;
    const aged = { createdTime: earlier(createdTime, days), lastUpdateTime: earlier(lastUpdateTime, days) };
    writeFileSync(path, JSON.stringify({ ...entry, ...aged }));
  }
}

function earlier(time: string, days: number): string {
  return new Date(Date.parse(time) - days * day).toISOString();
}
