import * as pulumi from "@pulumi/pulumi";
import type { AccessPrincipalArgs, PrivateNetworkArgs } from "../components";
import { principalsOf } from "./principals";
import { settings } from "./settings";

/** What an environment takes from the `shared` stack. */
export interface SharedOutputs {
  /** Log Analytics workspace, ARM id. */
  workspaceId: pulumi.Output<string>;
  /** Where a registry's private endpoint stands. */
  registryEndpoint: PrivateNetworkArgs;
  /** Every identity of the matrix, by its name there. */
  principals: { [identity: string]: AccessPrincipalArgs };
}

export function sharedOutputs(): SharedOutputs {
  const name = `${settings.stackOrganization}/${pulumi.getProject()}/shared`;
  const shared = new pulumi.StackReference(name);
  const read = <T>(output: string) =>
    shared.getOutput(output).apply((value: unknown) => {
      if (value !== undefined) return value as pulumi.Unwrap<T>;
      throw new pulumi.RunError(
        `stack ${name} has no output ${output}. Bring it up first: pulumi up -s shared`,
      );
    });
  const principals = read<{ [identity: string]: string }>("principals");
  const principalOf = (identity: string) =>
    principals.apply((ids) => {
      if (ids[identity] !== undefined) return ids[identity];
      throw new pulumi.RunError(
        `${identity} does not exist in stack ${name} yet. Bring it up first: pulumi up -s shared`,
      );
    });
  return {
    workspaceId: read<string>("workspaceId"),
    registryEndpoint: {
      subnetId: read<string>("endpointsSubnetId"),
      location: read<string>("networkLocation"),
      zoneId: read<string>("registryZoneId"),
    },
    principals: principalsOf(
      Object.fromEntries(
        Object.keys(settings.identities).map((identity) => [identity, principalOf(identity)]),
      ),
    ),
  };
}
