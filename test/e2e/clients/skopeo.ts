import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environments, hostOf, repository } from "../story/world";
import { run, type Ran, type TestSandbox } from "../../support/sandbox";
import { nobody } from "./go-clients";

/** skopeo, configured as containers/image wants it: a home with certificates, a policy and where signatures are. */
export class Skopeo {
  private readonly homes = new Map<string, Promise<NodeJS.ProcessEnv>>();

  constructor(
    private readonly sandbox: TestSandbox,
    private readonly program: string,
  ) {}

  /** Output of a command; an error with skopeo's own sentence when it fails. */
  async run(as: string, ...args: string[]): Promise<string> {
    return this.output(args, await this.environmentOf(as));
  }

  /** Signs in to a registry with a password, and a user name that says what it is. */
  async signIn(env: NodeJS.ProcessEnv, host: string, password: string): Promise<void> {
    await this.output(["login", "--username", nobody, "--password", password, host], env);
  }

  environmentOf(as: string): Promise<NodeJS.ProcessEnv> {
    const known = this.homes.get(as) ?? this.home(as);
    this.homes.set(as, known);
    return known;
  }

  private async home(as: string): Promise<NodeJS.ProcessEnv> {
    const { sandbox } = this;
    const home = join(sandbox.home, "clients", `skopeo-${as}`);
    const configuration = join(home, ".config/containers");
    const { SSL_CERT_FILE } = await sandbox.variables(as);
    const env = { ...sandbox.outerEnvironment(), HOME: home, REGISTRY_AUTH_FILE: join(home, "config.json") };
    mkdirSync(join(configuration, "registries.d"), { recursive: true });
    writeFileSync(
      join(configuration, "registries.d/default.yaml"),
      "default-docker:\n  use-sigstore-attachments: true\n",
    );
    writeFileSync(join(configuration, "policy.json"), JSON.stringify(this.policy(), null, 2));
    for (const environment of environments) {
      const host = hostOf(sandbox, environment);
      const folder = join(configuration, "certs.d", host);
      mkdirSync(folder, { recursive: true });
      copyFileSync(SSL_CERT_FILE, join(folder, "ca.crt"));
      await this.signIn(env, host, await sandbox.refreshToken(as, host));
    }
    return env;
  }

  /** Nothing without cosign's signature, which names the repository that it was made in, wherever the image goes. */
  private policy(): unknown {
    const dockerRepository = `${hostOf(this.sandbox, "dev")}/${repository}`;
    const signedIdentity = { type: "exactRepository", dockerRepository };
    const signed = { type: "sigstoreSigned", keyPath: join(this.sandbox.home, "cosign.pub"), signedIdentity };
    const docker = environments.map((environment) => [hostOf(this.sandbox, environment), [signed]]);
    return { default: [{ type: "reject" }], transports: { docker: Object.fromEntries(docker) } };
  }

  private async output(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
    const ran = await run(this.program, args, { cwd: this.sandbox.home, env });
    this.sandbox.printed.push(ran.output);
    if (ran.exitCode !== 0) throw new Error(sentence(ran));
    return ran.stdout.trim();
  }
}

function sentence({ output }: Ran): string {
  const quoted = /level=fatal msg=("(?:[^"\\]|\\.)*")/.exec(output)?.[1];
  return quoted === undefined ? output : (JSON.parse(quoted) as string);
}
