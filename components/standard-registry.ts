import * as pulumi from "@pulumi/pulumi";
import { containerRegistry, type ContainerRegistryArgs, judgedProperties } from "./container-registry";

export interface StandardRegistryArgs extends ContainerRegistryArgs {
  /** Resource group of the environment, which exists already. */
  resourceGroupName: pulumi.Input<string>;
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
