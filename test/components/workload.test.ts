import { CanaryWorkload, Workload, type WorkloadArgs, WorkloadNamespace } from "../../components";
import { rolloutSpec } from "../../model/delivery/canary";
import { outline, register } from "../support/recorder";

const host = "contosoprod.azurecr.io";
const image = `${host}/iam/auth-service@sha256:${"ab".repeat(32)}`;
const args: WorkloadArgs = {
  namespace: "iam",
  environment: "prod",
  image,
  registries: [host],
  version: "1.4.0",
  port: 8080,
};
const canary = { prometheus: "http://prometheus.monitoring:9090" };

test("a workload is a Deployment, its service and an account without a token", async () => {
  const registered = await register(() => new Workload("auth-service", args));
  expect(outline(registered)).toEqual([
    "airlock:index:Workload auth-service",
    "kubernetes:apps/v1:Deployment auth-service",
    "kubernetes:core/v1:Service auth-service",
    "kubernetes:core/v1:ServiceAccount auth-service",
  ]);
  const byType = Object.fromEntries(registered.map(({ type, inputs }) => [type, inputs]));
  expect(byType["kubernetes:core/v1:ServiceAccount"].automountServiceAccountToken).toBe(false);
  expect(byType["kubernetes:core/v1:Service"].spec).toEqual({
    selector: { "app.kubernetes.io/name": "auth-service" },
    ports: [{ name: "http", port: 8080, targetPort: "http" }],
  });
  expect(byType["kubernetes:apps/v1:Deployment"].metadata).toMatchObject({
    name: "auth-service",
    namespace: "iam",
  });
});

test("a canary is a Rollout with what it is routed and judged by", async () => {
  const registered = await register(
    () => new CanaryWorkload("pilot", { ...args, workload: "auth-service", canary }),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:CanaryWorkload pilot",
    "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate pilot-analysis",
    "kubernetes:argoproj.io/v1alpha1:Rollout pilot",
    "kubernetes:core/v1:Service pilot",
    "kubernetes:core/v1:Service pilot-canary",
    "kubernetes:core/v1:ServiceAccount pilot",
    "kubernetes:networking.istio.io/v1:DestinationRule pilot-subsets",
    "kubernetes:networking.istio.io/v1:VirtualService pilot-routes",
  ]);
  const objects = registered
    .slice(1)
    .map(({ inputs }) => inputs.metadata as { name: string; namespace: string });
  expect(objects.map(({ name, namespace }) => `${namespace}/${name}`)).toEqual([
    ...["iam/auth-service", "iam/auth-service", "iam/auth-service", "iam/auth-service-canary"],
    ...["iam/auth-service", "iam/auth-service", "iam/auth-service"],
  ]);
  const [rollout] = registered.filter(({ type }) => type.endsWith(":Rollout"));
  expect(rollout.inputs).toMatchObject({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    // What Argo's controller wrote back is the program's again with the next version.
    metadata: { annotations: { "pulumi.com/patchForce": "true" } },
  });
  expect(rollout.inputs.spec).toEqual(rolloutSpec({ ...args, name: "auth-service" }, canary));
});

const byTag = { ...args, image: `${host}/iam/auth-service:1` };

const noDigest = `${byTag.image} is not named by its digest alone. Write <registry>/<repository>@sha256:…, as the stack's output running does`;
const canaryWith = (changes: object) => () =>
  new CanaryWorkload("it", { ...args, canary: { ...canary, ...changes } });

test.each<[string, string, () => unknown]>([
  ["Workload", noDigest, () => new Workload("it", byTag)],
  ["CanaryWorkload", noDigest, () => new CanaryWorkload("it", { ...byTag, canary })],
  [
    "Workload",
    `workload name "${"a".repeat(60)}" is not usable. Use lower-case letters, digits and dashes, a letter first, 56 at most`,
    () => new Workload("it", { ...args, workload: "a".repeat(60) }),
  ],
  [
    "Workload",
    "kube-system is a namespace of the cluster's own parts (namespace). Give the service a namespace of its own",
    () => new Workload("it", { ...args, namespace: "kube-system" }),
  ],
  [
    "Workload",
    "no service runs in airlock-system (namespace). Give the service a namespace of its own",
    () => new Workload("it", { ...args, namespace: "airlock-system" }),
  ],
  [
    "Workload",
    "expected a port from 1 to 65535, found 70000 (port)",
    () => new Workload("it", { ...args, port: 70_000 }),
  ],
  [
    "Workload",
    "expected a whole number of pods from 1 to 100, found 0 (replicas)",
    () => new Workload("it", { ...args, replicas: 0 }),
  ],
  [
    "Workload",
    'expected a path such as /health, found "/../../../configmaps" (health)',
    () => new Workload("it", { ...args, health: "/../../../configmaps" }),
  ],
  [
    "CanaryWorkload",
    "expected a whole number of percent from 1 to 50, found 0 (canary.weight)",
    canaryWith({ weight: 0 }),
  ],
  [
    "CanaryWorkload",
    "expected a whole number of percent from 1 to 99, found 100 (canary.steps[0])",
    canaryWith({ steps: [100] }),
  ],
  [
    "CanaryWorkload",
    "20 % comes after 30 % (canary.steps[1]). Let the canary's share grow with each step",
    canaryWith({ steps: [30, 20] }),
  ],
  [
    "CanaryWorkload",
    "in 30 seconds, measured every 60, no canary fails more than 3 times (canary.durationSeconds). Analyse for 240 seconds at least: a bad canary could not abort",
    canaryWith({ intervalSeconds: 60, durationSeconds: 30 }),
  ],
])("%s refuses in one line: %s", async (kind, line, make) => {
  let message = "";
  const registered = await register(() => {
    try {
      make();
    } catch (error) {
      ({ message } = error as Error);
    }
  });
  expect(message).toBe(`${kind} "it": ${line}`);
  expect(outline(registered)).toEqual([`airlock:index:${kind} it`]);
});

test("a namespace for services", async () => {
  const mesh = { environment: "prod", istioRevision: "asm-1-30" };
  const registered = await register(() => {
    const { namespace } = new WorkloadNamespace("iam", mesh);
    new Workload("auth-service", { ...args, namespace });
  });
  expect(outline(registered.filter(({ name }) => name === "iam"))).toEqual([
    "airlock:index:WorkloadNamespace iam",
    "kubernetes:core/v1:Namespace iam",
  ]);
  expect(registered.find(({ type }) => type.endsWith(":Namespace"))?.inputs.metadata).toMatchObject({
    name: "iam",
    labels: { "istio.io/rev": "asm-1-30" },
  });
});
