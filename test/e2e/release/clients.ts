import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../support/sandbox";
import type { Environment, ReleaseSandbox } from "./world";

/** What an ordinary client comes to: what it printed last, or the status with which it was refused. */
export type Outcome = string;

/** crane, signed in as a token of one registry with its password. */
export class CraneAs {
  /** Outside of the sandbox's home: what crane keeps there is the password itself. */
  private readonly home = mkdtempSync(join(tmpdir(), "airlock-crane-"));

  constructor(
    private readonly sandbox: ReleaseSandbox,
    private readonly crane: string,
    private readonly host: string,
    user: string,
    password: string,
  ) {
    const auth = Buffer.from(`${user}:${password}`).toString("base64");
    writeFileSync(join(this.home, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
    // An empty archive is a layer too.
    writeFileSync(join(this.home, "layer.tar"), Buffer.alloc(1024));
  }

  /** The digest of what was pushed. */
  async push(reference: string): Promise<Outcome> {
    const layer = join(this.home, "layer.tar");
    const printed = await this.run("append", "--new_layer", layer, "--new_tag", `${this.host}/${reference}`);
    return /@(sha256:[0-9a-f]{64})/.exec(printed)?.[1] ?? printed;
  }

  /** `pulled`, or why not. */
  async pull(reference: string): Promise<Outcome> {
    const printed = await this.run("manifest", `${this.host}/${reference}`);
    return printed.startsWith("{") ? "pulled" : printed;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  private async run(...words: string[]): Promise<Outcome> {
    const { SSL_CERT_FILE } = await this.sandbox.variables();
    const env = {
      ...this.sandbox.outerEnvironment(),
      HOME: this.home,
      DOCKER_CONFIG: this.home,
      SSL_CERT_FILE,
    };
    const ran = await run(this.crane, words, { cwd: this.home, env });
    this.sandbox.printed.push(ran.output);
    if (ran.exitCode === 0) return ran.stdout.trim();
    return (
      /unexpected status code (\d+)|\b(UNAUTHORIZED|DENIED|MANIFEST_UNKNOWN|NAME_UNKNOWN)\b/.exec(
        ran.output,
      )?.[0] ?? ran.output
    );
  }
}

/** What GitHub's job of a stage comes to when it asks a registry for an image that isn't there: 404 when it may look. */
export async function signsIn(
  sandbox: ReleaseSandbox,
  account: string,
  environment: Environment,
): Promise<number | string> {
  try {
    const ask = await sandbox.registryReader(account, sandbox.host(environment));
    const response = await ask("/v2/iam/auth-service/manifests/none", "repository:iam/auth-service:pull");
    return response.status;
  } catch (error) {
    return (error as Error).message;
  }
}
