import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkout, node, run, succeeded, type TestSandbox } from "../support/sandbox";

// Azure's own: whoever brings a token of Entra's has no name.
const nobody = "00000000-0000-0000-0000-000000000000";

/** Copies from registry to registry with crane, which is signed in to both. */
export type Copy = (from: string, to: string) => Promise<void>;

/**
 * crane, signed in to each host as somebody; undefined on a machine without Go.
 * @param users host → identity
 */
export async function craneCopy(
  sandbox: TestSandbox,
  users: Readonly<Record<string, string>>,
): Promise<Copy | undefined> {
  const printed = execFileSync(node, [join(checkout, "tools/setup/clients.mjs"), "crane"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { crane } = JSON.parse(printed) as { crane: string | null };
  if (crane === null) return undefined;
  const home = join(sandbox.home, "clients/crane");
  mkdirSync(home, { recursive: true });
  const { SSL_CERT_FILE } = await sandbox.variables();
  const env = { ...sandbox.outerEnvironment(), HOME: home, DOCKER_CONFIG: home, SSL_CERT_FILE };
  const runCrane = async (...args: string[]) => void succeeded(await run(crane, args, { cwd: home, env }));
  for (const [host, user] of Object.entries(users)) {
    await runCrane("auth", "login", host, "-u", nobody, "-p", await sandbox.refreshToken(user, host));
  }
  return (from, to) => runCrane("copy", from, to);
}
