import { versionRefusal, meshRefusal } from "../../../model/cluster/versions";
import { vmSizeNamed } from "../../../model/cluster/vm-sizes";
import { ipv4Range } from "../../../model/ipv4-range";
import { overlap, usableAddresses } from "../../../model/network/ranges";
import { badRequest } from "../arm-error";
import { idKey, parseArmId, type ArmId } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { ArmBody, Properties, ResourceType, TypeContext } from "../resource-type";
import { textOf } from "../../text";
import { clustersOf, identityIdsOf, kubeletId, subnetsOf } from "./managed-cluster-parts";
import {
  objectAt,
  requireLocation,
  requireName,
  requirePermission,
  requireResource,
  stringsAt,
} from "./rules";

/** A cluster as ARM has it. It runs nothing here; what asks about it finds its identities, its addresses and its issuer. */
export const managedCluster: ResourceType = {
  token: "azure-native:containerservice:ManagedCluster",
  armType: "Microsoft.ContainerService/managedClusters",
  apiVersion: "2025-09-01",
  path: ["resourceGroupName", "resourceName"],
  shape: "flat",
  replaceOn: ["location", "dnsPrefix", "nodeResourceGroup"],
  computed: [
    ...["name", "type", "azurePortalFQDN", "currentKubernetesVersion", "eTag", "fqdn", "privateFQDN"],
    ...["identityProfile", "maxAgentPools", "powerState", "provisioningState", "resourceUID", "systemData"],
    ...["oidcIssuerProfile.issuerURL"],
  ],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/,
      "a cluster's name has 1-63 letters, digits, '-' and '_', and begins and ends with a letter or digit",
    );
    requireLocation(body, id.name);
    requirePools(body.properties);
    requireVersions(body.properties);
    requireSignIn(body.properties);
    requireIdentities(body, id, context);
    for (const [subnet, needed] of subnetsOf(body)) requireSubnet(subnet, needed, body, id, context);
  },
  complete(body, id, context, existing) {
    const group = textOf(
      body.properties.nodeResourceGroup ?? `MC_${id.resourceGroup}_${id.name}_${body.location}`,
    );
    const kubelet = kubeletId(id, group);
    const { principalId, clientId } = context.ensureIdentity(kubelet.id, kubelet.displayName);
    const version = textOf(body.properties.kubernetesVersion);
    const host = `${textOf(body.properties.dnsPrefix)}.hcp.${body.location}.azmk8s.io`;
    const isPrivate = objectAt(body.properties, "apiServerAccessProfile").enablePrivateCluster === true;
    const issues = objectAt(body.properties, "oidcIssuerProfile").enabled === true;
    return {
      ...body,
      identity: shownIdentity(body.identity),
      properties: {
        ...body.properties,
        nodeResourceGroup: group,
        currentKubernetesVersion: version.split(".").length === 2 ? `${version}.0` : version,
        identityProfile: { kubeletidentity: { resourceId: kubelet.id, clientId, objectId: principalId } },
        ...(issues && {
          oidcIssuerProfile: {
            enabled: true,
            issuerURL: `https://${body.location}.oic.prod-aks.azure.com/${context.tenantId}/${clientId}/`,
          },
        }),
        [isPrivate ? "privateFQDN" : "fqdn"]: host,
        maxAgentPools: 100,
        powerState: { code: "Running" },
        resourceUID: existing?.properties.resourceUID ?? principalId.replaceAll("-", "").slice(0, 24),
      },
    };
  },
  outputs({ id: _id, properties, ...rest }) {
    return { ...properties, ...rest, azureApiVersion: managedCluster.apiVersion };
  },
  inputs({ properties, location, tags, sku, identity }) {
    const {
      currentKubernetesVersion: _v,
      identityProfile: _p,
      fqdn: _f,
      privateFQDN: _pf,
      ...settable
    } = properties;
    const {
      maxAgentPools: _m,
      powerState: _s,
      resourceUID: _u,
      provisioningState: _ps,
      ...inputs
    } = settable;
    return { ...inputs, location, tags, sku, identity: listedIdentity(identity) };
  },
};

function shownIdentity(identity: unknown): Properties | undefined {
  const ids = (identity as Properties | undefined)?.userAssignedIdentities;
  if (!Array.isArray(ids)) return identity as Properties | undefined;
  return {
    ...(identity as Properties),
    userAssignedIdentities: Object.fromEntries(ids.map((id) => [textOf(id), {}])),
  };
}

function listedIdentity(identity: unknown): Properties {
  const stated = (identity ?? {}) as Properties;
  const ids = Object.keys(stated.userAssignedIdentities ?? {});
  return { ...stated, ...(ids.length > 0 && { userAssignedIdentities: ids }) };
}

