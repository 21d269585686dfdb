import type { ObjectReference } from "./object";
import type { Server } from "./real-cluster";

/** A kind as an API server has it. */
export interface Kind {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The kinds of an API server, which anybody may ask it for. */
export class Kinds {
  private readonly known = new Map<string, Kind>();

  constructor(private readonly server: Server) {}

  /** Undefined for a kind that it does not have. */
  async resourceOf({
    apiVersion,
    kind,
  }: Pick<ObjectReference, "apiVersion" | "kind">): Promise<Kind | undefined> {
    const key = `${apiVersion}/${kind}`;
    // A definition may have come since: what is not known is asked for again.
    if (!this.known.has(key)) await this.learn(apiVersion);
    return this.known.get(key);
  }

  private async learn(apiVersion: string): Promise<void> {
    const { status, body } = await this.server.call("GET", rootOf(apiVersion));
    if (status !== 200) return;
    for (const one of body.resources as Kind[])
      if (!one.name.includes("/")) this.known.set(`${apiVersion}/${one.kind}`, one);
  }
}

/** Path of an object; of its folder where it has no name. */
export function addressOf(
  { apiVersion, namespace, name }: ObjectReference,
  { name: plural, namespaced }: Kind,
): string {
  const folder = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
  return `${rootOf(apiVersion)}${folder}/${plural}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
}

function rootOf(apiVersion: string): string {
  return `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
}
