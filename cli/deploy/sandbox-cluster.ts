import { readFileSync } from "node:fs";
import { aksServerApplication } from "../../model/access/kubernetes";
import { readYaml } from "../../model/config/yaml";
import { UserError } from "../../model/errors";
import { clusterId } from "../../model/physical-names";
import { environmentNamed } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { signIn } from "../live/sign-in";
import { trustAuthority } from "../sandbox/trust";
import { clusterAt, type Cluster, type Connection } from "./cluster";

/** As kubelogin asks for it. */
const aks = `${aksServerApplication}/.default`;
const arm = "https://management.azure.com/.default";

/**
 * A cluster of the sandbox, asked by whom the variables sign in. Its control plane starts at its first use, so its address is
 * asked for when it is needed: as `az aks get-credentials` does, which the capability `cluster-user` allows.
 */
export function sandboxCluster(
  world: Pick<Settings, "organization" | "subscriptionId" | "path">,
  environment: string,
  variables: NodeJS.ProcessEnv,
): Cluster {
  const id = clusterId(world, environmentNamed(world.path, environment));
  let found: Promise<Cluster> | undefined;
  const cluster = () => (found ??= connected(id, variables).then((connection) => clusterAt(connection, id)));
  return {
    read: async (path) => (await cluster()).read(path),
    ask: async (path) => (await cluster()).ask(path),
    create: async (path, object) => (await cluster()).create(path, object),
  };
}

async function connected(id: string, variables: NodeJS.ProcessEnv): Promise<Connection> {
  trustAuthority(readFileSync(variables.NODE_EXTRA_CA_CERTS ?? "", "utf8"));
  const tokens = signIn(variables);
  const response = await fetch(
    `${variables.AIRLOCK_ARM_ENDPOINT}${id}/listClusterUserCredential?api-version=2025-09-01`,
    { method: "POST", headers: { authorization: `Bearer ${await tokens(arm)}` } },
  );
  const body = (await response.json()) as Credentials;
  const [credential] = body.kubeconfigs ?? [];
  if (!response.ok || credential === undefined) {
    throw new UserError({
      what: `there is no credential for the cluster: ${body.error?.message ?? response.status}`,
      where: id,
      exitCode: 3,
    });
  }
  const { clusters } = readYaml(Buffer.from(credential.value, "base64").toString("utf8")) as Kubeconfig;
  const [{ cluster }] = clusters;
  const ca = Buffer.from(cluster["certificate-authority-data"], "base64").toString("utf8");
  const options = async () => ({ ca, headers: { authorization: `Bearer ${await tokens(aks)}` } });
  return { server: cluster.server, options };
}

interface Credentials {
  readonly kubeconfigs?: readonly { readonly value: string }[];
  readonly error?: { readonly message: string };
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}
