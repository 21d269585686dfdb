import type { IncomingMessage, ServerResponse } from "node:http";
import { ArmError, badRequest } from "../azure/arm-error";

const bodyLimit = 1024 * 1024;

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
    this.url = new URL(request.url ?? "/", endpoint);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The text of `Authorization: Bearer …`. */
  bearer(): string | undefined {
    return /^Bearer\s+(\S+)$/i.exec(this.header("authorization") ?? "")?.[1];
  }

  /** @throws ArmError 400, 413 */
  async json(): Promise<Record<string, unknown>> {
    const text = (await this.body()).toString("utf8");
    if (text === "") return {};
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>;
    } catch {
      // Answered below, like any other body that is no object.
    }
    throw badRequest(
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized.",
    );
  }

  async form(): Promise<URLSearchParams> {
    return new URLSearchParams((await this.body()).toString("utf8"));
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

  private async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bodyLimit)
        throw new ArmError(413, "RequestContentTooLarge", `The body is longer than ${bodyLimit} bytes.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
