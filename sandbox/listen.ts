import { createServer, type Server } from "node:https";
import { createServer as createPlainServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../model/errors";
import type { ServerCertificate } from "./certificates";
import {
  guarded,
  refuseConnection,
  serverLimits,
  serverOptions,
  type Handler,
  type ServerLimits,
} from "./http/limits";
import type { Wording } from "./http/refusal";

/**
 * Serves TLS on a port of this machine. What is too large, too slow or malformed never reaches the handler and is refused in the
 * words of the plane.
 * @throws UserError (2) when the port is taken
 */
export async function serveTls(
  port: number,
  certificate: ServerCertificate,
  handler: Handler,
  wording: Wording,
  limits: ServerLimits = serverLimits,
): Promise<Server> {
  const server = createServer(
    { cert: certificate.cert, key: certificate.key, ...serverOptions(limits) },
    guarded(handler, wording, limits),
  );
  server.maxHeadersCount = limits.headerCount + 1;
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseConnection(error, socket, wording),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(port, error)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

/** Whether nothing listens on a port of this machine, now or within five seconds: what is just ending may still hold it. */
export async function becomesFree(port: number): Promise<boolean> {
  const isFree = (): Promise<boolean> =>
    new Promise((resolve) => {
      const server = createPlainServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
  for (let waited = 0; waited < 5_000; waited += 100) {
    if (await isFree()) return true;
    await sleep(100);
  }
  return false;
}

/** Ends a server with its open connections. */
export async function endServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function listenError(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return error;
  return new UserError({
    what: `port ${port} of this machine is ${error.code === "EADDRINUSE" ? "taken" : "not open to this user"}`,
    fix: "End what uses it, or give the sandbox another port",
    exitCode: 2,
  });
}
