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
      return {
        request,
        status,
        headers: createHttpHeaders(headers),
        bodyAsText: json === undefined ? "" : JSON.stringify(json),
      };
    },
  };
  return { httpClient, calls, bodies };
}

export const credential = {
  getToken: async () => ({ token: "entra", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
