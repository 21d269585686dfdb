import { spawn } from "node:child_process";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { checkout } from "../support/sandbox";

/** The provider as the engine runs it: a process of its own, spoken to over gRPC. */
export interface ProviderProcess {
  /** `create` of an `ImageImport`, to its end. */
  createImport(inputs: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): void;
}

export async function startProvider(env: NodeJS.ProcessEnv): Promise<ProviderProcess> {
  const child = spawn(join(checkout, "provider/pulumi-resource-airlock"), [], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((told, failed) => {
    child.stdout.once("data", (line: Buffer) => told(line.toString().trim()));
    child.once("error", failed);
    child.once("exit", (code) =>
      failed(new Error(`the provider ended with exit code ${code} before it listened`)),
    );
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return {
    createImport(inputs) {
      const request = new proto.CreateRequest()
        .setUrn("urn:pulumi:staging::onestream::airlock:index:ImageImport::one")
        .setProperties(Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>));
      type Create = (request: proto.CreateRequest, done: grpc.requestCallback<unknown>) => void;
      return new Promise((done, failed) =>
        (client.create as Create).call(client, request, (error) => (error ? failed(error) : done())),
      );
    },
    stop() {
      client.close();
      child.kill();
    },
  };
}
