import { scopeCovers } from "../../model/access/scopes";
import { registryId } from "../../model/physical-names";
import type { AzureResource } from "../azure-type";
import { isRegistry, ofKind } from "../hardening/resources";
import type { StackRule } from "../rule";
import { textOf } from "../values";

/** Azure itself holds back a deletion. */
export const registryRequireDeletionLock: StackRule = {
  name: "registry-require-deletion-lock",
  displayName: "A lock on protected registries",
  description:
    "The registry of a protected environment carries a management lock, which Azure asks to be removed first.",
  severity: "medium",
  remediationSteps: "Make the registry with EnvironmentRegistry and `deletionLock: true`.",
  looksAt: [
    "In the stack of a protected environment: a management lock of level CanNotDelete or ReadOnly on the registry, or on what is above it. A scope that is not known before `pulumi up` counts.",
    "Such a lock keeps the registry, not the images in it: those are locked one by one ([image-require-lock](image-require-lock.md)).",
  ],
  why: "`protect` is the engine's, and `--ignore-protect` switches it off. A lock of Azure's stands in the portal and on every command line.",
  checkStack: (resources, stack) => {
    const { environment, settings } = stack;
    if (!environment?.protected) return [];
    const own = registryId(settings, environment);
    const locked = ofKind(resources, isLock, stack).some(({ azure }) => {
      const scope = textOf(azure.properties.scope);
      return scope === undefined || scopeCovers(scope, own);
    });
    return locked
      ? []
      : ofKind(resources, isRegistry, stack).map(({ resource }) => ({
          resource,
          what: `${environment.registry}, the registry of ${environment.name}, has no management lock`,
          property: "locks",
          fix: "Add a lock of level CanNotDelete",
        }));
  },
};

function isLock({ module, kind, properties }: AzureResource): boolean {
  const level = textOf(properties.level ?? properties.lockLevel) ?? "";
  return (
    /^(?:authorization|management)$/.test(module) &&
    /^(?:ManagementLock|Lock$|locks$)/.test(kind) &&
    /^(?:CanNotDelete|ReadOnly)$/i.test(level)
  );
}
