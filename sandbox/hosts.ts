import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "./json-store";

/** Which port each registry, or each vault, has. Once given, it is kept. */
export class Hosts {
  private readonly ports = new Map<string, number>();

  /**
   * `fixed` are the ports that the project's stack files name; the others are looked for from `first` on, upwards or downwards.
   * @param file where they are kept
   */
  constructor(
    private readonly file: string,
    fixed: Readonly<Record<string, number>>,
    private readonly first: number,
    private readonly step: 1 | -1,
  ) {
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>) : {};
    const taken = new Set(Object.values(fixed));
    for (const [name, port] of Object.entries(kept)) if (!taken.has(port)) this.ports.set(name, port);
    for (const [name, port] of Object.entries(fixed)) this.ports.set(name.toLowerCase(), port);
  }

  portOf(resource: string): number {
    const name = resource.toLowerCase();
    const known = this.ports.get(name);
    if (known !== undefined) return known;
    const used = new Set(this.ports.values());
    let port = this.first;
    while (used.has(port)) port += this.step;
    this.ports.set(name, port);
    writeFileAtomically(this.file, JSON.stringify(Object.fromEntries(this.ports)));
    return port;
  }

  /** `localhost:<port>`, as image references write it. */
  hostOf(resource: string): string {
    return `localhost:${this.portOf(resource)}`;
  }
}
