import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { answerText, type Refusal, type Wording } from "./refusal";

/** What a server takes before it refuses. */
export interface ServerLimits {
  /** Bytes of the request line and all headers together. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** Milliseconds until the handshake is done, the headers are there, and the whole request is. */
  readonly handshakeTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Milliseconds that a client may go on sending a body that was refused. */
  readonly lingerTimeout: number;
  /** Milliseconds between two looks at who is late. */
  readonly checkInterval: number;
}

/** A layer comes in one request: its five minutes are for 8 GiB from this machine, and a client that stalls ends with them. */
export const serverLimits: ServerLimits = {
  headerBytes: 32 * 1024,
  headerCount: 100,
  handshakeTimeout: 10_000,
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  lingerTimeout: 10_000,
  checkInterval: 5_000,
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The limits as node's server takes them. */
export function serverOptions(limits: ServerLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    handshakeTimeout: limits.handshakeTimeout,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: limits.checkInterval,
  };
}

/** The handler for requests that are well-formed; the others are refused in the plane's own words. */
export function guarded(handler: Handler, wording: Wording, limits: ServerLimits): Handler {
  return (request, response) => {
    response.once("finish", () => linger(request, limits.lingerTimeout));
    const refusal = refusalOf(request, limits);
    if (!refusal) return handler(request, response);
    const body = JSON.stringify(wording(refusal, request.url ?? ""));
    response.writeHead(refusal.status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };
}

/** Answers a connection on which no request could be read: `clientError` of node's server. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, wording: Wording): void {
  const { code = "" } = error;
  const refusal = connectionRefusals[code] ?? (code.startsWith("HPE_") ? malformed : undefined);
  // Of an answer that has begun, ours would become a part.
  const { _httpMessage: begun } = socket as Socket & { _httpMessage?: ServerResponse };
  // Without a refusal it is TLS that failed, or the client is gone.
  if (!refusal || !socket.writable || begun?.headersSent) {
    socket.destroy();
    return;
  }
  socket.end(answerText(refusal.status, wording(refusal, "")), () => socket.destroy());
}

// A client that is cut off at once sees a broken connection in place of the answer; node reads away what it still sends.
function linger(request: IncomingMessage, milliseconds: number): void {
  if (request.complete) return;
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, milliseconds).unref();
}

const malformed: Refusal = { status: 400, text: "The request is malformed." };
const connectionRefusals: Readonly<Record<string, Refusal | undefined>> = {
  HPE_HEADER_OVERFLOW: { status: 431, text: "The request's headers are too large." },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, text: "The extensions of the body's chunks are too large." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: "The request did not arrive in time." },
};

function refusalOf(
  { url = "", rawHeaders }: IncomingMessage,
  { headerCount }: ServerLimits,
): Refusal | undefined {
  if (rawHeaders.length / 2 > headerCount)
    return { status: 431, text: `The request has more than ${headerCount} headers.` };
  if (!url.startsWith("/")) return { status: 400, text: "The request's target is not a path." };
  if (!isPath(url.split("?", 1)[0]))
    return { status: 400, text: "The request's path is not valid percent-encoded UTF-8 text." };
  return undefined;
}

/** True for a path of printable characters, as they are or percent-encoded. */
function isPath(path: string): boolean {
  try {
    return /^[!-~]*$/.test(path) && !/\p{Cc}/u.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}
