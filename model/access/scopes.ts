import type { ManagementGroup } from "./types";

const managementGroupPrefix = "/providers/microsoft.management/managementgroups/";

/** ARM ids compare without case and without a trailing slash; the root scope is "". */
export function normalizeScope(scope: string): string {
  return scope.toLowerCase().replace(/\/+$/, "");
}

/** A scope with one slash between its parts and none behind them; undefined for what ARM might read in another way. */
export function readScope(text: string): string | undefined {
  const scope = `/${text.split("/").filter(Boolean).join("/")}`;
  return /[%?#\\\s]|\/\.\.?(?:\/|$)/.test(scope) ? undefined : scope;
}

/** Whether a right on `holder` is inherited by `scope` (or is on it). Extension resources count as below their target. */
export function scopeCovers(
  holder: string,
  scope: string,
  managementGroups?: readonly ManagementGroup[],
): boolean {
  const above = normalizeScope(holder);
  const below = normalizeScope(scope);
  if (below === above || below.startsWith(`${above}/`)) {
    return true;
  }
  return (
    above.startsWith(managementGroupPrefix) && groupCovers(above, below, managementGroups ?? [], new Set())
  );
}

function groupCovers(
  group: string,
  scope: string,
  known: readonly ManagementGroup[],
  seen: Set<string>,
): boolean {
  const entry = known.find((candidate) => normalizeScope(candidate.id) === group);
  if (!entry) {
    // The hierarchy is not declared: the worst case is that the group stands above.
    return true;
  }
  seen.add(group);
  return entry.children.map(normalizeScope).some((child) => {
    if (scope === child || scope.startsWith(`${child}/`)) {
      return true;
    }
    return (
      child.startsWith(managementGroupPrefix) && !seen.has(child) && groupCovers(child, scope, known, seen)
    );
  });
}

/** A scope as people read it: its last type and name, or the subscription. */
export function describeScope(scope: string): string {
  const parts = scope.split("/").filter((part) => part !== "");
  const [kind, name] = parts.slice(-2);
  if (kind === undefined || name === undefined) {
    return "the tenant root";
  }
  if (parts.length === 2 && kind.toLowerCase() === "subscriptions") {
    return `subscription ${name}`;
  }
  if (kind.toLowerCase() === "managementgroups") {
    return `management group ${name}`;
  }
  return `…/${kind}/${name}`;
}
