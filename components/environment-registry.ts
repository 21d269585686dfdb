import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { containerRegistry, type ContainerRegistryArgs, judgedProperties } from "./container-registry";

export interface EnvironmentRegistryArgs extends ContainerRegistryArgs {
  /** Resource group to create for this environment. */
  resourceGroupName: string;
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
