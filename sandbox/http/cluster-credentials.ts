import { readFileSync } from "node:fs";
import { aksServerApplication, managedClusters } from "../../model/access/kubernetes";
import { ArmError, badRequest, notFound } from "../azure/arm-error";
import { parseArmId, type ArmId } from "../azure/arm-id";
import type { Caller, StoredResource } from "../azure/resource-type";
import type { ClusterAddress } from "../kubernetes/cluster-access";
import { tenantId } from "../places";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";

/** The application that people sign in to clusters with. */
const clientApplication = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

/** `POST <cluster>/listCluster{User,Admin}Credential`. False when the path is another. @throws ArmError */
export async function serveClusterCredentials(
  sandbox: Sandbox,
  exchange: Exchange,
  caller: Caller,
  path: string,
): Promise<boolean> {
  const [, clusterId = "", whose = ""] = /^(.+)\/listCluster(User|Admin)Credential$/i.exec(path) ?? [];
  const id = parseArmId(clusterId);
  if (id?.type.toLowerCase() !== managedClusters.toLowerCase()) return false;
  const user = whose.toLowerCase() === "user";
  const action = `${managedClusters}/listCluster${user ? "User" : "Admin"}Credential/action`;
  sandbox.manager.authorize(caller, { plane: "control", action, scope: id.text });
  const cluster = sandbox.manager.find(id.text);
  if (!cluster) throw notFound(id.text);
  if (!user) refuseStatic(cluster);
  await sandbox.startCluster(cluster.id);
  const value = Buffer.from(JSON.stringify(kubeconfig(sandbox, cluster, id))).toString("base64");
  exchange.reply(200, { kubeconfigs: [{ name: "clusterUser", value }] });
  return true;
}

function refuseStatic({ id, properties }: StoredResource): never {
  if (properties.disableLocalAccounts === true) {
    throw badRequest(
      "BadRequest",
      "Getting static credential is not allowed because this cluster is set to disable local accounts.",
    );
  }
  throw new ArmError(405, "MethodNotAllowed", `The sandbox has no local accounts of '${id}' to show.`);
}

/** As AKS makes it for whoever signs in with Entra ID: no secret, and a program that gets the token. */
function kubeconfig({ clusters, certificateFile }: Sandbox, cluster: StoredResource, id: ArmId): object {
  const { name } = cluster;
  const { fqdn, privateFQDN } = cluster.properties as { fqdn?: string; privateFQDN?: string };
  const address: ClusterAddress = clusters.addressOf(cluster.id) ?? {
    server: `https://${privateFQDN ?? fqdn}:443`,
    certificateAuthority: readFileSync(certificateFile, "utf8"),
  };
  const user = `clusterUser_${id.resourceGroup}_${name}`;
  const authority = Buffer.from(address.certificateAuthority).toString("base64");
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: [
      ...["get-token", "--environment", "AzurePublicCloud", "--server-id", aksServerApplication],
      ...["--client-id", clientApplication, "--tenant-id", tenantId, "--login", "devicecode"],
    ],
    env: null,
    provideClusterInfo: false,
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { "certificate-authority-data": authority, server: address.server } }],
    contexts: [{ name, context: { cluster: name, user } }],
    "current-context": name,
    preferences: {},
    users: [{ name: user, user: { exec } }],
  };
}
