import * as pulumi from "@pulumi/pulumi";
import { registryLogs } from "./container-registry";

export interface AdoptedRegistryArgs {
  /** ARM id of a registry that somebody else made. */
  registryId: string;
  /** Log Analytics workspace that receives repository events, login events and metrics. */
  workspaceId: pulumi.Input<string>;
}

/** A registry that was there before: its events are logged, and nothing about it is changed. */
export class AdoptedRegistry extends pulumi.ComponentResource {
  /** ARM id of the registry. */
  public readonly registryId: string;

  constructor(name: string, args: AdoptedRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:AdoptedRegistry", name, args, opts);
    registryLogs(name, args.registryId, args.workspaceId, this);
    this.registryId = args.registryId;
    this.registerOutputs({ registryId: this.registryId });
  }
}
