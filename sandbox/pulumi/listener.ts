import * as grpc from "@grpc/grpc-js";
import type { Caller } from "../azure/resource-type";
import type { ProviderModel } from "./handler";
import { providerService } from "./provider-service";

// Pulumi's generated stubs have no types for their service definitions.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: grpc.ServiceDefinition;
};

/** A listening provider; `port` goes into `PULUMI_DEBUG_PROVIDERS`. */
export interface Listener {
  readonly port: number;
  close(): void;
}

/** Serves a provider on a free port of this machine: whoever connects acts as `caller`. */
export async function listen(model: ProviderModel, caller: Caller): Promise<Listener> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(ResourceProviderService, providerService(model, caller));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
