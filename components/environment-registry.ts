import * as monitor from "@pulumi/azure-native/monitor";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { registryEvents } from "../model/azure/events";
import { registryRefusal } from "../model/proof/registry-refusal";
import { privateEndpoint } from "./private-endpoint";
import { registryProperties, type RegistryNetworkArgs } from "./registry-properties";

export interface EnvironmentRegistryArgs {
  /** Name of the registry: 5–50 lower-case letters and digits, unique in all of Azure. */
  registryName: string;
  /** Login server that image references name; compared with the real one once the registry exists. */
  host: string;
  /** Resource group to create for this environment. */
  resourceGroupName: string;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** How it decides about data access: `abac`, which alone can narrow rights to repositories, or `rbac`. Nothing is assumed, since Azure's own default is about to change. */
  permissionMode: string;
  /** Who can reach the registry over the network; nothing is assumed. */
  network: RegistryNetworkArgs;
  /** Log Analytics workspace that receives repository events, login events and metrics. */
  workspaceId: pulumi.Input<string>;
  /** Tags of every resource. */
  tags: { [name: string]: string };
}

/** One environment's resource group and Premium registry: no admin user, no anonymous pull, every event logged. */
export class EnvironmentRegistry extends pulumi.ComponentResource {
  /** ARM id of the resource group. */
  public readonly resourceGroupId: pulumi.Output<string>;
  /** ARM id of the registry. */
  public readonly registryId: pulumi.Output<string>;
  /** Login server as Azure reports it. */
  public readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: EnvironmentRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:EnvironmentRegistry", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`EnvironmentRegistry "${name}": ${why}`, this);
    const properties = registryProperties(args.permissionMode, args.network, refuse);
    const refusal = registryRefusal(name, { ...args, sku: "Premium", properties });
    if (refusal !== undefined) throw refuse(refusal);

    const group = new resources.ResourceGroup(
      `${name}-rg`,
      { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags },
      { parent: this },
    );
    // The generic form at a pinned API version: azure-native's typed Registry can't set the permission mode.
    const registry = new resources.Resource(
      name,
      {
        apiVersion: "2025-11-01",
        resourceProviderNamespace: "Microsoft.ContainerRegistry",
        parentResourcePath: "",
        resourceType: "registries",
        resourceGroupName: group.name,
        resourceName: args.registryName,
        location: args.location,
        sku: { name: "Premium" },
        properties,
        tags: args.tags,
      },
      { parent: this, protect: true },
    );
    new monitor.DiagnosticSetting(
      `${name}-logs`,
      {
        name: "to-workspace",
        resourceUri: registry.id,
        workspaceId: args.workspaceId,
        logs: registryEvents.map((category) => ({ category, enabled: true })),
        metrics: [{ category: "AllMetrics", enabled: true }],
      },
      { parent: this },
    );

    if (args.network.endpoint) {
      const target = { resourceId: registry.id, group: "registry", resourceGroupName: group.name };
      privateEndpoint(name, args.network.endpoint, { ...target, tags: args.tags }, this);
    }

    this.resourceGroupId = group.id;
    this.registryId = registry.id;
    this.loginServer = registry.properties.apply((actual: { loginServer?: string }) => {
      if (actual.loginServer !== undefined && actual.loginServer !== args.host) {
        throw refuse(
          `host is ${args.host}; the registry's login server is ${actual.loginServer}. Put it into the path as \`host\``,
        );
      }
      return args.host;
    });
    this.registerOutputs({
      resourceGroupId: this.resourceGroupId,
      registryId: this.registryId,
      loginServer: this.loginServer,
    });
  }
}
