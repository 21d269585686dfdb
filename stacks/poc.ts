import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import {
  AccessMatrix,
  Cluster,
  EnvironmentRegistry,
  IsolatedNetwork,
  type PrivateNetworkArgs,
  SecretsVault,
  SigningVault,
} from "../components";
import { clusterRoles } from "../model/access/cluster-roles";
import { customRoles } from "../model/access/custom-roles";
import { type CellGrant, expandMatrix } from "../model/access/matrix";
import { grantsOfClusters } from "../model/cluster/grants";
import { sharedNetwork } from "../model/network/shared";
import {
  networkName,
  nodesSubnet,
  registryId,
  resourceGroupId,
  signingVaultId,
  subnetId,
} from "../model/physical-names";
import { registriesOf } from "../model/promotion-path";
import { alertOnAccess } from "./alerts";
import { grantInCluster } from "./cluster-access";
import { accessOn } from "./grants";
import { makeIdentities } from "./identities";
import { names, tagsFor } from "./naming";
import { makePasswords } from "./passwords";
import { refuseStrongPods } from "./pod-security";
import { principalsOf } from "./principals";
import { promoteImages } from "./promoted-images";
import { defineRoles } from "./roles";
import { settings } from "./settings";

const { poc, clusters = {}, tenantId, subscriptionId, organization, location } = settings;
if (poc === undefined)
  throw new pulumi.RunError(`${pulumi.getProject()}:poc is missing in the file of this stack`);
if (tenantId === undefined) {
  throw new pulumi.RunError(
    `${pulumi.getProject()}:tenantId is missing (Pulumi.yaml). Put the GUID of the Entra tenant there: az account show --query tenantId`,
  );
}
const environments = settings.path.environments;
const tags = tagsFor("poc");

const group = new resources.ResourceGroup("shared-rg", {
  resourceGroupName: names.resourceGroup("shared"),
  location,
  tags,
});
const inGroup = { resourceGroupName: group.name, location, tags };

const workspace = new operationalinsights.Workspace("logs", {
  ...inGroup,
  workspaceName: names.workspace,
  sku: { name: operationalinsights.WorkspaceSkuNameEnum.PerGB2018 },
  retentionInDays: 90,
});

const { range, subnets } = poc.network;
const network = new IsolatedNetwork("network", {
  ...inGroup,
  networkName: names.virtualNetwork,
  range,
  subnets: {
    aks: { purpose: "nodes", range: subnets.aks },
    pipeline: { purpose: "runners", range: subnets.pipeline },
    acr: { purpose: "endpoints", range: subnets.acr },
  },
  clusters: Object.fromEntries(
    Object.entries(clusters).map(([name, { nodes, maxPods }]) => [name, { nodes, maxPods }]),
  ),
  otherRanges: { [networkName(poc.production)]: sharedNetwork.range },
});

/** Roles that nobody holds are not made, and none can be assigned outside of the proof of concept. */
const cells = expandMatrix(settings);
const held = [...cells, ...grantsOfClusters(settings)].flatMap(({ role }) =>
  role.kind === "custom" ? [role.key] : [],
);
const roles = defineRoles(
  [...customRoles(organization), ...clusterRoles(organization)].filter(({ key }) => held.includes(key)),
  ["shared", ...environments.map(({ name }) => name)].map((name) => resourceGroupId(settings, name)),
);
const { principals, clientIds } = makeIdentities();

const vaultEndpoint = endpointIn(network.vaultZoneId);
const vaultArgs = { ...inGroup, tenantId, workspaceId: workspace.id, endpoint: vaultEndpoint };
const signing = new SigningVault("signing", {
  ...vaultArgs,
  vaultName: names.signingVault,
  keyName: "cosign",
});
const secrets = new SecretsVault("secrets", { ...vaultArgs, vaultName: names.secretsVault });
grant("signing", signingVaultId(settings), signing, ({ kind }) => kind === "vault");
grant("shared-rg", resourceGroupId(settings, "shared"), group, ({ kind }) => kind === "resourceGroup");

