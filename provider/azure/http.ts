import { CloudError, cloudError, oneLine } from "../errors";
import { retry, retryAfter, Transient } from "../retry";

export interface HttpRequest {
  readonly url: string;
  readonly method?: "GET" | "PUT" | "POST";
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | URLSearchParams;
  /** Largest answer in bytes. */
  readonly limit: number;
  /** True where the answer must be the host's own: a redirect is then an answer like others. */
  readonly direct?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface HttpOptions {
  /** Ends every request when the plugin is told to stop. */
  readonly lifetime: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly fetch?: typeof fetch;
}

const attemptDeadline = 30_000;
const longestChain = 5;

/** Sends a request, again on 429, 5xx and dropped connections. @throws CloudError when no final answer comes. */
export function send(request: HttpRequest, options: HttpOptions): Promise<HttpResponse> {
  const doing = `${request.method ?? "GET"} ${withoutQuery(request.url)}`;
  return retry(async () => {
    const signal = AbortSignal.any([options.lifetime, AbortSignal.timeout(attemptDeadline)]);
    let response: HttpResponse;
    try {
      response = await follow(request, options.fetch ?? fetch, signal);
    } catch (error) {
      const failure = cloudError(doing, error);
      throw options.lifetime.aborted || error instanceof CloudError ? failure : new Transient(failure);
    }
    if (response.status === 429 || response.status >= 500) {
      const asked = retryAfter(response.headers.get("retry-after"));
      const fix = asked && `${new URL(request.url).host} asks to wait for ${Math.ceil(asked / 1000)} seconds`;
      const failure = new CloudError(`${doing} failed: ${response.status}`, {
        status: response.status,
        ...(fix && { fix }),
      });
      throw new Transient(failure, asked);
    }
    return response;
  }, options);
}

/** Follows redirects by hand: a blob on another host has a signed address and must not see our token. */
async function follow(
  request: HttpRequest,
  fetcher: typeof fetch,
  signal: AbortSignal,
): Promise<HttpResponse> {
  let url = new URL(request.url);
  let headers = { ...request.headers };
  for (let hop = 0; hop <= longestChain; hop++) {
    const response = await fetcher(url, {
      method: request.method ?? "GET",
      headers,
      body: request.body instanceof Buffer ? new Uint8Array(request.body) : request.body,
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (request.direct || ![301, 302, 303, 307, 308].includes(response.status) || !location) {
      const body = await read(response, request.limit, withoutQuery(url.href));
      return { status: response.status, headers: response.headers, body };
    }
    await response.body?.cancel();
    // What is sent along, a token to exchange above all, was meant for the host that was asked.
    if ((request.method ?? "GET") !== "GET") {
      throw new CloudError(`${withoutQuery(url.href)} redirects a ${request.method}, which is not followed`);
    }
    const next = new URL(location, url);
    if (next.protocol !== "https:")
      throw new CloudError(`${url.host} redirects to ${next.protocol}//${next.host}`);
    if (next.host !== url.host) headers = omit(headers, "authorization");
    url = next;
  }
  throw new CloudError(`${withoutQuery(request.url)} redirects more than ${longestChain} times`);
}

async function read(response: Response, limit: number, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw new CloudError(`${url} is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function omit(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}

/** A signed address carries its secret in the query. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*$/, "");
}

/** Code and message of a registry's error, when the answer has them. */
export function refusalIn(body: Buffer): string | undefined {
  try {
    const { errors } = JSON.parse(body.toString("utf8")) as {
      errors?: { code?: string; message?: string }[];
    };
    const first = errors?.[0];
    return first?.code && oneLine([first.code, first.message].filter(Boolean).join(": "));
  } catch {
    return undefined;
  }
}
