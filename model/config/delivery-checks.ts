import { admissionParameters } from "../admission/parameters";
import { isOwnNamespace, ownNamespacesText } from "../cluster/own-namespaces";
import { canaryRefusals, nameRefusals, namespaceRefusals, type Refusal } from "../delivery/checks";
import type { DeliverySettings, WorkloadSettings } from "../delivery/settings";
import { UserError } from "../errors";
import type { Finding } from "./finding";

/** What can't run together, or not there. */
export function deliveryFindings({ workloads, exemptNamespaces, injected }: DeliverySettings): Finding[] {
  return [
    ...injectedFindings(injected, workloads),
    // Nobody may be let deploy in these, so nobody of the matrix runs unjudged pods.
    ...exemptNamespaces
      .filter((name) => !isOwnNamespace(name))
      .map((name) => ({
        path: ["delivery", "exemptNamespaces"],
        what: `${name} is a namespace in which everybody's pods are judged`,
        fix: `Name the cluster's own parts alone: ${ownNamespacesText}`,
      })),
    ...Object.entries(workloads).flatMap(([name, workload]) => [
      ...nameFindings(name, workload, workloads),
      ...namespaceFindings(name, workload, exemptNamespaces),
      ...findingsOf(
        ["delivery", "workloads", name, "canary"],
        workload.canary ? canaryRefusals(workload.canary) : [],
      ),
    ]),
  ];
}

function injectedFindings(
  injected: DeliverySettings["injected"],
  workloads: DeliverySettings["workloads"],
): Finding[] {
  const own = Object.keys(injected).find((container) => Object.hasOwn(workloads, container));
  if (own !== undefined) {
    const what = `${own} is a workload's container, and none that a mesh puts into pods`;
    return [{ path: ["delivery", "injected", own], what, fix: "Leave it out: its image runs by digest" }];
  }
  try {
    admissionParameters({ registries: ["registry.example"], images: [], injected });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ path: ["delivery", "injected"], what: error.problem.what, fix: error.problem.fix }];
  }
}

function nameFindings(
  name: string,
  { namespace }: WorkloadSettings,
  workloads: DeliverySettings["workloads"],
): Finding[] {
  const path = ["delivery", "workloads", name];
  const unusable = findingsOf(path, nameRefusals(name));
  if (unusable.length > 0) return unusable;
  const stable = name.replace(/-canary$/, "");
  const other = Object.hasOwn(workloads, stable) ? workloads[stable] : undefined;
  if (stable === name || other?.canary === undefined || other.namespace !== namespace) return [];
  return [{ path, what: `${name} is the service of ${stable}'s canary`, fix: "Give it another name" }];
}

function namespaceFindings(
  name: string,
  { namespace }: WorkloadSettings,
  exempt: DeliverySettings["exemptNamespaces"],
): Finding[] {
  return findingsOf(["delivery", "workloads", name], namespaceRefusals(namespace, exempt));
}

function findingsOf(path: readonly string[], refusals: readonly Refusal[]): Finding[] {
  return refusals.map(({ key, ...said }) => ({ ...said, path: [...path, ...key] }));
}
