import type { IncomingMessage, ServerResponse } from "node:http";
import { ArmError } from "../azure/arm-error";
import { withFaults, type Server } from "../faults/network";
import type { Sandbox } from "../sandbox";
import { serveAccessReview } from "./access-review";
import { ArmEndpoint } from "./arm";
import { serveControl, type Process } from "./control";
import { serveEntra } from "./entra";
import { Exchange } from "./exchange";
import { serveGitHub } from "./github";
import { serveGraph } from "./graph";
import { serveMetadata } from "./metadata";
import { faultWording, respond } from "./respond";

/** Answers everything that has no host of its own: ARM, Entra, Graph, GitHub, clusters' reviews and the control API. */
export function azureEndpoint(
  current: () => Sandbox,
  process: Process,
): (request: IncomingMessage, response: ServerResponse) => void {
  const arm = new ArmEndpoint();
  const faults = () => current().faults;
  return withFaults(faults, azure, (request, response) => {
    const sandbox = current();
    const exchange = new Exchange(request, response, sandbox.endpoint);
    respond(exchange, async () => {
      const answered =
        (await serveControl(sandbox, exchange, process)) ||
        (await serveGraph(sandbox, exchange)) ||
        (await serveGitHub(sandbox, exchange)) ||
        (await serveAccessReview(sandbox, exchange)) ||
        serveMetadata(sandbox, exchange) ||
        (await arm.serve(sandbox, exchange)) ||
        (await serveEntra(sandbox, exchange));
      if (!answered) throw new ArmError(404, "NotFound", `There is nothing at '${exchange.url.pathname}'.`);
    });
  });
}

const azure: Server = {
  plane(path) {
    const [, first] = path.toLowerCase().split("/");
    // Whoever switched a fault on must be able to switch it off; an API server's questions are nobody's calls.
    if (first === "sandbox" || first === "kubernetes") return undefined;
    if (first === "graph" || first === "github") return first;
    return first === "subscriptions" ? "arm" : "token";
  },
  refusal: faultWording,
};