const made = environments.map((environment) => {
  const { name } = environment;
  const [{ registry: registryName, host, mode, network: reached }] = registriesOf(environment);
  const registry = new EnvironmentRegistry(name, {
    resourceGroupName: names.resourceGroup(name),
    registryName,
    host,
    location,
    permissionMode: mode,
    network: {
      access: reached.access,
      ...(reached.access === "restricted" && { ipRules: [...reached.ipRules] }),
      ...(reached.access === "private" && { endpoint: endpointIn(network.registryZoneId) }),
    },
    workspaceId: workspace.id,
    tags,
  });
  const id = registryId(settings, environment);
  const access = grant(name, id, registry, ({ kind }) => kind === "registry", name, mode);
  grant(
    `${name}-rg`,
    resourceGroupId(settings, name),
    registry,
    ({ kind }) => kind === "resourceGroup",
    name,
  );
  return { name, environment, mode, registry, id, access };
});

const images = made.map(({ name, registry }) => {
  const entries = Object.hasOwn(poc.images, name) ? poc.images[name] : {};
  const promoted = promoteImages({
    environment: name,
    registryId: registry.registryId,
    images: entries,
    releases: [],
    lock: mayLock(name),
    prefix: `${name}-`,
    // An image comes from the environment before: its registry has to stand too.
    dependsOn: made.flatMap((one) => [one.registry, one.access]),
  });
  return [name, promoted] as const;
});

const madeClusters = made.flatMap(({ name, environment, mode, registry, id }) => {
  if (!Object.hasOwn(clusters, name)) return [];
  const { authorizedRanges, ...plan } = clusters[name];
  const cluster = new Cluster(
    `${name}-cluster`,
    {
      ...plan,
      authorizedRanges: [...authorizedRanges],
      clusterName: names.cluster(name),
      resourceGroupName: registry.resourceGroupName,
      location,
      subnetId: subnetId(settings, nodesSubnet),
      registryId: id,
      permissionMode: mode,
      organization,
      subscriptionId,
      tenantId,
      workspaceId: workspace.id,
      tags,
    },
    { dependsOn: [...roles, network, registry] },
  );
  refuseStrongPods(name, resourceGroupId(settings, name), {}, { dependsOn: [registry] });
  grantInCluster(environment, principalsOf(principals), { dependsOn: [...roles, cluster] });
  return [{ name, cluster }];
});

alertOnAccess(
  { ...inGroup, resourceGroupIds: [group.id, ...made.map(({ registry }) => registry.resourceGroupId)] },
  poc.alerts,
);

const passwords = makePasswords(made, principals, secrets);

function endpointIn(zoneId: pulumi.Input<string>): PrivateNetworkArgs {
  return { subnetId: network.subnetIds.apply(({ acr }) => acr), location, zoneId };
}

/**
 * The cells of one resource, filled. Its id is written out, so that a preview already tells which resource an assignment is on.
 * @param environment whose resource it is; left out, all share it
 */
function grant(
  name: string,
  scope: string,
  resource: pulumi.Resource,
  isKind: (target: CellGrant["target"]) => boolean,
  environment?: string,
  permissionMode?: string,
): AccessMatrix {
  const isTarget = (target: CellGrant["target"]) =>
    isKind(target) && (target.kind === "vault" || target.environment === (environment ?? "shared"));
  return new AccessMatrix(
    name,
    {
      subscriptionId,
      scope,
      ...(permissionMode !== undefined && { permissionMode }),
      ...accessOn(isTarget, principalsOf(principals)),
    },
    { dependsOn: [...roles, resource] },
  );
}

/** Whether a cell lets anybody lock in an environment; as it is stated, nobody of the proof of concept does. */
function mayLock(environment: string): boolean {
  return cells.some(
    ({ role, target }) =>
      role.kind === "custom" &&
      role.key === "locker" &&
      target.kind === "registry" &&
      target.environment === environment,
  );
}

/** What runs in each environment, by repository. */
export const running = Object.fromEntries(images);
/** Login server of each registry, by its environment. */
export const loginServers = Object.fromEntries(
  made.map(({ name, registry }) => [name, registry.loginServer]),
);
/** Issuer of the tokens of each cluster's service accounts. */
export const oidcIssuers = Object.fromEntries(
  madeClusters.map(({ name, cluster }) => [name, cluster.oidcIssuer]),
);
export const signingKey = signing.keyUriWithVersion;
/** Address of the secret with each client's registry password. */
export const passwordSecrets = passwords;
export { clientIds };
