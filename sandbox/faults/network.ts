import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { kinds, type Fault, type Plane } from "./fault";
import type { Faults } from "./faults";
import { matches } from "./pattern";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What a server has to say for itself. */
export interface Server {
  /** Undefined where no fault may strike. */
  plane(path: string): Plane | undefined;
  /** Body of a refusal, as this server words them. */
  refusal(code: "busy" | "failed"): unknown;
}

/** Lets faults of the network strike before a server's own handler comes to a request. */
export function withFaults(faults: () => Faults, server: Server, handler: Handler): Handler {
  return (request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/s, "");
    const plane = server.plane(path);
    if (plane === undefined || faults().list().length === 0) return handler(request, response);
    void strike(faults(), server, { request, response, plane, path }).then((goesOn) => {
      if (goesOn) handler(request, response);
    });
  };
}

interface Struck {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly plane: Plane;
  readonly path: string;
}

/** False when the request has had its end. */
async function strike(faults: Faults, server: Server, struck: Struck): Promise<boolean> {
  const { request, response } = struck;
  for (const { kind, seconds = 0 } of faults.striking((fault) => isMeant(fault, struck))) {
    if (kind === "latency") await sleep(seconds * 1000);
    if (kind === "drop-before") request.socket.destroy();
    if (kind === "drop-after") loseAnswer(struck);
    if (kind === "throttle") refuse(struck, 429, server.refusal("busy"), { "retry-after": String(seconds) });
    if (kind === "error") refuse(struck, 500, server.refusal("failed"));
    if (kind !== "latency") return kind === "drop-after";
  }
  return !response.destroyed;
}

function isMeant({ kind, on, match }: Fault, { request, plane, path }: Struck): boolean {
  if (kinds[kind].strikes !== "requests") return false;
  if (on !== undefined && on !== plane) return false;
  return match === undefined || matches(match, request.method ?? "GET", path);
}

function refuse(
  { request, response }: Struck,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
  // What is left of the body must be read, or the client would see a broken connection instead of the answer.
  request.resume();
}

/** The handler does its work, and the connection drops with what it would have answered. */
function loseAnswer({ request, response }: Struck): void {
  response.write = () => true;
  response.end = () => {
    request.socket.destroy();
    return response;
  };
}
