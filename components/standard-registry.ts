import * as pulumi from "@pulumi/pulumi";
import { containerRegistry, judgedProperties } from "./container-registry";
import type { RegistryNetworkArgs } from "./registry-properties";

export interface StandardRegistryArgs {
  /** Name of the registry: 5–50 lower-case letters and digits, unique in all of Azure. */
  registryName: string;
  /** Login server, where clients sign in; compared with the real one once the registry exists. */
  host: string;
  /** Resource group of the environment, which exists already. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** One of `RegistryPermissionMode`; nothing is assumed, since Azure's own default is about to change. */
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

/** An ordinary registry beside the one on the path, in the environment's resource group, and as hard to get into. */
export class StandardRegistry extends pulumi.ComponentResource {
  /** ARM id of the registry. */
  public readonly registryId: pulumi.Output<string>;
  /** Login server as Azure reports it. */
  public readonly loginServer: pulumi.Output<string>;

  constructor(name: string, args: StandardRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:StandardRegistry", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`StandardRegistry "${name}": ${why}`, this);
    const owner = { component: this, refuse };
    const properties = judgedProperties(name, args, owner);
    const registry = containerRegistry(name, args.resourceGroupName, properties, args, owner);
    this.registryId = registry.registryId;
    this.loginServer = registry.loginServer;
    this.registerOutputs({ registryId: this.registryId, loginServer: this.loginServer });
  }
}
