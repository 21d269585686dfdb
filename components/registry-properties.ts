import { armMode } from "../model/access/permission-mode";
import type { PrivateNetworkArgs } from "./private-endpoint";

/** Who can reach a registry over the network. */
export interface RegistryNetworkArgs {
  /** `public`: everybody; `restricted`: the `ipRules`; `private`: the private endpoint alone. */
  access: string;
  /** Public addresses and ranges that are let in, e.g. `203.0.113.16/28`; only with `restricted`. */
  ipRules?: string[];
  /** Where the private endpoint stands; only with `private`. */
  endpoint?: PrivateNetworkArgs;
}

/**
 * Properties of a registry as ARM spells them (API 2025-11-01).
 *
 * Untagged retention stays off: it deletes what is pinned by digest and skips OCI manifests. Exports stay on: a
 * registry that forbids them can't be imported from. Trusted services may bypass: an import is one of them.
 */
export function registryProperties(
  permissionMode: string,
  network: RegistryNetworkArgs,
  zoneRedundant: boolean,
  refuse: (why: string) => Error,
): object {
  if (permissionMode !== "abac" && permissionMode !== "rbac") {
    throw refuse(`permissionMode is ${permissionMode}; expected abac or rbac`);
  }
  return {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    roleAssignmentMode: armMode[permissionMode],
    networkRuleBypassOptions: "AzureServices",
    ...networkProperties(network, refuse),
    ...(zoneRedundant && { zoneRedundancy: "Enabled" }),
    policies: {
      exportPolicy: { status: "enabled" },
      retentionPolicy: { status: "disabled", days: 0 },
      softDeletePolicy: { status: "disabled", retentionDays: 7 },
    },
  };
}

function networkProperties(
  { access, ipRules = [], endpoint }: RegistryNetworkArgs,
  refuse: (why: string) => Error,
) {
  switch (access) {
    case "public":
      return { publicNetworkAccess: "Enabled" };
    case "restricted":
      if (ipRules.length === 0) throw refuse("network.access is restricted, and ipRules lets nobody in");
      return {
        publicNetworkAccess: "Enabled",
        networkRuleSet: {
          defaultAction: "Deny",
          ipRules: ipRules.map((value) => ({ action: "Allow", value })),
        },
      };
    case "private":
      if (!endpoint) throw refuse("network.access is private, and network.endpoint is missing");
      return { publicNetworkAccess: "Disabled" };
  }
  throw refuse(`network.access is ${access}; expected public, restricted or private`);
}
