import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../model/errors";
import type { Places } from "./places";

/** The engine that set-up found or built. */
export interface Engine {
  /** Folder with `pulumi` and its language hosts. */
  readonly engineDirectory: string;
  /** The Node that runs programs. */
  readonly node: string;
}

/** Somebody signed in to the sandbox. */
export interface Session {
  readonly clientId: string;
  readonly tenantId: string;
  /** Federated token that Entra exchanges. */
  readonly assertion: string;
  /** Name of a provider → port of its gRPC server for this identity. */
  readonly providers: Readonly<Record<string, number>>;
}

/** The passphrase of the sandbox's stacks. It guards nothing: the sandbox holds no secret worth keeping. */
export const sandboxPassphrase = "sandbox";

/**
 * The engine of this checkout.
 * @throws UserError (exit 2) before set-up ran.
 */
export function findEngine(places: Places): Engine {
  const record = join(places.checkout, ".build/setup.json");
  const missing = (why: string): UserError =>
    new UserError({
      what: `there is no Pulumi engine: ${why}`,
      where: record,
      fix: "Run npm start once; it sets everything up",
      exitCode: 2,
    });
  if (!existsSync(record)) throw missing("set-up has not run");
  const engine = JSON.parse(readFileSync(record, "utf8")) as Engine;
  if (!existsSync(join(engine.engineDirectory, "pulumi")))
    throw missing(`${engine.engineDirectory} has no pulumi`);
  return engine;
}

/** Variables with which `pulumi` finds its parts and the workspace's state; `PATH` holds only what goes in front. */
export function backendEnvironment(places: Places, engine: Engine): Record<string, string> {
  mkdirSync(places.state, { recursive: true });
  return {
    PATH: [join(places.checkout, "node_modules/.bin"), engine.engineDirectory].join(delimiter),
    PULUMI_HOME: places.pulumiHome,
    PULUMI_BACKEND_URL: pathToFileURL(places.state).href,
    PULUMI_CONFIG_PASSPHRASE: sandboxPassphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The providers of the sandbox run already: the engine would look for their plugins on the internet before each run.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    NODE_COMPILE_CACHE: places.compiled,
    AIRLOCK_HOME: places.home,
  };
}

/**
 * Variables with which plain `pulumi` works against the sandbox, as one identity.
 * Writes the identity's token, readable by this user alone.
 */
export function engineEnvironment(
  places: Places,
  engine: Engine,
  sandbox: { readonly endpoint: string; readonly identity: string; readonly session: Session },
): Record<string, string> {
  const { endpoint, identity, session } = sandbox;
  const certificate = join(places.sandbox, "ca.pem");
  return {
    ...backendEnvironment(places, engine),
    AIRLOCK_PORT: new URL(endpoint).port,
    PULUMI_DEBUG_PROVIDERS: Object.entries(session.providers)
      .map(([name, port]) => `${name}:${port}`)
      .join(","),
    AZURE_TENANT_ID: session.tenantId,
    AZURE_CLIENT_ID: session.clientId,
    AZURE_FEDERATED_TOKEN_FILE: writeToken(places, identity, session.assertion),
    AZURE_AUTHORITY_HOST: endpoint,
    AIRLOCK_ARM_ENDPOINT: endpoint,
    AIRLOCK_GRAPH_ENDPOINT: `${endpoint}/graph`,
    NODE_EXTRA_CA_CERTS: certificate,
    SSL_CERT_FILE: certificate,
    REQUESTS_CA_BUNDLE: certificate,
  };
}

/** The variables on top of an environment, for a child process. */
export function withEngine(base: NodeJS.ProcessEnv, engine: Record<string, string>): NodeJS.ProcessEnv {
  return { ...base, ...engine, PATH: [engine.PATH, base.PATH ?? ""].join(delimiter) };
}

/** The variables as lines for `eval` in any POSIX shell; `PATH` goes in front of the present one. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}${name === "PATH" ? `${delimiter}"$PATH"` : ""}\n`)
    .join("");
}

/** One word for a POSIX shell, whatever it contains. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

function writeToken(places: Places, identity: string, assertion: string): string {
  const directory = join(places.home, "tokens");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = encodeURIComponent(identity);
  const file = join(directory, `${name}.jwt`);
  // In one step: another run of the same identity may be reading it. `mode` counts for new files only.
  const draft = join(directory, `.${name}.${process.pid}.jwt`);
  writeFileSync(draft, assertion, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return file;
}
