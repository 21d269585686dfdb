import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Caller, Properties } from "../azure/resource-type";
import { Connections } from "./connections";
import { changesBetween, project } from "./diff";
import { unknownValue, type CheckFailure, type ProviderModel, type ResourceHandler } from "./handler";
import { empty, fromStruct, toStruct } from "./messages";
import { carried, Unfinished } from "./unfinished";

/** Characters of an error's message; each may become three when it is encoded. */
const detailsLimit = 4000;

type Method<Request> = (request: Request, connection: string) => unknown;

/** The gRPC service of a provider, as one identity sees it. */
export function providerService(model: ProviderModel, caller: Caller): grpc.UntypedServiceImplementation {
  const connections = new Connections(model);
  const handlerOf = (urn: string, connection: string): ResourceHandler => {
    const token = typeOf(urn);
    const configured = connections.modelOf(connection);
    const handler = configured.handler(token);
    if (handler) return handler;
    throw new Error(unknownType(configured, token));
  };
  const plan = async (handler: ResourceHandler, inputs: Properties): Promise<void> => {
    if (handler.plan && !JSON.stringify(inputs).includes(unknownValue)) await handler.plan(caller, inputs);
  };
  return {
    attach: unary((request: plugin.PluginAttach, connection) => {
      connections.attach(connection, request.getAddress());
      return empty();
    }),
    cancel: unary(() => empty()),
    getPluginInfo: unary(() => {
      const response = new plugin.PluginInfo();
      response.setVersion(model.version);
      return response;
    }),
    getSchema: unary(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: messages.CheckRequest) => checked(fromStruct(request.getNews()), [])),
    // What else it is configured with decides about nothing, so no change of that touches a resource.
    diffConfig: unary((request: messages.DiffRequest) => {
      const [olds, news] = [fromStruct(request.getOldInputs()), fromStruct(request.getNews())];
      const replaces = (model.replaceConfigurationOn ?? []).filter((name) => olds[name] !== news[name]);
      const response = new messages.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      response.setChanges(replaces.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setReplacesList(replaces);
      return response;
    }),
    configure: unary(async (request: messages.ConfigureRequest, connection) => {
      await connections.configure(connection, fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      // The engine then keeps secrets for itself and marks the outputs that came from secret inputs.
      response.setAcceptsecrets(false);
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: messages.CheckRequest) => {
      const token = typeOf(request.getUrn());
      const handler = model.handler(token);
      const inputs = fromStruct(request.getNews());
      if (!handler) return checked(inputs, [{ property: "", reason: unknownType(model, token) }]);
      const circumstances = {
        name: request.getName() || nameOf(request.getUrn()),
        seed: request.getRandomseed_asU8(),
        ...(request.hasOlds() && { olds: fromStruct(request.getOlds()) }),
      };
      const complete = handler.complete?.(inputs, circumstances) ?? inputs;
      return checked(complete, handler.check(complete));
    }),
    diff: unary((request: messages.DiffRequest, connection) => {
      return diffed(handlerOf(request.getUrn(), connection), request);
    }),
    create: unary(async (request: messages.CreateRequest, connection) => {
      const handler = handlerOf(request.getUrn(), connection);
      const inputs = fromStruct(request.getProperties());
      const response = new messages.CreateResponse();
      if (request.getPreview()) {
        await plan(handler, inputs);
        response.setProperties(toStruct(planned(handler, inputs)));
        return response;
      }
      const { id, outputs } = await handler.create(caller, inputs);
      response.setId(id);
      response.setProperties(toStruct(outputs));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest, connection) => {
      const handler = handlerOf(request.getUrn(), connection);
      const found = await handler.read(caller, request.getId());
      const response = new messages.ReadResponse();
      if (!found) return response;
      const given = request.hasInputs() ? fromStruct(request.getInputs()) : {};
      const untold = Object.fromEntries((handler.unread ?? []).map((name) => [name, given[name]]));
      const inputs =
        Object.keys(given).length > 0
          ? (project(given, { ...found.inputs, ...untold }) as Properties)
          : found.inputs;
      response.setId(found.id);
      response.setProperties(toStruct(found.outputs));
      response.setInputs(toStruct(inputs));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest, connection) => {
      const handler = handlerOf(request.getUrn(), connection);
      const inputs = fromStruct(request.getNews());
      const former = { inputs: fromStruct(request.getOldInputs()), ignored: request.getIgnorechangesList() };
      if (request.getPreview()) await plan(handler, inputs);
      const outputs = request.getPreview()
        ? planned(handler, inputs, fromStruct(request.getOlds()))
        : await handler.update(caller, request.getId(), inputs, former);
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(outputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest, connection) => {
      const handler = handlerOf(request.getUrn(), connection);
      await handler.delete(caller, request.getId(), fromStruct(request.getProperties()));
      return empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const result = await model.invoke(caller, request.getTok(), fromStruct(request.getArgs()));
      if (!result) throw new Error(`the sandbox does not know the function '${request.getTok()}'`);
      const response = new messages.InvokeResponse();
      response.setReturn(toStruct(result));
      return response;
    }),
  };
}

function diffed(handler: ResourceHandler, request: messages.DiffRequest): messages.DiffResponse {
  const news = fromStruct(request.getNews());
  const olds = fromStruct(request.getOldInputs());
  const changes = changesBetween(olds, news);
  const decider = (path: string): string | undefined =>
    handler.replaceOn.find((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
  const replaces = [...new Set(changes.flatMap(({ path }) => decider(path) ?? []))];
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const response = new messages.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(replaces);
  response.setDiffsList([...new Set(changes.map(({ property }) => property))]);
  response.setHasdetaileddiff(true);
  for (const { path, kind } of changes) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kinds[kind][decider(path) === undefined ? 0 : 1]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  // Two resources can't have one id: the old one goes first, also when the engine replaces for reasons of its own.
  response.setDeletebeforereplace(handler.idOf?.(news)?.toLowerCase() === request.getId().toLowerCase());
  return response;
}

/** What is known before the cloud acts: the inputs, and of what the cloud decides that which it decided before. */
function planned(handler: ResourceHandler, inputs: Properties, olds: Properties = {}): Properties {
  return handler.computed.reduce((outputs, path) => withDecided(outputs, path.split("."), olds), inputs);
}

function withDecided(outputs: Properties, [name, ...rest]: readonly string[], olds: Properties): Properties {
  const [stated, old] = [outputs[name], olds[name]];
  if (rest.length === 0) return { ...outputs, [name]: stated ?? old ?? unknownValue };
  if (!isObject(stated)) return outputs;
  return { ...outputs, [name]: withDecided(stated, rest, isObject(old) ? old : {}) };
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

function checked(inputs: Properties, failures: readonly CheckFailure[]): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function typeOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function unknownType(model: ProviderModel, token: string): string {
  return `the sandbox does not know the type '${token}'; of ${model.name} it knows ${model.tokens.join(", ")}`;
}

// It travels in a header, and a client drops the whole answer when that is larger than 16 KiB.
function shortened(message: string): string {
  return message.length > detailsLimit ? `${message.slice(0, detailsLimit)}…` : message;
}

function unary<Request>(method: Method<Request>): grpc.handleUnaryCall<Request, unknown> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => method(call.request, call.getPeer()))
      .then((response) => callback(null, response))
      .catch((error: Error) =>
        callback(
          error instanceof Unfinished
            ? carried(error)
            : { code: grpc.status.UNKNOWN, details: shortened(error.message) },
        ),
      );
  };
}
