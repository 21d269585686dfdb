import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { leaksOf } from "./secrets";

/** Folder of the checkout. */
export const checkout = resolve(__dirname, "../..");
/** The project's own Node. */
export const node = join(checkout, "node_modules/.bin/node");
const commandLine = join(checkout, ".build/airlock.js");

/** How a program ended, and what it wrote. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, as they came. */
  readonly output: string;
}

export interface RunOptions {
  /** Identity or group that runs it; for `airlock` nobody, for `pulumi` the platform unless given. */
  readonly as?: string;
  /** Folder; for `airlock` the checkout, for `pulumi` the sandbox's workspace unless given. */
  readonly cwd?: string;
  /** Variables on top; `undefined` takes one away. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with all that it printed so far and its process id, e.g. to kill it halfway. */
  readonly watch?: (output: string, pid: number) => void;
}

/**
 * A sandbox for one test file: a temporary home, ports of its own, the built command line and the real engine.
 * Nothing of it runs until `airlock sandbox start` or the story does; `remove` in `afterAll` leaves nothing behind.
 */
export class TestSandbox {
  /** `AIRLOCK_HOME`. */
  readonly home = mkdtempSync(join(tmpdir(), "airlock-e2e-"));
  readonly workspace = join(this.home, "workspace");
  /** Everything that commands of this sandbox printed, to search it for what must not be there. */
  readonly printed: string[] = [];
  private readonly sessions = new Map<string, Promise<Record<string, string>>>();

  /** @param port port of the sandbox's Azure; its registries follow. */
  constructor(readonly port: number) {}

  /** `airlock …`. */
  async airlock(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { as, cwd = checkout } = options;
    // The providers have other ports in the next one.
    if (args[0] === "sandbox" && args[1] === "stop") this.sessions.clear();
    const env = as === undefined ? this.outerEnvironment() : await this.environmentOf(as);
    return this.remember(
      await run(node, [commandLine, ...args], { ...options, cwd, env: { ...env, ...options.env } }),
    );
  }

  /** `pulumi …` without colour and questions. */
  async pulumi(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { as, cwd = this.workspace } = options;
    const env = { ...(await this.environmentOf(as)), ...options.env };
    return this.remember(
      await run("pulumi", [...args, "--non-interactive", "--color", "never"], { ...options, cwd, env }),
    );
  }

  /** A line for a shell, as a command printed it. */
  async shell(line: string, options: RunOptions = {}): Promise<Ran> {
    const { as, cwd = this.workspace } = options;
    const env = { ...(await this.environmentOf(as)), ...options.env };
    return this.remember(await run("sh", ["-c", line], { ...options, cwd, env }));
  }

  /** `pulumi up` with the pack, as a pipeline runs it. */
  up(stack: string, options: RunOptions = {}): Promise<Ran> {
    const args = [
      "up",
      "-s",
      stack,
      "--policy-pack",
      "policies",
      "--yes",
      "--skip-preview",
      "--suppress-progress",
    ];
    return this.pulumi(args, options);
  }

  /** What `airlock sandbox env --as … --json` prints: the variables of somebody signed in. */
  variables(as?: string): Promise<Record<string, string>> {
    const known = this.sessions.get(as ?? "");
    if (known) return known;
    const asked = this.airlock(["sandbox", "env", "--json", ...(as === undefined ? [] : ["--as", as])]).then(
      (ran) => JSON.parse(succeeded(ran).stdout) as Record<string, string>,
    );
    this.sessions.set(as ?? "", asked);
    return asked;
  }

  /** Forgets who is signed in, after the sandbox came up anew: its providers listen elsewhere. */
  signInAgain(): void {
    this.sessions.clear();
  }

  /** The environment of a process of somebody signed in. */
  async environmentOf(as?: string): Promise<NodeJS.ProcessEnv> {
    const outer = this.outerEnvironment();
    const variables = await this.variables(as);
    return { ...outer, ...variables, PATH: [variables.PATH, outer.PATH].join(delimiter) };
  }

  /** The environment of whoever has not signed in: nothing of this process's own Pulumi or Azure. Node's cache is that of `cli/bin/airlock`. */
  outerEnvironment(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(AIRLOCK|ARM|AZURE|PULUMI|JEST)_|^NODE_ENV$|_CA_(CERTS|BUNDLE)$|^SSL_CERT/.test(name),
    );
    return {
      ...Object.fromEntries(kept),
      NODE_COMPILE_CACHE: join(checkout, ".build/compiled"),
      AIRLOCK_HOME: this.home,
      AIRLOCK_PORT: String(this.port),
    };
  }

  /** Lets `fetch` in this process trust the sandbox. */
  trust(): void {
    const certificate = readFileSync(join(this.home, "sandbox/ca.pem"), "utf8");
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
  }

  /** Signs in as an identity, and returns its access token for a resource such as `https://containerregistry.azure.net`. */
  async accessToken(as: string, resource: string): Promise<string> {
    const variables = await this.variables(as);
    const { access_token } = (await post(
      `${variables.AZURE_AUTHORITY_HOST}/${variables.AZURE_TENANT_ID}/oauth2/v2.0/token`,
      {
        grant_type: "client_credentials",
        client_id: variables.AZURE_CLIENT_ID,
        scope: `${resource}/.default`,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: readFileSync(variables.AZURE_FEDERATED_TOKEN_FILE, "utf8"),
      },
    )) as { access_token: string };
    return access_token;
  }

  /** What an ordinary client uses as a password in a registry, with the user name of nothing but zeros. */
  async refreshToken(as: string, host: string): Promise<string> {
    const { refresh_token } = (await post(`https://${host}/oauth2/exchange`, {
      grant_type: "access_token",
      service: host,
      access_token: await this.accessToken(as, "https://containerregistry.azure.net"),
    })) as { refresh_token: string };
    return refresh_token;
  }

  /** Asks a registry as an identity, the way `docker login` to Azure signs in. */
  async registryReader(
    as: string,
    host: string,
  ): Promise<(path: string, scope: string, method?: "GET" | "POST") => Promise<Response>> {
    const refresh_token = await this.refreshToken(as, host);
    return async (path, scope, method = "GET") => {
      const { access_token } = (await post(`https://${host}/oauth2/token`, {
        grant_type: "refresh_token",
        service: host,
        scope,
        refresh_token,
      })) as { access_token: string };
      const accept =
        "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/json";
      return fetch(`https://${host}${path}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, accept },
      });
    };
  }

  /** Ends the sandbox and removes its home. @throws when a secret is left where none belongs, or was printed */
  async remove(): Promise<void> {
    if (existsSync(join(this.home, "sandbox/daemon.json"))) await this.airlock(["sandbox", "stop"]);
    const leaks = await leaksOf(this.home, this.printed);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    if (leaks.length > 0) throw new Error(`secrets got out:\n${leaks.join("\n")}`);
  }

  private remember(ran: Ran): Ran {
    this.printed.push(ran.output);
    return ran;
  }
}

/** The run itself, or an error that shows what it printed. */
export function succeeded(ran: Ran): Ran {
  if (ran.exitCode === 0) return ran;
  throw new Error(`ended with exit code ${ran.exitCode}:\n${ran.output}`);
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; watch?: (output: string, pid: number) => void },
): Promise<Ran> {
  const { cwd, env, watch } = options;
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr, output] = ["", "", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
      watch?.(output, child.pid!);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      output += text;
      watch?.(output, child.pid!);
    });
    child.once("error", failed);
    child.once("close", (code) => done({ exitCode: code ?? 255, stdout, stderr, output }));
  });
}

async function post(address: string, form: Record<string, string>): Promise<unknown> {
  const response = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
