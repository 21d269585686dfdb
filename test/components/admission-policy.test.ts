import { AdmissionPolicy, type AdmissionPolicyArgs } from "../../components";
import { outline, register } from "../support/recorder";

const host = "onestreamprod.azurecr.io";
const image = `${host}/iam/auth-service@sha256:${"a".repeat(64)}`;
const args: AdmissionPolicyArgs = { environment: "prod", registries: [host], images: [image] };

const parametersOf = ({ metadata }: Record<string, unknown>) => (metadata as { name: string }).name;

test("other images have parameters of another name, and the same ones of the same", async () => {
  const namesOf = async (images: string[]) =>
    (await register(() => new AdmissionPolicy("prod", { ...args, images })))
      .filter(({ type }) => type.endsWith(":ConfigMap"))
      .map(({ inputs }) => parametersOf(inputs));
  const login = image.replace("auth-service", "login");
  const [[one], [again], [other]] = [
    await namesOf([image, login]),
    await namesOf([login, image]),
    await namesOf([image]),
  ];
  expect(one).toMatch(/^airlock-prod-[0-9a-f]{10}$/);
  expect([again === one, other === one]).toEqual([true, false]);
});

test("a policy with its binding, and what it admits in a namespace of its own", async () => {
  const registered = await register(() => new AdmissionPolicy("prod", args));
  expect(outline(registered)).toEqual([
    "airlock:index:AdmissionPolicy prod",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy prod",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding prod-binding",
    "kubernetes:core/v1:ConfigMap prod-parameters",
    "kubernetes:core/v1:Namespace prod-system",
  ]);
  const [, policy, binding, parameters, namespace] = registered.map(({ inputs }) => inputs);
  expect(namespace.metadata).toEqual({
    name: "airlock-system",
    labels: {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    },
  });
  expect(policy.spec).toMatchObject({
    failurePolicy: "Fail",
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
  });
  expect(binding.spec).toEqual({
    policyName: "airlock-prod",
    validationActions: ["Deny", "Audit"],
    paramRef: {
      selector: { matchLabels: { "airlock.dev/admits": "prod" } },
      namespace: "airlock-system",
      parameterNotFoundAction: "Deny",
    },
    matchResources: {
      namespaceSelector: {
        matchExpressions: [
          {
            key: "kubernetes.io/metadata.name",
            operator: "NotIn",
            values: [
              "aks-istio-system",
              "gatekeeper-system",
              "kube-node-lease",
              "kube-public",
              "kube-system",
            ],
          },
        ],
      },
    },
  });
  expect(parameters.metadata).toMatchObject({ labels: { "airlock.dev/admits": "prod" } });
  expect(parameters.immutable).toBe(true);
  expect(parameters.data).toEqual({ registries: host, images: image, injected: "" });
});

test.each<[string, Partial<AdmissionPolicyArgs>, string]>([
  ["no registry", { registries: [] }, "registries is empty. Name the environment's registry"],
  [
    "a registry with a path",
    { registries: ["a.io/b"] },
    '"a.io/b" is not a login server. Write it as in contosoprod.azurecr.io',
  ],
  [
    "a tag",
    { images: [`${host}/iam/login:1`] },
    `${host}/iam/login:1 is not admitted by digest alone. Write <registry>/<repository>@sha256:…`,
  ],
  [
    "a foreign image",
    { images: [image.replace("prod", "dev")] },
    `${image.replace("prod", "dev")} is of none of the registries. They are ${host}`,
  ],
  [
    "a mesh's image with a tag",
    { injected: { "istio-proxy": "mcr.microsoft.com/oss/istio/proxyv2:1" } },
    '"mcr.microsoft.com/oss/istio/proxyv2:1" of injected.istio-proxy is no repository with its registry. Write it without tag',
  ],
  [
    "a container's name that isn't one",
    { injected: { "a=b": "mcr.microsoft.com/oss/istio/proxyv2" } },
    '"a=b" is not the name of a container. Lower-case letters, digits and - make one',
  ],
  [
    "a mesh's image from the environment's own registry",
    { injected: { "istio-proxy": `${host}/iam/login` } },
    `injected.istio-proxy names ${host}, whose images run by digest. Leave it out: what a mesh injects comes from elsewhere`,
  ],
  [
    "the namespace where everybody works",
    { exemptNamespaces: ["kube-system", "default"] },
    "exemptNamespaces names default. Name the cluster's own parts alone: kube-*, aks-*, gatekeeper-system, argo-rollouts, istio-system, monitoring",
  ],
  [
    "a namespace that anybody may make",
    { exemptNamespaces: ["debug"] },
    "exemptNamespaces names debug. Name the cluster's own parts alone: kube-*, aks-*, gatekeeper-system, argo-rollouts, istio-system, monitoring",
  ],
  [
    "the namespace of its own parameters",
    { exemptNamespaces: ["airlock-system"] },
    "exemptNamespaces names airlock-system. Name the cluster's own parts alone: kube-*, aks-*, gatekeeper-system, argo-rollouts, istio-system, monitoring",
  ],
  [
    "more than a ConfigMap holds",
    {
      images: Array.from({ length: 11_000 }, (_, index) => `${host}/iam/a${index}@sha256:${"a".repeat(64)}`),
    },
    "11000 images take",
  ],
])("refused: %s", async (_, changed, words) => {
  let message = "";
  await register(() => {
    try {
      new AdmissionPolicy("prod", { ...args, ...changed });
    } catch (error) {
      ({ message } = error as Error);
    }
  });
  expect(message).toContain(`AdmissionPolicy "prod": ${words}`);
});
