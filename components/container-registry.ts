import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as monitor from "@pulumi/azure-native/monitor";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { registryRefusal } from "../model/proof/registry-refusal";
import { privateEndpoint } from "./private-endpoint";
import { registryProperties, type RegistryNetworkArgs } from "./registry-properties";

/** What a registry is made from, whichever component makes it. */
export interface ContainerRegistryArgs {
  /** Name of the registry: 5–50 lower-case letters and digits, unique in all of Azure. */
  registryName: string;
  /** Login server, where clients sign in; compared with the real one once the registry exists. */
  host: string;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** How it decides about data access: `abac`, which alone can narrow rights to repositories, or `rbac`. Nothing is assumed, since Azure's own default is about to change. */
  permissionMode: string;
  /** Who can reach the registry over the network; nothing is assumed. */
  network: RegistryNetworkArgs;
  /** Regions that hold a copy of the registry, besides its own. Default: none. */
  replications?: string[];
  /** State that every copy is spread over the zones of its region; a region without zones refuses. Default: false. */
  zoneRedundant?: boolean;
  /** Log Analytics workspace that receives repository events, login events and metrics. */
  workspaceId: pulumi.Input<string>;
  /** Tags of every resource. */
  tags: { [name: string]: string };
}

/** The outputs of a registry. */
export interface ContainerRegistry {
  /** ARM id. */
  registryId: pulumi.Output<string>;
  /** Login server: the `host` of the arguments, refused where Azure reports another. */
  loginServer: pulumi.Output<string>;
}

/** The component that a registry is a part of, and how it refuses its arguments. */
interface Owner {
  component: pulumi.Resource;
  refuse: (why: string) => Error;
}

/** Judges what a registry is to be, before anything is made. @returns its properties as ARM spells them */
export function judgedProperties(
  name: string,
  args: ContainerRegistryArgs & { resourceGroupName: pulumi.Input<string> },
  { refuse }: Owner,
): object {
  const { permissionMode, network, zoneRedundant = false, replications = [], location } = args;
  const properties = registryProperties(permissionMode, network, zoneRedundant, refuse);
  const { registryName, resourceGroupName } = args;
  const plan = {
    registryName,
    ...(typeof resourceGroupName === "string" && { resourceGroupName }),
    sku: "Premium",
    properties,
  };
  const refusal = registryRefusal(name, plan);
  if (refusal !== undefined) throw refuse(refusal);
  if (replications.includes(location)) {
    throw refuse(`replications has ${location}, where the registry stands. Azure keeps that copy by itself`);
  }
  return properties;
}

/** A Premium registry with its events in the workspace, its copies and its private endpoint, as children. */
export function containerRegistry(
  name: string,
  resourceGroupName: pulumi.Input<string>,
  properties: object,
  args: ContainerRegistryArgs,
  { component: parent, refuse }: Owner,
): ContainerRegistry {
  // The generic form at a pinned API version: azure-native's typed Registry can't set the permission mode.
  const registry = new resources.Resource(
    name,
    {
      apiVersion: "2025-11-01",
      resourceProviderNamespace: "Microsoft.ContainerRegistry",
      parentResourcePath: "",
      resourceType: "registries",
      resourceGroupName,
      resourceName: args.registryName,
      location: args.location,
      sku: { name: "Premium" },
      properties,
      tags: args.tags,
    },
    { parent, protect: true },
  );
  registryLogs(name, registry.id, args.workspaceId, parent);
  const replications = [...(args.replications ?? [])].sort().map(
    (region) =>
      new containerregistry.Replication(
        `${name}-${region}`,
        {
          registryName: registry.name,
          replicationName: region,
          resourceGroupName,
          location: region,
          ...(args.zoneRedundant && { zoneRedundancy: "Enabled" }),
          tags: args.tags,
        },
        { parent },
      ),
  );
  if (args.network.endpoint) {
    const target = { resourceId: registry.id, group: "registry", resourceGroupName, tags: args.tags };
    // After the copies: each one's data endpoint takes an address of the subnet as it joins.
    privateEndpoint(name, args.network.endpoint, target, parent, replications);
  }
  return {
    registryId: registry.id,
    loginServer: registry.properties.apply((actual: { loginServer?: string }) => {
      if (actual.loginServer !== undefined && actual.loginServer !== args.host) {
        throw refuse(
          `host is ${args.host}; the registry's login server is ${actual.loginServer}. Put it into the path as \`host\``,
        );
      }
      return args.host;
    }),
  };
}

/** Every event of a registry goes to the workspace. */
export function registryLogs(
  name: string,
  resourceUri: pulumi.Input<string>,
  workspaceId: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  new monitor.DiagnosticSetting(
    `${name}-logs`,
    {
      name: "to-workspace",
      resourceUri,
      workspaceId,
      logs: [
        { category: "ContainerRegistryRepositoryEvents", enabled: true },
        { category: "ContainerRegistryLoginEvents", enabled: true },
      ],
      metrics: [{ category: "AllMetrics", enabled: true }],
    },
    { parent },
  );
}
