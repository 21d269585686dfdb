import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hostOf, type Environment } from "../story/world";
import { checkout, node, run, succeeded, type Ran, type TestSandbox } from "../../support/sandbox";

/**
 * How the Azure CLI is called, which is installed where it is not in the cache. Undefined where it can't be: a line says why, and it is an
 * error where AIRLOCK_CLIENTS is `required`.
 */
export function azureCliProgram(): readonly string[] | undefined {
  const printed = execFileSync(node, [join(checkout, "tools/setup/azure-cli.mjs")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { program, missing } = JSON.parse(printed) as { program?: string[]; missing?: string };
  if (missing === undefined) return program;
  const line = `The tests of the Azure CLI are not run: ${missing}`;
  if (process.env.AIRLOCK_CLIENTS === "required") throw new Error(line);
  process.stderr.write(`${line}\n`);
  return undefined;
}

/** The Azure CLI, signed in with the federated token of an identity; each has a configuration of its own. */
export class AzureCli {
  private readonly signedIn = new Map<string, Promise<NodeJS.ProcessEnv>>();

  constructor(
    private readonly sandbox: TestSandbox,
    private readonly program: readonly string[],
  ) {}

  /** What a command answers, from its JSON; an error with az's own sentence when it fails. */
  async az(as: string, ...args: string[]): Promise<unknown> {
    const { stdout } = answered(await this.call(args, await this.environmentOf(as)));
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }

  /**
   * For whoever may not read the registry's resource: then az takes its host from its name and the cloud's suffix, which here is a port.
   * The registry's name is then `localhost`.
   */
  async azAt(as: string, environment: Environment, ...args: string[]): Promise<unknown> {
    const suffix = hostOf(this.sandbox, environment).replace("localhost", "");
    const env = await this.environmentOf(as);
    const update = ["cloud", "update", "--name", "sandbox", "--suffix-acr-login-server-endpoint", suffix];
    answered(await this.call(update, env));
    return this.az(as, ...args, "--name", "localhost");
  }

  /** Signs in, with the federated token of `tokenOf` where it is not one's own. */
  async signIn(as: string, tokenOf = as): Promise<NodeJS.ProcessEnv> {
    const { sandbox } = this;
    const folder = join(sandbox.home, "clients", `az-${as}-${tokenOf}`);
    mkdirSync(folder, { recursive: true });
    const variables = await sandbox.variables(as);
    const { AZURE_FEDERATED_TOKEN_FILE } = await sandbox.variables(tokenOf);
    const env = {
      ...sandbox.outerEnvironment(),
      AZURE_CONFIG_DIR: folder,
      AZURE_CORE_COLLECT_TELEMETRY: "false",
      AZURE_CORE_INSTANCE_DISCOVERY: "false",
      AZURE_CORE_NO_COLOR: "true",
      AZURE_CORE_ONLY_SHOW_ERRORS: "true",
      REQUESTS_CA_BUNDLE: join(sandbox.home, "sandbox/ca.pem"),
    };
    const endpoint = `https://localhost:${sandbox.port}`;
    const register = ["cloud", "register", "--name", "sandbox", "--endpoint-resource-manager", endpoint];
    succeeded(await this.call(register, env));
    succeeded(await this.call(["cloud", "set", "--name", "sandbox"], env));
    const who = ["--username", variables.AZURE_CLIENT_ID, "--tenant", variables.AZURE_TENANT_ID];
    const token = ["--federated-token", readFileSync(AZURE_FEDERATED_TOKEN_FILE, "utf8")];
    answered(await this.call(["login", "--service-principal", ...who, ...token], env));
    return env;
  }

  private environmentOf(as: string): Promise<NodeJS.ProcessEnv> {
    const known = this.signedIn.get(as) ?? this.signIn(as);
    this.signedIn.set(as, known);
    return known;
  }

  private async call(args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
    const [python, ...before] = this.program;
    const ran = await run(python, [...before, ...args, "--output", "json"], { cwd: this.sandbox.home, env });
    this.sandbox.printed.push(ran.output);
    return ran;
  }
}

function answered(ran: Ran): Ran {
  if (ran.exitCode === 0) return ran;
  throw new Error(/^ERROR: (.*)$/m.exec(ran.output)?.[1] ?? ran.output);
}
