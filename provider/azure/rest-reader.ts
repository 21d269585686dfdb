import type { TokenCredential } from "@azure/core-auth";
import { CloudError, oneLine } from "../errors";
import { send, type HttpOptions } from "./http";

/** An object as ARM or Graph shows it. */
export type Entry = Readonly<Record<string, unknown>>;

const largestAnswer = 4 * 1024 * 1024;
const mostPages = 100;

/** Reads one of Azure's REST interfaces. */
export class RestReader {
  private readonly endpoint: string;

  /** @param name for messages. */
  constructor(
    private readonly name: string,
    endpoint: string,
    private readonly options: HttpOptions & { readonly credential: TokenCredential },
  ) {
    this.endpoint = endpoint.replace(/\/+$/, "");
  }

  /** Undefined when it isn't there. @throws CloudError */
  get(path: string): Promise<Entry | undefined> {
    return this.ask(this.endpoint + path);
  }

  /** Every entry on all pages; undefined when what they are of isn't there. @throws CloudError */
  async list(path: string): Promise<Entry[] | undefined> {
    const entries: Entry[] = [];
    let address: string | undefined = this.endpoint + path;
    for (let page = 0; address !== undefined; page++) {
      if (page === mostPages)
        throw new CloudError(`${this.name} lists more than ${mostPages} pages at ${path}`);
      const answer: Entry | undefined = await this.ask(address);
      if (answer === undefined) return undefined;
      if (!Array.isArray(answer.value)) throw new CloudError(`${this.name} answered ${path} without a list`);
      entries.push(...(answer.value as Entry[]));
      address = this.nextPage(answer.nextLink ?? answer["@odata.nextLink"]);
    }
    return entries;
  }

  // The token is meant for this host alone.
  private nextPage(link: unknown): string | undefined {
    if (typeof link !== "string" || link === "") return undefined;
    if (new URL(link).origin === new URL(this.endpoint).origin) return link;
    throw new CloudError(`${this.name} continues a list at another host, ${new URL(link).host}`);
  }

  private async ask(url: string): Promise<Entry | undefined> {
    const token = await this.options.credential.getToken(`${this.endpoint}/.default`);
    if (!token) throw new CloudError("signing in to Entra ID gave no token");
    const { status, body } = await send(
      { url, headers: { authorization: `Bearer ${token.token}` }, limit: largestAnswer },
      this.options,
    );
    if (status === 404) return undefined;
    const answer = parsed(body);
    if (status === 200 && answer) return answer;
    const { code, message } = (answer?.error ?? {}) as { code?: string; message?: string };
    const reason = oneLine([status, code].filter(Boolean).join(" ") + (message ? `: ${message}` : ""));
    throw new CloudError(`${this.name} can't be read: ${reason}`, { status });
  }
}

function parsed(body: Buffer): Entry | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Entry) : undefined;
  } catch {
    return undefined;
  }
}
