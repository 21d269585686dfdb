import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { containerRegistry, judgedProperties } from "./container-registry";
import type { RegistryNetworkArgs } from "./registry-properties";

export interface EnvironmentRegistryArgs {
  /** Name of the registry: 5–50 lower-case letters and digits, unique in all of Azure. */
  registryName: string;
  /** Login server, where clients sign in; compared with the real one once the registry exists. */
  host: string;
  /** Resource group to create for this environment. */
  resourceGroupName: string;
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

/** One environment's resource group and Premium registry: no admin user, no anonymous pull, every event logged. */
export class EnvironmentRegistry extends pulumi.ComponentResource {
  /** ARM id of the resource group. */
  public readonly resourceGroupId: pulumi.Output<string>;
  /** Name of the resource group. */
  public readonly resourceGroupName: pulumi.Output<string>;
  /** ARM id of the registry. */
  public readonly registryId: pulumi.Output<string>;
  /** Login server as Azure reports it. */
  public readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: EnvironmentRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:EnvironmentRegistry", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`EnvironmentRegistry "${name}": ${why}`, this);
    const owner = { component: this, refuse };
    const properties = judgedProperties(name, args, owner);
    const group = new resources.ResourceGroup(
      `${name}-rg`,
      { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags },
      { parent: this },
    );
    const registry = containerRegistry(name, group.name, properties, args, owner);
    this.resourceGroupId = group.id;
    this.resourceGroupName = group.name;
    this.registryId = registry.registryId;
    this.loginServer = registry.loginServer;
    this.registerOutputs({
      resourceGroupId: this.resourceGroupId,
      resourceGroupName: this.resourceGroupName,
      registryId: this.registryId,
      loginServer: this.loginServer,
    });
  }
}
