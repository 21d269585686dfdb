import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { KubeConfig, User } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { UserError } from "../../model/errors";
import type { Connection } from "./cluster";

/**
 * How to reach the cluster of a context, as whoever the kubeconfig names: by certificate, by token, or by what a plugin such as kubelogin says.
 * @throws UserError (2) when no kubeconfig has the context
 */
export async function connectionTo(context: string, env: NodeJS.ProcessEnv): Promise<Connection> {
  const files = kubeconfigFiles(env).filter((file) => existsSync(file));
  // Half a second, for this one command.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const configs = files.map((file) => opened(new KubeConfig(), file));
  const first = <T>(pick: (config: KubeConfig) => T | null): T | undefined =>
    configs.map(pick).find((found) => found !== null) ?? undefined;
  const named = first((config) => config.getContextObject(context));
  const cluster = named && first((config) => config.getCluster(named.cluster));
  if (!named || !cluster) {
    throw new UserError({
      what: `no kubeconfig has a context ${context} with a cluster`,
      where: files.join(", ") || "KUBECONFIG",
      fix: "az aks get-credentials writes one, and kubelogin convert-kubeconfig lets it sign in as the deployer",
      exitCode: 2,
    });
  }
  if (!cluster.server.startsWith("https://") || cluster.skipTLSVerify) {
    throw new UserError({
      what: `${cluster.server} is not asked over https with a certificate that is checked`,
      where: `context ${context}`,
      fix: "Give the cluster its https address and its certificate-authority-data",
      exitCode: 2,
    });
  }
  const config = new KubeConfig();
  const user = first((config) => config.getUser(named.user)) ?? { name: named.user };
  config.loadFromClusterAndUser(cluster, withVariables(user, env));
  return { server: cluster.server, options: () => signedIn(config, context) };
}

/** `KUBECONFIG` may name several files, of which the first one that says something counts. */
export function kubeconfigFiles({ KUBECONFIG, HOME }: NodeJS.ProcessEnv): string[] {
  const stated = (KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  return stated.length > 0 ? stated : [join(HOME ?? homedir(), ".kube/config")];
}

function opened(config: KubeConfig, file: string): KubeConfig {
  try {
    config.loadFromFile(file);
    return config;
  } catch (error) {
    throw new UserError({
      what: `not a kubeconfig: ${(error as Error).message}`,
      where: file,
      exitCode: 2,
    });
  }
}

interface Plugin {
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** A plugin would see this process's variables, which in the sandbox are not those of who signs in. */
function withVariables(user: User, env: NodeJS.ProcessEnv): User {
  const exec = user.exec as Plugin | undefined;
  if (!exec) return user;
  const ours = Object.entries(env)
    .filter(([name, value]) => process.env[name] !== value)
    .map(([name, value]) => ({ name, value }));
  return { ...user, exec: { ...exec, env: [...ours, ...(exec.env ?? [])] } };
}

async function signedIn(config: KubeConfig, context: string): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    return options;
  } catch (error) {
    throw new UserError({
      what: `signing in failed: ${(error as Error).message.trim()}`,
      where: `context ${context}`,
      exitCode: 3,
    });
  }
}
