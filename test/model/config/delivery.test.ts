import { parseSettings } from "../../../model/config";
import { UserError } from "../../../model/errors";
import { scopeOf } from "../../../model/settings";
import { delivery, deliverySettings, pocDelivery, pocDeliverySettings } from "../../support/delivery";
import { clusteredProject } from "../../support/existing-cluster";
import { project } from "../../support/poc";

/** What a stack file is refused with, a line each. */
function linesOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
}

const at = (key: string) => `(Pulumi.prod-delivery.yaml, contoso:${key})`;

test("what an environment's cluster runs, with its defaults", () => {
  const settings = deliverySettings();
  expect(settings).toMatchObject({ kind: "delivery", environment: "prod", organization: "contoso" });
  expect(scopeOf(settings)).toBe("prod");
  expect(settings.path.environments.map(({ name }) => name)).toEqual(["dev", "staging", "prod"]);
  expect(settings.delivery).toEqual({
    stack: "prod",
    context: "contoso-prod",
    istioRevision: "asm-1-30",
    exemptNamespaces: [
      "aks-istio-system",
      "gatekeeper-system",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ],
    injected: {},
    workloads: {
      "auth-service": {
        repository: "iam/auth-service",
        namespace: "iam",
        port: 8080,
        replicas: 2,
        health: "/health",
        resources: { cpu: "100m", memory: "128Mi" },
        rejected: [],
      },
    },
  });
});

test("an environment of the proof of concept is not the project's of that name", () => {
  const settings = pocDeliverySettings();
  expect(scopeOf(settings)).toBe("poc");
  expect(settings).toMatchObject({ environment: "staging", identities: {}, access: {}, teams: {} });
  expect(settings.path.environments).toMatchObject([
    { name: "staging", registry: "contosopocstaging", host: "contosopocstaging.azurecr.io", protected: true },
  ]);
  expect(settings.delivery?.stack).toBe("poc");
  expect(settings.delivery?.workloads["auth-service"].canary).toEqual({
    prometheus: "http://prometheus.monitoring:9090",
    weight: 10,
    steps: [],
    intervalSeconds: 30,
    durationSeconds: 900,
    failureLimit: 3,
    errorsPerMinute: 5,
    successPercent: 95,
  });
});

const workload = delivery.workloads["auth-service"];
const workloads = (changes: Record<string, unknown>, name = "auth-service") => ({
  ...delivery,
  workloads: { [name]: { ...workload, ...changes } },
});
const key = "delivery.workloads.auth-service";

