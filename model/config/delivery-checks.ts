import { admissionParameters } from "../admission/parameters";
import { admissionNamespace } from "../admission/rules";
import { isOwnNamespace, ownNamespacesText } from "../cluster/own-namespaces";
import type { CanarySettings, DeliverySettings, WorkloadSettings } from "../delivery/settings";
import { UserError } from "../errors";
import type { Finding } from "./finding";

/** The service of a canary is called after its workload, in 63 characters. */
const workloadName = /^[a-z](?:[-a-z0-9]{0,54}[a-z0-9])?$/;

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
      ...(workload.canary ? canaryFindings(["delivery", "workloads", name, "canary"], workload.canary) : []),
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
  if (!workloadName.test(name)) {
    const fix = "Use lower-case letters, digits and dashes, a letter first, 56 at most";
    return [{ path, what: `workload name ${JSON.stringify(name)} is not usable`, fix }];
  }
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
  const path = ["delivery", "workloads", name, "namespace"];
  const fix = "Give the service a namespace of its own";
  if (exempt.includes(namespace) || isOwnNamespace(namespace)) {
    return [{ path, what: `${namespace} is a namespace of the cluster's own parts`, fix }];
  }
  if (namespace === "default" || namespace === admissionNamespace) {
    return [{ path, what: `no service runs in ${namespace}`, fix }];
  }
  return [];
}

function canaryFindings(
  path: readonly string[],
  { weight, steps, intervalSeconds, durationSeconds, failureLimit }: CanarySettings,
): Finding[] {
  const shares = [weight, ...steps];
  const back = shares.findIndex((share, index) => index > 0 && share <= shares[index - 1]);
  const needed = intervalSeconds * (failureLimit + 1);
  return [
    ...(back === -1
      ? []
      : [
          {
            path: [...path, "steps", back - 1],
            what: `${shares[back]} % comes after ${shares[back - 1]} %`,
            fix: "Let the canary's share grow with each step",
          },
        ]),
    ...(durationSeconds >= needed
      ? []
      : [
          {
            path: [...path, "durationSeconds"],
            what: `in ${durationSeconds} seconds, measured every ${intervalSeconds}, no canary fails more than ${failureLimit} times`,
            fix: `Analyse for ${needed} seconds at least: a bad canary could not abort`,
          },
        ]),
  ];
}
