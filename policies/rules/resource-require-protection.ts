import { isAssignment, isKey, isRegistry, isRoleDefinition, isVault } from "../../model/azure/kinds";
import { azureResource, type AzureResource } from "../../model/azure/resource";
import type { Finding, Resource, ResourceRule } from "../rule";

/** What nobody brings back is not taken away in passing, and what must be as declared is looked at. */
export const resourceRequireProtection: ResourceRule = {
  name: "resource-require-protection",
  displayName: "Protected from deletion and from looking away",
  description:
    "Registries, vaults and signing keys carry the option `protect`; what decides about access and images ignores no changes.",
  severity: "high",
  remediationSteps: "Set `protect: true` in the resource's options, and take `ignoreChanges` out of them.",
  looksAt: [
    "Registries, key vaults and their keys, in every stack: the resource option `protect`, without which a `pulumi destroy`, or a renamed resource, deletes them with all images.",
    "In a protected environment and in the shared stack: `ignoreChanges` on registries and what is inside of them, vaults, keys, roles and their assignments, identities, and airlock's own resources. It leaves what was changed by hand as it is.",
    "`protect` holds back the engine alone, and can be overridden on its command line. In Azure nobody of the matrix may delete a registry or a vault, the platform included. (A management lock would also refuse to take a role assignment away, which is the wrong thing on a bad day.)",
  ],
  why: "A registry that is gone can't be rolled back to. And a program that ignores the changes of `adminUserEnabled` shows a reviewer `false` while the cloud has `true`.",
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return [
      ...(azure && isPrecious(azure) ? protectFindings(resource) : []),
      ...(stack.strict && (/^(?:airlock|azuread):/.test(resource.type) || (azure && decides(azure)))
        ? ignoreFindings(resource)
        : []),
    ];
  },
};

function isPrecious(azure: AzureResource): boolean {
  return isRegistry(azure) || isVault(azure) || isKey(azure);
}

function decides(azure: AzureResource): boolean {
  return (
    isPrecious(azure) ||
    isAssignment(azure) ||
    isRoleDefinition(azure) ||
    ["containerregistry", "managedidentity", "resources"].includes(azure.module)
  );
}

function protectFindings({ protect, type }: Resource): Finding[] {
  if (protect === true) return [];
  return [
    {
      what: `${type} can be deleted by the engine`,
      property: "protect",
      fix: "Set the resource option protect: true",
    },
  ];
}

function ignoreFindings({ ignoreChanges = [], type }: Resource): Finding[] {
  if (ignoreChanges.length === 0) return [];
  return [
    {
      what: `${type} ignores changes of ${ignoreChanges.join(", ")}, so that nobody sees them`,
      property: "ignoreChanges",
      fix: "Take ignoreChanges out of the resource's options",
    },
  ];
}
