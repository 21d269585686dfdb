import { ArmError } from "../azure/arm-error";
import type { Exchange } from "./exchange";
import { azureWording, refusalOf } from "./refusal";

/** Answers a request, and with an error in Azure's words where that fails. */
export function respond(exchange: Exchange, answer: () => Promise<void>): void {
  answer().catch((error: unknown) => {
    if (exchange.response.headersSent) exchange.response.destroy();
    else if (error instanceof ArmError) exchange.reply(error.status, error);
    else {
      const refusal = refusalOf(error);
      exchange.reply(refusal.status, azureWording(refusal, exchange.url.pathname));
    }
  });
}

/** What a fault of the network makes Azure say. */
export function faultWording(code: "busy" | "failed"): ArmError {
  return code === "busy"
    ? new ArmError(429, "TooManyRequests", "The request was throttled.")
    : new ArmError(500, "InternalServerError", "The server failed.");
}
