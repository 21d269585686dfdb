import type { IncomingMessage, ServerResponse } from "node:http";
import { readJsonObject } from "./json";
import { RefusedRequest } from "./refusal";

/** Most bytes of a body: ARM's own limit for a request, and a generous one for a form. */
const bodyLimit = 4 * 1024 * 1024;
const formLimit = 64 * 1024;

/** One request and its answer. */
export class Exchange {
  readonly method: string;
  /** Path with its query. */
  readonly url: URL;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    endpoint: string,
  ) {
    this.method = request.method ?? "GET";
    // Put together as text: what begins with two slashes names no other host here.
    this.url = new URL(`${endpoint}${request.url ?? "/"}`);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The text of `Authorization: Bearer …`. */
  bearer(): string | undefined {
    return /^Bearer\s+(\S+)$/i.exec(this.header("authorization") ?? "")?.[1];
  }

  /** The object in the body; an empty one when there is no body. @throws RefusedRequest 400, 413, 415 */
  async json(): Promise<Record<string, unknown>> {
    const bytes = await this.body(bodyLimit);
    if (bytes.length === 0) return {};
    const type = this.header("content-type");
    if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type ?? "")) {
      throw new RefusedRequest({
        status: 415,
        text: `The content media type '${type ?? "<null>"}' is not supported. Only 'application/json' is supported.`,
      });
    }
    return readJsonObject(bytes);
  }

  /** @throws RefusedRequest 413 */
  async form(): Promise<URLSearchParams> {
    return new URLSearchParams((await this.body(formLimit)).toString("utf8"));
  }

  reply(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): void {
    const text = body === undefined ? "" : JSON.stringify(body);
    this.response.writeHead(status, {
      ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
      "content-length": Buffer.byteLength(text),
      ...headers,
    });
    this.response.end(text);
  }

  private async body(limit: number): Promise<Buffer> {
    const tooLarge = () =>
      new RefusedRequest({
        status: 413,
        text: `The request content size exceeds the maximum size of ${limit} bytes.`,
      });
    if (Number(this.header("content-length") ?? 0) > limit) throw tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
