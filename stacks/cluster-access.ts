import type * as pulumi from "@pulumi/pulumi";
import { AccessMatrix, type AccessPrincipalArgs } from "../components";
import { type CellGrant, clusterColumn, expandMatrix, roleGuidFor } from "../model/access/matrix";
import { grantsOfClusters } from "../model/cluster/grants";
import { podSecurityName } from "../model/cluster/pod-security";
import { clusterGroupId, clusterId, namespaceId } from "../model/physical-names";
import type { Environment, ExistingCluster } from "../model/promotion-path";
import { accessOn } from "./grants";
import { refuseStrongPods } from "./pod-security";
import { settings } from "./settings";

type Principals = { [identity: string]: AccessPrincipalArgs };

/** The cells of an environment's cluster, filled: on the whole of it, and on each namespace in which somebody deploys. */
export function grantInCluster(
  environment: Environment,
  principals: Principals,
  opts?: pulumi.ComponentResourceOptions,
): void {
  const { subscriptionId } = settings;
  const column = clusterColumn(environment.name);
  const namespaceOf = (target: CellGrant["target"]) =>
    target.kind === "cluster" && target.environment === environment.name
      ? (target.namespace ?? whole)
      : undefined;
  const grant = (name: string, scope: string, namespace: string) =>
    new AccessMatrix(
      name,
      {
        subscriptionId,
        scope,
        ...accessOn((target) => namespaceOf(target) === namespace, principals),
      },
      opts,
    );
  grant(column, clusterId(settings, environment), whole);
  const named = expandMatrix(settings).map(({ target }) => namespaceOf(target));
  for (const namespace of new Set(named)) {
    if (namespace === undefined || namespace === whole) continue;
    grant(`${column}-${namespace}`, namespaceId(settings, environment, namespace), namespace);
  }
}

// No name of a namespace.
const whole = "";

/** Everything that an environment's stack decides about a cluster that stood there before. Its id is known, so nothing has to be asked. */
export function takeInCluster(
  environment: Environment & { readonly cluster: ExistingCluster },
  registryId: pulumi.Input<string>,
  principals: Principals,
): void {
  const { name, cluster, mode } = environment;
  const { subscriptionId, organization } = settings;
  const group = clusterGroupId(settings, cluster);
  const inColumn = (kind: CellGrant["target"]["kind"]) => (target: CellGrant["target"]) =>
    target.kind === kind && "environment" in target && target.environment === name;
  grantInCluster(environment, principals);
  // No namespace has a dot in its name.
  new AccessMatrix(`${clusterColumn(name)}.group`, {
    subscriptionId,
    scope: group,
    ...accessOn(inColumn("clusterGroup"), principals),
  });
  const [pull] = grantsOfClusters(settings).filter(({ target }) => inColumn("registry")(target));
  new AccessMatrix(`${name}-cluster-pull`, {
    subscriptionId,
    scope: registryId,
    permissionMode: mode,
    grants: {
      kubelet: { identity: "kubelet", roleGuid: roleGuidFor(pull.role, subscriptionId, organization) },
    },
    principals: { kubelet: { objectId: cluster.kubelet, principalType: "ServicePrincipal" } },
  });
  // A group may hold clusters of other environments, whose stacks say the same of it.
  refuseStrongPods(name, group, { assignmentName: podSecurityName(name) });
}
