import * as grpc from "@grpc/grpc-js";
import { azureFrom, limited } from "./azure/client";
import { watchEngine } from "./engine-watch";
import { providerServer } from "./server";

const stop = new AbortController();
const server = providerServer({
  azure: limited(azureFrom(process.env, stop.signal)),
  cancel: () => stop.abort(new Error("cancelled by the engine")),
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`the airlock provider can't listen: ${error.message}\n`);
    process.exit(1);
  }
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});

watchEngine(() => process.exit(0));
