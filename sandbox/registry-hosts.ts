import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomically } from "./json-store";

/** Which port each registry has. Once given, a registry keeps its port. */
export class RegistryHosts {
  private readonly ports = new Map<string, number>();

  /** `fixed` are the ports that the project's stack files name; `first` is where the others are looked for. */
  constructor(
    private readonly file: string,
    fixed: Readonly<Record<string, number>>,
    private readonly first: number,
  ) {
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, number>) : {};
    const taken = new Set(Object.values(fixed));
    for (const [name, port] of Object.entries(kept)) if (!taken.has(port)) this.ports.set(name, port);
    for (const [name, port] of Object.entries(fixed)) this.ports.set(name.toLowerCase(), port);
  }

  portOf(registry: string): number {
    const name = registry.toLowerCase();
    const known = this.ports.get(name);
    if (known !== undefined) return known;
    const used = new Set(this.ports.values());
    let port = this.first;
    while (used.has(port)) port++;
    this.ports.set(name, port);
    writeFileAtomically(this.file, JSON.stringify(Object.fromEntries(this.ports)));
    return port;
  }

  /** `localhost:<port>`, as image references write it. */
  hostOf(registry: string): string {
    return `localhost:${this.portOf(registry)}`;
  }
}
