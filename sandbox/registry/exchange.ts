import type { IncomingMessage, ServerResponse } from "node:http";
import { RegistryError } from "./errors";

/** Largest form or JSON body accepted, in bytes. */
export const smallBodyLimit = 64 * 1024;

/** One request with its answer. */
export class Exchange {
  readonly query: URLSearchParams;
  /** Decoded path, without the query. */
  readonly path: string;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    this.path = decode(mark < 0 ? target : target.slice(0, mark));
    this.query = new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1));
  }

  /** Request header; several of a name are one text, as node joins them. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** Whole request body. @throws SIZE_INVALID (413) when it is longer than `limit` bytes. */
  async body(limit: number, what: string): Promise<Buffer> {
    const tooLarge = () => new RegistryError(413, "SIZE_INVALID", `${what} may have ${limit} bytes at most`);
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

  send(
    status: number,
    headers: Readonly<Record<string, string | number>> = {},
    body?: Buffer | string,
  ): void {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    this.response.writeHead(status, {
      ...(status === 204 || status === 304 ? {} : { "Content-Length": 0 }),
      ...length,
      ...headers,
    });
    this.response.end(body);
  }

  json(status: number, value: unknown, headers: Readonly<Record<string, string | number>> = {}): void {
    this.send(
      status,
      { "Content-Type": "application/json; charset=utf-8", ...headers },
      JSON.stringify(value),
    );
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RegistryError(400, "NAME_INVALID", "the path is not valid percent-encoding");
  }
}
