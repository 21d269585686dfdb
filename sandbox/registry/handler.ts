import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessControl } from "./access";
import * as attributes from "./attributes";
import type { RegistryAuthority } from "./authority";
import * as blobs from "./blobs";
import type { RegistryContext } from "./context";
import { RegistryError } from "./errors";
import { Exchange } from "./exchange";
import * as listings from "./listings";
import * as manifests from "./manifests";
import { requireRepositoryName } from "./names";
import * as oauth from "./oauth";
import type { ManifestWriteLock, RegistryStore, RegistryView } from "./store";
import { RegistryTokens } from "./tokens";
import * as uploads from "./uploads";

export interface RegistryOptions {
  /** Registry name, as the authority and messages know it. */
  readonly name: string;
  /** Login server as clients reach it, with the port: `localhost:7444`. */
  readonly host: string;
  readonly store: RegistryStore;
  /** What a request finds of it, where that differs. */
  readonly shown?: () => RegistryView;
  readonly authority: RegistryAuthority;
  readonly manifestWriteLock: ManifestWriteLock;
}

type Endpoint = (
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  reference: string,
) => Promise<void> | void;

interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Endpoint>>;
}

const withAccess =
  (endpoint: (exchange: Exchange, access: AccessControl) => Promise<void>): Endpoint =>
  (context, exchange) =>
    endpoint(exchange, context.access);

// The first match counts. Names are checked behind them, so that a bad one is answered with its own error.
const routes: readonly Route[] = [
  { path: /^\/v2\/?$/, methods: { GET: ping } },
  { path: /^\/oauth2\/exchange$/, methods: { POST: withAccess(oauth.exchangeToken) } },
  {
    path: /^\/oauth2\/token$/,
    methods: { GET: withAccess(oauth.getToken), POST: withAccess(oauth.postToken) },
  },
  { path: /^\/(?:v2|acr\/v1)\/_catalog$/, methods: { GET: listings.listRepositories } },
  { path: /^\/v2\/(.+)\/tags\/list$/, methods: { GET: listings.listTags } },
  {
    path: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods: { GET: manifests.getManifest, PUT: manifests.putManifest, DELETE: manifests.deleteManifest },
  },
  { path: /^\/v2\/(.+)\/referrers\/([^/]+)$/, methods: { GET: manifests.listReferrers } },
  { path: /^\/v2\/(.+)\/blobs\/uploads\/?$/, methods: { POST: uploads.startUpload } },
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: {
      GET: uploads.uploadStatus,
      PATCH: uploads.uploadChunk,
      PUT: uploads.finishUpload,
      DELETE: uploads.cancelUpload,
    },
  },
  { path: /^\/v2\/(.+)\/blobs\/([^/]+)$/, methods: { GET: blobs.getBlob, DELETE: blobs.deleteBlob } },
  { path: /^\/acr\/v1\/(.+)\/_tags$/, methods: { GET: attributes.listTagAttributes } },
  {
    path: /^\/acr\/v1\/(.+)\/_tags\/([^/]+)$/,
    methods: { GET: attributes.showTag, PATCH: attributes.patchTag, DELETE: attributes.deleteTag },
  },
  { path: /^\/acr\/v1\/(.+)\/_manifests$/, methods: { GET: attributes.listManifestAttributes } },
  {
    path: /^\/acr\/v1\/(.+)\/_manifests\/([^/]+)$/,
    methods: { GET: attributes.showManifest, PATCH: attributes.patchManifest },
  },
  {
    path: /^\/acr\/v1\/(.+)$/,
    methods: {
      GET: attributes.showRepository,
      PATCH: attributes.patchRepository,
      DELETE: attributes.deleteRepository,
    },
  },
];

/** Answers the requests of one registry: OCI distribution 1.1, and Azure Container Registry's own API beside it. */
export function registryHandler(
  options: RegistryOptions,
): (req: IncomingMessage, res: ServerResponse) => void {
  const { name, host, store, authority, shown = () => store } = options;
  store.manifestWriteLock = options.manifestWriteLock;
  const access = new AccessControl(name, host, authority, new RegistryTokens(() => store.secret, host));
  return (request, response) => void respond({ host, store, shown: shown(), access }, request, response);
}

async function respond(
  context: RegistryContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
  try {
    await dispatch(context, new Exchange(request, response));
  } catch (error) {
    fail(response, error);
    // What is left of the body must be read, or the client would see a broken connection instead of the answer.
    request.resume();
  }
}

async function dispatch(context: RegistryContext, exchange: Exchange): Promise<void> {
  for (const { path, methods } of routes) {
    const match = path.exec(exchange.path);
    if (!match) continue;
    const method = exchange.request.method ?? "GET";
    const endpoint = methods[method === "HEAD" ? "GET" : method];
    if (!endpoint) {
      const headers = { Allow: Object.keys(methods).join(", ") };
      throw new RegistryError(405, "UNSUPPORTED", `${method} is not supported here`, { headers });
    }
    // Before anybody is asked to sign in: the challenge names the repository in a header.
    if (match[1] !== undefined) requireRepositoryName(match[1]);
    return endpoint(context, exchange, match[1], match[2]);
  }
  throw new RegistryError(404, "UNSUPPORTED", `there is nothing at ${exchange.path}`);
}

async function ping({ access }: RegistryContext, exchange: Exchange): Promise<void> {
  await access.authenticate(exchange);
  exchange.json(200, {});
}

function fail(response: ServerResponse, error: unknown): void {
  // A client that hung up, or an answer already begun: nobody is left to read an error.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const problem =
    error instanceof RegistryError ? error : new RegistryError(500, "UNKNOWN", unexpected(error));
  const body = JSON.stringify(problem.body);
  response.writeHead(problem.status, {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
    ...problem.options.headers,
  });
  response.end(body);
}

function unexpected(error: unknown): string {
  return `the registry failed: ${error instanceof Error ? error.message : String(error)}`;
}
