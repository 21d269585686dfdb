import * as rbac from "@pulumi/kubernetes/rbac/v1";

new rbac.ClusterRoleBinding("auth-service", {
  metadata: { name: "auth-service" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  subjects: [{ kind: "ServiceAccount", namespace: "iam", name: "auth-service" }],
});
