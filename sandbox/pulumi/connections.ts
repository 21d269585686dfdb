import * as grpc from "@grpc/grpc-js";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import type { Properties } from "../azure/resource-type";
import type { Notice, ProviderModel } from "./handler";

// Pulumi's generated stubs have no types for their clients.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
  EngineClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => {
    log(
      request: engine.LogRequest,
      metadata: grpc.Metadata,
      options: grpc.CallOptions,
      done: () => void,
    ): void;
    close(): void;
  };
};

/**
 * Several providers of one program have the same server. Each comes by a connection of its own, which is all that tells them
 * apart: a request says nothing about the provider that it is meant for.
 */
export class Connections {
  private readonly configured = new Map<string, ProviderModel>();
  private readonly engines = new Map<string, string>();

  constructor(private readonly model: ProviderModel) {}

  /** The engine says where it takes messages for the user. */
  attach(connection: string, engineAddress: string): void {
    this.engines.set(connection, engineAddress);
  }

  async configure(connection: string, configuration: Properties): Promise<void> {
    const model = await this.model.configured?.(configuration);
    if (!model) return;
    this.configured.set(connection, model);
    if (model.notice) await this.tell(connection, model.notice);
  }

  modelOf(connection: string): ProviderModel {
    return this.configured.get(connection) ?? this.model;
  }

  private async tell(connection: string, { isWarning, text }: Notice): Promise<void> {
    const address = this.engines.get(connection);
    if (address === undefined) return;
    const client = new EngineClient(address, grpc.credentials.createInsecure());
    const request = new engine.LogRequest();
    request.setSeverity(isWarning ? engine.LogSeverity.WARNING : engine.LogSeverity.INFO);
    request.setMessage(text);
    // Whether it is heard decides about nothing.
    const deadline = Date.now() + 5_000;
    await new Promise<void>((resolve) => client.log(request, new grpc.Metadata(), { deadline }, resolve));
    client.close();
  }
}