function requirePools(properties: Properties): void {
  const pools = objectsAt(properties, "agentPoolProfiles");
  if (!pools.some(({ mode }) => mode === "System")) {
    throw badRequest("MustDefineAtLeastOneSystemPool", "Must define at least one system pool.");
  }
  for (const pool of pools) {
    const [name, vmSize] = [textOf(pool.name), textOf(pool.vmSize)];
    if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
      throw badRequest(
        "InvalidParameter",
        `The value of parameter agentPoolProfile.name '${name}' is invalid: 1-12 lower-case letters and digits, a letter first.`,
      );
    }
    const size = vmSizeNamed(vmSize);
    if (size === undefined || (size.burstable && pool.mode === "System")) {
      throw badRequest(
        "BadRequest",
        `The VM size of ${vmSize} is not allowed in your subscription in location.`,
      );
    }
    const count = Number(pool.count ?? 1);
    if (!Number.isInteger(count) || count < (pool.mode === "System" ? 1 : 0) || count > 1000) {
      throw badRequest(
        "InvalidParameter",
        `The value of parameter agentPoolProfile.count is invalid: ${count}.`,
      );
    }
  }
}

function requireVersions(properties: Properties): void {
  const version = textOf(properties.kubernetesVersion);
  if (versionRefusal(version)) {
    throw badRequest(
      "K8sVersionNotSupported",
      `Managed cluster is on version ${version}, which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.`,
    );
  }
  const mesh = objectAt(properties, "serviceMeshProfile");
  for (const revision of stringsAt(objectAt(mesh, "istio"), "revisions")) {
    const refusal = meshRefusal(revision, version);
    if (refusal) throw badRequest("BadRequest", `${refusal.what}.`);
  }
}

function requireSignIn(properties: Properties): void {
  const entra = objectAt(properties, "aadProfile").managed === true;
  if (properties.disableLocalAccounts === true && !entra) {
    throw badRequest("BadRequest", "Disabling local accounts is allowed on clusters with Entra ID alone.");
  }
  const access = objectAt(properties, "apiServerAccessProfile");
  if (access.enablePrivateCluster === true && stringsAt(access, "authorizedIPRanges").length > 0) {
    throw badRequest("BadRequest", "A private cluster has no authorized IP ranges.");
  }
}

function requireIdentities(body: ArmBody, id: ArmId, context: TypeContext): void {
  const identity = (body.identity ?? {}) as Properties;
  if (!["SystemAssigned", "UserAssigned"].includes(textOf(identity.type))) {
    throw badRequest("InvalidParameter", `The cluster '${id.name}' needs a managed identity.`);
  }
  for (const identityId of identityIdsOf(body.identity)) {
    const found = requireResource(context, "identity", identityId, id.name);
    const assign = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
    requirePermission(context, assign, found.id, id.text);
  }
}

function requireSubnet(
  subnetId: string,
  needed: number,
  body: ArmBody,
  id: ArmId,
  context: TypeContext,
): void {
  const subnet = requireResource(context, "subnet", subnetId, id.name);
  requirePermission(context, "Microsoft.Network/virtualNetworks/subnets/join/action", subnet.id, id.text);
  const network = context.resource(parseArmId(subnet.id)!.parent!)!;
  if (network.location !== body.location) {
    throw badRequest(
      "InvalidResourceReference",
      `The subnet '${subnet.id}' is in another region than '${id.name}'.`,
    );
  }
  const prefix = textOf(subnet.properties.addressPrefix);
  const others = clustersOf(context).filter((other) => idKey(other.id) !== idKey(id.text));
  const taken = others.reduce((sum, { subnets }) => sum + (subnets.get(idKey(subnetId)) ?? 0), 0);
  const usable = usableAddresses(ipv4Range(prefix)!) - taken;
  if (needed > usable) {
    throw badRequest(
      "InsufficientSubnetSize",
      `Pre-allocated IPs ${needed} exceeds IPs available ${usable} in Subnet Cidr ${prefix}, Subnet Name ${subnet.name}.`,
    );
  }
  const services = ipv4Range(textOf(objectAt(body.properties, "networkProfile").serviceCidr));
  const clash = stringsAt(objectAt(network.properties, "addressSpace"), "addressPrefixes").find(
    (range) => services !== undefined && overlap(services, ipv4Range(range)!),
  );
  if (clash !== undefined) {
    throw badRequest(
      "ServiceCidrOverlapExistingSubnetsCidr",
      `The specified service CIDR conflicts with the address space ${clash} of the network '${network.name}'.`,
    );
  }
}
