import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { environments, hostOf, type Environment } from "../story/world";
import { checkout, node, run, succeeded, type Ran, type TestSandbox } from "../../support/sandbox";

/** Programs of the clients that come as Go modules. */
export interface GoPrograms {
  readonly crane: string;
  readonly cosign: string;
  readonly skopeo: string;
}

/** Builds crane, cosign and skopeo where they are not in the cache; undefined on a machine without Go. */
export function goPrograms(): GoPrograms | undefined {
  const printed = execFileSync(node, [join(checkout, "tools/setup/clients.mjs")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { crane, cosign, skopeo } = JSON.parse(printed) as Record<keyof GoPrograms, string | null>;
  return crane && cosign && skopeo ? { crane, cosign, skopeo } : undefined;
}

/** Azure's own: whoever brings a token of Entra's has no name. */
export const nobody = "00000000-0000-0000-0000-000000000000";

/** crane and cosign, signed in the way `docker login` does it. */
export class GoClients {
  private readonly signedIn = new Map<string, Promise<NodeJS.ProcessEnv>>();

  constructor(
    private readonly sandbox: TestSandbox,
    private readonly programs: GoPrograms,
    /** Whose registries exist, and are signed in to. */
    private readonly standing: readonly Environment[] = environments,
  ) {}

  /** Output of a command of crane's; an error with crane's own sentence when it fails. */
  crane(as: string, ...args: string[]): Promise<string> {
    return this.output("crane", as, args);
  }

  cosign(as: string, ...args: string[]): Promise<string> {
    return this.output("cosign", as, args);
  }

  private async output(program: keyof GoPrograms, as: string, args: string[]): Promise<string> {
    const ran = await run(this.programs[program], args, {
      cwd: this.sandbox.home,
      env: await this.environmentOf(as),
    });
    this.sandbox.printed.push(ran.output);
    if (ran.exitCode !== 0) throw new Error(sentence(ran));
    return ran.stdout.trim();
  }

  private environmentOf(as: string): Promise<NodeJS.ProcessEnv> {
    const known = this.signedIn.get(as) ?? this.signIn(as);
    this.signedIn.set(as, known);
    return known;
  }

  private async signIn(as: string): Promise<NodeJS.ProcessEnv> {
    const { sandbox } = this;
    const home = join(sandbox.home, "clients", as);
    mkdirSync(home, { recursive: true });
    const { SSL_CERT_FILE } = await sandbox.variables(as);
    const env = {
      ...sandbox.outerEnvironment(),
      HOME: home,
      DOCKER_CONFIG: home,
      SSL_CERT_FILE,
      COSIGN_PASSWORD: "",
      // cosign would ask Sigstore's site for keys that count for nothing here.
      HTTPS_PROXY: "http://localhost:1",
    };
    for (const environment of this.standing) {
      const host = hostOf(sandbox, environment);
      const args = ["auth", "login", host, "-u", nobody, "-p", await sandbox.refreshToken(as, host)];
      succeeded(await run(this.programs.crane, args, { cwd: home, env }));
    }
    return env;
  }
}

function sentence({ output }: Ran): string {
  return /^Error: (.*)$/m.exec(output)?.[1] ?? output;
}