test.each<[string, Record<string, unknown>, string]>([
  [
    "a name that is no DNS label",
    workloads({}, "Auth_Service"),
    `workload name "Auth_Service" is not usable ${at("delivery.workloads.Auth_Service")}. Use lower-case letters, digits and dashes, a letter first, 56 at most`,
  ],
  [
    "a namespace of the cluster's own",
    workloads({ namespace: "kube-system" }),
    `kube-system is a namespace of the cluster's own parts ${at(`${key}.namespace`)}. Give the service a namespace of its own`,
  ],
  [
    "a namespace of what an administrator adds",
    workloads({ namespace: "monitoring" }),
    `monitoring is a namespace of the cluster's own parts ${at(`${key}.namespace`)}. Give the service a namespace of its own`,
  ],
  [
    "the default namespace",
    workloads({ namespace: "default" }),
    `no service runs in default ${at(`${key}.namespace`)}. Give the service a namespace of its own`,
  ],
  [
    "an exemption of everybody",
    { ...delivery, exemptNamespaces: ["default"] },
    `default is a namespace in which everybody's pods are judged ${at("delivery.exemptNamespaces")}. Name the cluster's own parts alone: kube-*, aks-*, gatekeeper-system, argo-rollouts, istio-system, monitoring`,
  ],
  [
    "an exemption of a namespace that anybody may make",
    { ...delivery, exemptNamespaces: ["kube-system", "debug"] },
    `debug is a namespace in which everybody's pods are judged ${at("delivery.exemptNamespaces")}. Name the cluster's own parts alone: kube-*, aks-*, gatekeeper-system, argo-rollouts, istio-system, monitoring`,
  ],
  [
    "a workload's container as a mesh's",
    { ...delivery, injected: { "auth-service": "mcr.microsoft.com/proxyv2" } },
    `auth-service is a workload's container, and none that a mesh puts into pods ${at("delivery.injected.auth-service")}. Leave it out: its image runs by digest`,
  ],
  [
    "a port that there is not",
    workloads({ port: 70000 }),
    `expected a port from 1 to 65535, found 70000 ${at(`${key}.port`)}`,
  ],
  [
    "a health that climbs out of its service",
    workloads({ health: "/../../../configmaps" }),
    `expected a path such as /health, found "/../../../configmaps" ${at(`${key}.health`)}`,
  ],
  [
    "a rejected tag",
    workloads({ rejected: ["1.0.0"] }),
    `expected a digest: "sha256:" and 64 lower-case hexadecimal digits, found "1.0.0" ${at(`${key}.rejected[0]`)}`,
  ],
  [
    "a repository with a tag",
    workloads({ repository: "iam/auth-service:1" }),
    `expected a repository without registry, tag or digest, found "iam/auth-service:1" ${at(`${key}.repository`)}`,
  ],
  [
    "a canary for more than half of the requests",
    workloads({ canary: { prometheus: "http://p:9090", weight: 60 } }),
    `expected a whole number of percent from 1 to 50, found 60 ${at(`${key}.canary.weight`)}`,
  ],
  [
    "a canary without metrics",
    workloads({ canary: {} }),
    `expected the address of Prometheus, such as http://prometheus.monitoring:9090, found nothing ${at(`${key}.canary.prometheus`)}`,
  ],
  [
    "steps that go back",
    workloads({ canary: { prometheus: "http://p:9090", steps: [30, 20] } }),
    `20 % comes after 30 % ${at(`${key}.canary.steps[1]`)}. Let the canary's share grow with each step`,
  ],
  [
    "an analysis in which nothing can fail",
    workloads({ canary: { prometheus: "http://p:9090", durationSeconds: 90 } }),
    `in 90 seconds, measured every 30, no canary fails more than 3 times ${at(`${key}.canary.durationSeconds`)}. Analyse for 120 seconds at least: a bad canary could not abort`,
  ],
  [
    "an injected image with a tag",
    { ...delivery, injected: { "istio-proxy": "mcr.microsoft.com/proxyv2:1" } },
    `"mcr.microsoft.com/proxyv2:1" of injected.istio-proxy is no repository with its registry ${at("delivery.injected")}. Write it without tag`,
  ],
  [
    "another stack than the proof of concept's",
    { ...delivery, stack: "staging" },
    `expected poc, or no such key for the environment's own stack, found "staging" ${at("delivery.stack")}`,
  ],
  [
    "a registry that the path names",
    { ...delivery, registry: "contosoprod.azurecr.io" },
    `the path names the registry of an environment ${at("delivery.registry")}. Leave it out`,
  ],
])("refused: %s", (_, stated, line) => {
  expect(linesOf(() => deliverySettings(stated))).toEqual([line]);
});

test("refused: a service that would be a canary's", () => {
  const service = pocDelivery.workloads["auth-service"];
  const both = { "auth-service": service, "auth-service-canary": service };
  expect(linesOf(() => pocDeliverySettings({ workloads: both }))).toEqual([
    "auth-service-canary is the service of auth-service's canary (Pulumi.poc-staging-delivery.yaml, contoso:delivery.workloads.auth-service-canary). Give it another name",
  ]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    "no registry of the proof of concept",
    { registry: undefined },
    "it is not said which registry the environment's images are in (Pulumi.poc-staging-delivery.yaml, contoso:delivery.registry). Write its host, as Pulumi.poc.yaml makes it",
  ],
  [
    "the project's registry",
    { registry: "contosostaging.azurecr.io" },
    "contosostaging.azurecr.io is the registry of staging on the project's path (Pulumi.poc-staging-delivery.yaml, contoso:delivery.registry). Name the one of the proof of concept",
  ],
])("refused: %s", (_, changes, line) => {
  expect(linesOf(() => pocDeliverySettings(changes))).toEqual([line]);
});

