import { groupOf } from "../kubernetes/object";

const always = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** Fields that the API server or Pulumi's provider never changes in place, by group and kind. */
const byKind: Readonly<Record<string, readonly string[]>> = {
  "/ConfigMap": ["data", "binaryData"],
  "/PersistentVolumeClaim": ["spec"],
  "/Pod": ["spec"],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type", "data", "stringData"],
  "/Service": ["spec.clusterIP"],
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** Paths whose change makes another object. @param mutable ConfigMaps change in place: the provider's `enableConfigMapMutable` */
export function replacing(apiVersion: string, kind: string, mutable = false): readonly string[] {
  const name = `${groupOf(apiVersion)}/${kind}`;
  return [...always, ...(mutable && name === "/ConfigMap" ? [] : (byKind[name] ?? []))];
}
