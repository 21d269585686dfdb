import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Azure } from "../../../provider/azure/azure";
import type { Properties } from "../../../provider/properties";
import { providerServer } from "../../../provider/server";

/** A value as the engine sends and keeps a secret. */
export const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const isSecret = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(secret(0))[0] in value;

const struct = (values: Properties) => Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
const plain = (message: Struct | undefined) => message?.toJavaScript() as Properties;

/** The plugin over gRPC, as the engine speaks to one resource of it: secrets stay sealed. */
export async function pluginFor(azure: Azure, type: string) {
  const server = providerServer({ azure, cancel: () => undefined });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const urn = `urn:pulumi:release-v0.0.1::onestream::${type}::qa`;
  /** All that the plugin ever answered, errors too, as the engine may show it: secrets are left out. */
  const answers: string[] = [];
  const told = <T>(answer: T): T => {
    answers.push(JSON.stringify(answer, (_, value: unknown) => (isSecret(value) ? "[secret]" : value)));
    return answer;
  };
  const call = <Response>(method: string, request: unknown): Promise<Response> =>
    new Promise((resolve, reject) =>
      (client[method] as (request: unknown, done: grpc.requestCallback<Response>) => void).call(
        client,
        request,
        (error, response) => {
          if (error) reject(told(error));
          else resolve(response as Response);
        },
      ),
    );
  return {
    answers,
    stop() {
      client.close();
      server.forceShutdown();
    },
    async check(news: Properties, olds?: Properties) {
      const request = new proto.CheckRequest()
        .setUrn(urn)
        .setNews(struct(news))
        .setOlds(olds && struct(olds));
      const answer = await call<proto.CheckResponse>("check", request);
      return told({ inputs: plain(answer.getInputs()), failures: answer.toObject().failuresList });
    },
    async diff(olds: Properties, oldInputs: Properties, news: Properties) {
      const request = new proto.DiffRequest()
        .setUrn(urn)
        .setId("id")
        .setOlds(struct(olds))
        .setOldInputs(struct(oldInputs))
        .setNews(struct(news));
      const answer = await call<proto.DiffResponse>("diff", request);
      return told({ changes: answer.getDiffsList(), replaces: answer.getReplacesList() });
    },
    async create(inputs: Properties, preview = false) {
      const request = new proto.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setPreview(preview);
      const answer = await call<proto.CreateResponse>("create", request);
      return told({ id: answer.getId(), outputs: plain(answer.getProperties()) });
    },
    async update(news: Properties, olds: Properties, preview = false) {
      const request = new proto.UpdateRequest()
        .setUrn(urn)
        .setId("id")
        .setOlds(struct(olds))
        .setNews(struct(news))
        .setPreview(preview);
      return told(plain((await call<proto.UpdateResponse>("update", request)).getProperties()));
    },
    /** Undefined when the resource is gone. */
    async read(inputs: Properties, outputs: Properties) {
      const request = new proto.ReadRequest()
        .setUrn(urn)
        .setId("id")
        .setInputs(struct(inputs))
        .setProperties(struct(outputs));
      const answer = await call<proto.ReadResponse>("read", request);
      if (answer.getId() === "") return undefined;
      return told({ inputs: plain(answer.getInputs()), outputs: plain(answer.getProperties()) });
    },
    async remove(outputs: Properties) {
      await call("delete", new proto.DeleteRequest().setUrn(urn).setId("id").setProperties(struct(outputs)));
    },
  };
}