test("refused: an environment that is not on the path, a stack of another name, what belongs elsewhere, nothing at all", () => {
  expect(linesOf(() => deliverySettings(delivery, { stack: "prd-delivery", environment: "prd" }))).toEqual([
    `unknown environment "prd" (Pulumi.prd-delivery.yaml, contoso:environment). Did you mean "prod"?`,
  ]);
  expect(linesOf(() => deliverySettings(delivery, { stack: "workloads" }))).toEqual([
    `stack "workloads" says that it runs the workloads of environment "prod" (Pulumi.workloads.yaml, contoso:environment). Call it prod-delivery: an environment has one such stack`,
  ]);
  const images = { "iam/auth-service": { version: "1.0.0", digest: `sha256:${"a".repeat(64)}` } };
  expect(linesOf(() => deliverySettings(delivery, { images }))).toEqual([
    `a delivery stack has no images ${at("images")}. Move it to the stack of an environment`,
  ]);
  const values = { ...project, kind: "delivery" };
  expect(linesOf(() => parseSettings({ project: "contoso", stack: "prod-delivery", values }))).toEqual([
    `the stack doesn't say whose workloads it runs ${at("environment")}. Write the environment whose workloads these are`,
    `the stack doesn't say what it delivers ${at("delivery")}. Write its context and workloads there: docs/delivery.md says how`,
  ]);
});

describe("where the path names clusters", () => {
  const other = {
    resourceGroup: "contoso-other-rg",
    name: "Contoso-Staging",
    kubelet: "44444444-4444-4444-8444-444444444444",
  };
  const refused = (stack: string, environment: string, context: string, more: object = {}) =>
    linesOf(() =>
      parseSettings({
        project: "contoso",
        stack,
        values: {
          ...clusteredProject({}, {}, other),
          kind: "delivery",
          environment,
          delivery: { ...delivery, ...more, context },
        },
      }),
    );
  const poc = { stack: "poc", registry: "contosopocdev.azurecr.io" };

  test.each<[string, string, string, object, string]>([
    [
      "prod-delivery",
      "prod",
      "somewhere-else",
      {},
      "the path names contoso-prod as the cluster of prod, and not somewhere-else; Write contoso-prod",
    ],
    [
      "prod-delivery",
      "prod",
      "contoso-prod-admin",
      {},
      "the path names contoso-prod as the cluster of prod, and not contoso-prod-admin; Write contoso-prod",
    ],
    [
      "prod-delivery",
      "prod",
      "Contoso-Staging",
      {},
      "Contoso-Staging is the cluster of staging on the project's path; Write contoso-prod",
    ],
    [
      "dev-delivery",
      "dev",
      "CONTOSO-PROD",
      {},
      "CONTOSO-PROD is the cluster of prod on the project's path; Name the context of a cluster of its own",
    ],
    [
      "dev-delivery",
      "dev",
      "contoso-prod-admin",
      {},
      "contoso-prod-admin is the cluster of prod on the project's path; Name the context of a cluster of its own",
    ],
    [
      "poc-dev-delivery",
      "dev",
      "contoso-staging",
      poc,
      "contoso-staging is the cluster of staging on the project's path; Name the context of a cluster of its own",
    ],
  ])("%s of %s doesn't run in %s", (stack, environment, context, more, expected) => {
    const [what, fix] = expected.split("; ");
    expect(refused(stack, environment, context, more)).toEqual([
      `${what} (Pulumi.${stack}.yaml, contoso:delivery.context). ${fix}`,
    ]);
  });

  test.each([
    ["prod-delivery", "prod", "contoso-prod", {}],
    ["staging-delivery", "staging", "Contoso-Staging", {}],
    ["dev-delivery", "dev", "contoso-dev", {}],
    ["poc-dev-delivery", "dev", "contoso-poc-dev-aks", poc],
  ])("%s of %s runs in %s", (stack, environment, context, more) => {
    expect(refused(stack, environment, context, more)).toEqual([]);
  });
});
