import type { IncomingMessage, ServerResponse } from "node:http";
import { ArmError } from "../azure/arm-error";
import type { Sandbox } from "../sandbox";
import { ArmEndpoint } from "./arm";
import { serveControl, type Process } from "./control";
import { serveEntra } from "./entra";
import { Exchange } from "./exchange";
import { serveGraph } from "./graph";
import { serveKeyVault } from "./key-vault";
import { serveMetadata } from "./metadata";

/** Answers everything that is not a registry: ARM, Entra, Graph, Key Vault and the control API. */
export function azureEndpoint(
  current: () => Sandbox,
  process: Process,
): (request: IncomingMessage, response: ServerResponse) => void {
  const arm = new ArmEndpoint();
  return (request, response) => {
    const sandbox = current();
    const exchange = new Exchange(request, response, sandbox.endpoint);
    respond(exchange, async () => {
      const answered =
        (await serveControl(sandbox, exchange, process)) ||
        (await serveKeyVault(sandbox, exchange)) ||
        (await serveGraph(sandbox, exchange)) ||
        serveMetadata(sandbox, exchange) ||
        (await arm.serve(sandbox, exchange)) ||
        (await serveEntra(sandbox, exchange));
      if (!answered) throw new ArmError(404, "NotFound", `There is nothing at '${exchange.url.pathname}'.`);
    });
  };
}

function respond(exchange: Exchange, answer: () => Promise<void>): void {
  answer().catch((error: unknown) => {
    const problem =
      error instanceof ArmError ? error : new ArmError(500, "InternalServerError", (error as Error).message);
    if (exchange.response.headersSent) exchange.response.destroy();
    else exchange.reply(problem.status, problem);
  });
}
