import { customResourceCondition, evaluateCondition, parseCondition } from "../../../model/access/condition";
import { clusterPathRequest, clusterRequest } from "../../../model/access/kubernetes";

const cluster =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/contoso-poc-dev-aks";
const asked = (line: string) => {
  const [verb, what, namespace] = line.split(" ");
  const [path, group = ""] = what.split("@");
  const [resource, subresource] = path.split("/");
  return {
    verb,
    group,
    resource,
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
  };
};
const told = (line: string) => {
  const request = clusterRequest(cluster, asked(line));
  if (!request) return undefined;
  const { action, scope, customResource } = request;
  const at = scope === cluster ? "" : ` in ${scope.replace(`${cluster}/namespaces/`, "")}`;
  const kind = customResource ? ` of ${customResource.group}/${customResource.kind}` : "";
  return action.replace("Microsoft.ContainerService/managedClusters/", "") + kind + at;
};

// As AKS's own authorizer forms them (Azure's guard), and Azure's list of permissions names them.
test.each([
  ["get pods iam", "pods/read in iam"],
  ["list pods", "pods/read"],
  ["get pods/log iam", "pods/read in iam"],
  ["create pods/exec iam", "pods/exec/action in iam"],
  ["get pods/exec iam", "pods/exec/action in iam"],
  ["create pods/portforward iam", "pods/write in iam"],
  ["get pods/portforward iam", "pods/read in iam"],
  ["patch deployments@apps iam", "apps/deployments/write in iam"],
  ["update deployments/scale@apps iam", "apps/deployments/write in iam"],
  ["deletecollection configmaps iam", "configmaps/delete in iam"],
  ["create serviceaccounts/token iam", "serviceaccounts/write in iam"],
  ["impersonate serviceaccounts iam", "serviceaccounts/impersonate/action in iam"],
  ["impersonate users", "users/impersonate/action"],
  ["bind clusterroles@rbac.authorization.k8s.io", "rbac.authorization.k8s.io/clusterroles/bind/action"],
  ["patch rollouts@argoproj.io iam", "customresources/write of argoproj.io/rollouts in iam"],
  [
    "watch virtualservices@networking.istio.io",
    "customresources/read of networking.istio.io/virtualservices",
  ],
  [
    "create validatingadmissionpolicies@admissionregistration.k8s.io",
    "customresources/write of admissionregistration.k8s.io/validatingadmissionpolicies",
  ],
  [
    "create validatingwebhookconfigurations@admissionregistration.k8s.io",
    "admissionregistration.k8s.io/validatingwebhookconfigurations/write",
  ],
  ["approve signers@certificates.k8s.io", undefined],
  ["use rollouts@argoproj.io", undefined],
  ["* pods iam", undefined],
  ["get *@apps iam", undefined],
  ["constructor pods", undefined],
])("%s is asked of Azure as %s", (line, expected) => {
  expect(told(line)).toBe(expected);
});

test("a namespace that is asked for by name is asked for in itself", () => {
  const namespaces = { verb: "patch", group: "", resource: "namespaces" };
  expect(clusterRequest(cluster, { ...namespaces, name: "iam" })?.scope).toBe(`${cluster}/namespaces/iam`);
  expect(clusterRequest(cluster, namespaces)?.scope).toBe(cluster);
  expect(clusterRequest(cluster, { ...namespaces, resource: "nodes", name: "iam" })?.scope).toBe(cluster);
});

test("a path is asked of the cluster", () => {
  expect(clusterPathRequest(cluster, "/healthz/etcd", "get")).toEqual({
    plane: "data",
    action: "Microsoft.ContainerService/managedClusters/healthz/etcd/read",
    scope: cluster,
  });
  expect(clusterPathRequest(cluster, "/", "get")?.action).toBe(
    "Microsoft.ContainerService/managedClusters/read",
  );
});

describe("a condition on custom resources", () => {
  const condition = parseCondition(
    customResourceCondition(
      ["write", "delete"],
      [
        { group: "argoproj.io", kinds: ["rollouts", "analysistemplates"] },
        { group: "networking.istio.io", kinds: ["virtualservices"] },
      ],
    ),
  );
  test.each([
    ["patch rollouts@argoproj.io iam", true],
    ["delete analysistemplates@argoproj.io iam", true],
    ["patch virtualservices@networking.istio.io iam", true],
    // The group of one with a kind of the other.
    ["patch virtualservices@argoproj.io iam", false],
    ["patch envoyfilters@networking.istio.io iam", false],
    ["patch applications@argoproj.io iam", false],
    ["create rolebindings@kyverno.io iam", false],
    // What it does not speak of, it does not narrow.
    ["get applications@argoproj.io iam", true],
    ["patch deployments@apps iam", true],
  ])("%s: %s", (line, expected) => {
    expect(evaluateCondition(condition, clusterRequest(cluster, asked(line))!)).toBe(expected);
  });

  test("holds for no request that does not say what it is about", () => {
    const request = { ...clusterRequest(cluster, asked("patch rollouts@argoproj.io"))! };
    expect(evaluateCondition(condition, { ...request, customResource: undefined })).toBeUndefined();
  });
});
