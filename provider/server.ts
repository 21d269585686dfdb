import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Azure } from "./azure/azure";
import { oneLine } from "./errors";
import { decode, encode, type Properties } from "./properties";
import { changesBetween, type PropertyChange, type ResourceType, type State } from "./resource";
import { ImageImport } from "./resources/image-import";
import { ImageLock } from "./resources/image-lock";
import { ImageTag } from "./resources/image-tag";
import { ReleaseHistory } from "./resources/release-history";
import { RevocationProof } from "./resources/revocation-proof";
import { TokenPassword } from "./resources/token-password";

/** Version that the engine is told; the program that registers resources gives none. */
export const version = "0.1.0";

const schema = JSON.stringify({ name: "airlock", version });

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

export interface ServerOptions {
  readonly azure: Azure;
  /** Called when the engine cancels: stops what is under way. */
  readonly cancel: () => void;
}

/** The provider as the engine speaks to it. Nothing but the port of the returned server is the caller's business. */
export function providerServer({ azure, cancel }: ServerOptions): grpc.Server {
  const resources: Record<string, ResourceType> = {
    "airlock:index:ImageImport": new ImageImport(azure),
    "airlock:index:ImageLock": new ImageLock(azure),
    "airlock:index:ImageTag": new ImageTag(azure),
    "airlock:index:ReleaseHistory": new ReleaseHistory(),
    "airlock:index:RevocationProof": new RevocationProof(azure),
    "airlock:index:TokenPassword": new TokenPassword(azure),
  };
  const resource = (urn: string): ResourceType => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const found = resources[type];
    if (!found)
      throw new Error(`unknown resource type ${type}: airlock has ${Object.keys(resources).join(", ")}`);
    return found;
  };
  // The engine's limit, so that a stack with many properties is never cut off here.
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(ResourceProviderService, {
    ...unimplemented(),
    handshake: unary(handshake),
    getSchema: unary(() => new proto.GetSchemaResponse().setSchema(schema)),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(version)),
    attach: unary(() => new Empty()),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    // Where the provider signs in is no property of any resource: nothing is replaced for it.
    diffConfig: unary(() => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary(() => new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
    check: unary((request: proto.CheckRequest) => check(resource(request.getUrn()), request)),
    diff: unary((request: proto.DiffRequest) => diff(resource(request.getUrn()), request)),
    create: unary((request: proto.CreateRequest) => create(resource(request.getUrn()), request)),
    read: unary((request: proto.ReadRequest) => read(resource(request.getUrn()), request)),
    update: unary((request: proto.UpdateRequest) => update(resource(request.getUrn()), request)),
    delete: unary(async (request: proto.DeleteRequest) => {
      await resource(request.getUrn()).delete(decode(request.getProperties()).values);
      return new Empty();
    }),
    cancel: unary(() => {
      cancel();
      return new Empty();
    }),
  });
  return server;
}

function handshake(): proto.ProviderHandshakeResponse {
  return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
}

async function check(resource: ResourceType, request: proto.CheckRequest): Promise<proto.CheckResponse> {
  const news = decode(request.getNews());
  const olds = request.hasOlds() ? decode(request.getOlds()).values : undefined;
  const { inputs, failures } = await resource.check(olds, news.values);
  const response = new proto.CheckResponse().setInputs(encode(inputs, sealed(resource, news.secrets)));
  response.setFailuresList(
    failures.map(({ property, reason }) => new proto.CheckFailure().setProperty(property).setReason(reason)),
  );
  return response;
}

function diff(resource: ResourceType, request: proto.DiffRequest): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const olds = decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).values;
  const ignored = request.getIgnorechangesList();
  const changes = changesBetween(olds, decode(request.getNews()).values, resource.replaceOn).filter(
    ({ property }) => !ignored.includes(property),
  );
  const response = new proto.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changes.map(({ property }) => property))
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property))
    .setStablesList([...resource.replaceOn])
    .setDeletebeforereplace(resource.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) response.getDetaileddiffMap().set(change.property, propertyDiff(change));
  return response;
}

function propertyDiff({ kind, replaces }: PropertyChange): proto.PropertyDiff {
  const { Kind } = proto.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  return new proto.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(true);
}

async function create(resource: ResourceType, request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const { values, secrets } = decode(request.getProperties());
  if (request.getPreview()) {
    return new proto.CreateResponse().setProperties(
      encode(resource.preview(values), sealed(resource, secrets)),
    );
  }
  const { id, outputs } = await resource.create(values);
  return new proto.CreateResponse().setId(id).setProperties(encode(outputs, sealed(resource, secrets)));
}

async function read(resource: ResourceType, request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const outputs = decode(request.getProperties());
  const inputs = decode(request.getInputs());
  if (Object.keys(inputs.values).length === 0) {
    throw new Error(
      `${request.getId()} can't be adopted: declare it, an image that is already there is left as it is`,
    );
  }
  const found: State | undefined = await resource.read({ inputs: inputs.values, outputs: outputs.values });
  if (!found) return new proto.ReadResponse();
  const secrets = sealed(resource, [...inputs.secrets, ...outputs.secrets]);
  return new proto.ReadResponse()
    .setId(request.getId())
    .setProperties(encode(found.outputs, secrets))
    .setInputs(encode(found.inputs, secrets));
}

async function update(resource: ResourceType, request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const { values, secrets } = decode(request.getNews());
  const olds: Properties = decode(request.getOlds()).values;
  const outputs = request.getPreview() ? resource.preview(values, olds) : await resource.update(values, olds);
  return new proto.UpdateResponse().setProperties(encode(outputs, sealed(resource, secrets)));
}

/** What goes back as a secret: what came as one, and what is one. */
function sealed({ secrets = [] }: ResourceType, came: Iterable<string>): ReadonlySet<string> {
  return new Set([...came, ...secrets]);
}

/** Answers with the message of an error alone: stacks are for those who can change this code. */
function unary<Request, Response>(
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handler)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: oneLine(messageOf(error)) }),
      );
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The engine asks for methods that it can do without, and is content with this answer. */
function unimplemented(): grpc.UntypedServiceImplementation {
  const answer: grpc.handleUnaryCall<unknown, unknown> = (_call, callback) =>
    callback({ code: grpc.status.UNIMPLEMENTED, details: "airlock doesn't implement this method" });
  return Object.fromEntries(
    Object.entries(ResourceProviderService)
      .filter(([, method]) => !method.responseStream)
      .map(([name]) => [name, answer]),
  );
}
