import { Readable } from "node:stream";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
}

/** The network under an official Azure client: answers by the caller's rule, and keeps what was asked. */
export function scripted(answer: (call: string) => Answer) {
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const url = new URL(request.url);
      const call = `${request.method} ${url.pathname}`;
      calls.push(call);
      if (typeof request.body === "string" && request.body.startsWith("{"))
        bodies.push(JSON.parse(request.body));
      const { status, headers, json } = answer(call);
      const text = json === undefined ? "" : JSON.stringify(json);
      // What the client wants to read as a stream it would not find in the text.
      const streamed =
        request.streamResponseStatusCodes?.has(status) || request.streamResponseStatusCodes?.has(Infinity);
      return {
        request,
        status,
        headers: createHttpHeaders(headers),
        ...(streamed ? { readableStreamBody: Readable.from([Buffer.from(text)]) } : { bodyAsText: text }),
      };
    },
  };
  return { httpClient, calls, bodies };
}

export const credential = {
  getToken: async () => ({ token: "entra", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
