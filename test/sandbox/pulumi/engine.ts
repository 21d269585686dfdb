import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Properties } from "../../../sandbox/azure/resource-type";
import { empty, fromStruct, toStruct } from "../../../sandbox/pulumi/messages";

// The generated stubs have no types for their clients.
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: grpc.ServiceClientConstructor;
};

/** The calls that the engine makes, in plain objects. */
export class Engine {
  private readonly client: grpc.Client & Record<string, Function>;

  constructor(port: number) {
    const credentials = grpc.credentials.createInsecure();
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials);
  }

  async version(): Promise<string> {
    return ((await this.call("getPluginInfo", empty())) as { getVersion(): string }).getVersion();
  }

  async check(type: string, news: Properties): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new messages.CheckRequest();
    request.setUrn(urn(type));
    request.setNews(toStruct(news));
    const response = (await this.call("check", request)) as messages.CheckResponse;
    const failures = response.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`);
    return { inputs: fromStruct(response.getInputs()), failures };
  }

  async create(
    type: string,
    inputs: Properties,
    preview = false,
  ): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(type));
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    const response = (await this.call("create", request)) as messages.CreateResponse;
    return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
  }

  async diff(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: string[]; replaces: string[]; deleteBeforeReplace: boolean }> {
    const request = new messages.DiffRequest();
    request.setUrn(urn(type));
    request.setId(id);
    request.setOldInputs(toStruct(olds));
    request.setNews(toStruct(news));
    const response = (await this.call("diff", request)) as messages.DiffResponse;
    return {
      changes: [
        ...response
          .getDetaileddiffMap()
          .getEntryList()
          .map(([path]) => path),
      ].sort(),
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async read(type: string, id: string, given?: Properties): Promise<{ id: string; inputs: Properties }> {
    const request = new messages.ReadRequest();
    request.setUrn(urn(type));
    request.setId(id);
    if (given) request.setInputs(toStruct(given));
    const response = (await this.call("read", request)) as messages.ReadResponse;
    return { id: response.getId(), inputs: fromStruct(response.getInputs()) };
  }

  async update(
    type: string,
    id: string,
    olds: Properties,
    news: Properties,
    preview = false,
  ): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setUrn(urn(type));
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    request.setPreview(preview);
    return fromStruct(((await this.call("update", request)) as messages.UpdateResponse).getProperties());
  }

  async delete(type: string, id: string): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urn(type));
    request.setId(id);
    await this.call("delete", request);
  }

  close(): void {
    this.client.close();
  }

  private call(method: string, request: unknown): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.client[method](request, (error: grpc.ServiceError | null, response: unknown) =>
        error ? reject(new Error(error.details)) : resolve(response),
      ),
    );
  }
}

const urn = (type: string): string => `urn:pulumi:dev::onestream::${type}::name`;
