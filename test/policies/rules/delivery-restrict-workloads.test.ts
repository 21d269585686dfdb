import { CanaryWorkload, Workload } from "../../../components";
import type { WorkloadPlan } from "../../../model/delivery/workload";
import { deliveryRestrictWorkloads } from "../../../policies/rules/delivery-restrict-workloads";
import type { Resource } from "../../../policies/rule";
import { type StackFacts, stackFacts } from "../../../policies/stack-facts";
import { type Properties, unknown } from "../../../policies/values";
import { delivery, deliverySettings, pocDelivery } from "../../support/delivery";
import { register } from "../../support/recorder";
import { bent, canary, canaryPlan, plan, workload } from "../support/delivered";
import { deliveryStack, digest, pocDeliveryStack, stack, today } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(deliveryRestrictWorkloads);
const fix = "Leave it to Workload or CanaryWorkload, with the values of the stack file";
const { deployment, service, account } = workload();
const { rollout, route, subsets, canaryService, analysis } = canary();
const container = "spec.template.spec.containers[0]";

/** What components really register, under mocks. */
async function registeredBy(make: () => unknown): Promise<Resource[]> {
  const registered = await register(make);
  return registered
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, name, inputs }) => ({ type, name, properties: inputs as Properties }));
}

const args = ({ name: _name, registries, ...others }: WorkloadPlan) => ({
  ...others,
  registries: [...registries],
});

test("what the components register passes, and nothing of it in another stack's name", async () => {
  const own = await registeredBy(() => new Workload("auth-service", args(plan)));
  expect(own).toHaveLength(3);
  expect(says(own, deliveryStack())).toEqual([]);
  const { canary: measured } = pocDelivery.workloads["auth-service"];
  const made = await registeredBy(
    () => new CanaryWorkload("auth-service", { ...args(canaryPlan), canary: measured }),
  );
  expect(made).toHaveLength(7);
  expect(says(made, pocDeliveryStack())).toEqual([]);
  expect(says(made, deliveryStack())).not.toEqual([]);
  expect(says(bent(deployment, `${container}.command`, ["sh"]), stack("prod"))).toEqual([]);
});

test.each<[string, Resource, StackFacts, string]>([
  [
    "arguments",
    bent(deployment, `${container}.args`, ["-c", "evil"]),
    deliveryStack(),
    `["-c","evil"] stands where nothing belongs (auth-service: ${container}.args). ${fix}`,
  ],
  [
    "a hook",
    bent(deployment, `${container}.lifecycle`, { postStart: { exec: { command: ["x"] } } }),
    deliveryStack(),
    `{"postStart":{"exec":{"command":["x"]}}} stands where nothing belongs (auth-service: ${container}.lifecycle). ${fix}`,
  ],
  [
    "fewer limits than stated",
    bent(deployment, `${container}.resources.limits.memory`, undefined),
    deliveryStack(),
    `nothing stands where "128Mi" belongs (auth-service: ${container}.resources.limits.memory). ${fix}`,
  ],
  [
    "a token",
    bent(account, "automountServiceAccountToken", true),
    deliveryStack(),
    `true stands where false belongs (auth-service: automountServiceAccountToken). ${fix}`,
  ],
  [
    "a service for the internet",
    bent(service, "spec.type", "LoadBalancer"),
    deliveryStack(),
    `"LoadBalancer" stands where nothing belongs (auth-service: spec.type). ${fix}`,
  ],
  [
    "a promoted image of another repository",
    bent(deployment, `${container}.image`, plan.image.replace("auth-service", "login")),
    deliveryStack(),
    `auth-service runs an image of iam/login, not of iam/auth-service (auth-service: ${container}.image). Run what the environment's stack names for its repository`,
  ],
  [
    "another name",
    bent(service, "metadata.name", "payments"),
    deliveryStack(),
    'core:Service "payments" in "iam" belongs to no workload of the configuration (auth-service: metadata.name). Name it as the stack file names the workload',
  ],
  [
    "a mesh's gateway",
    bent(route, "spec.gateways", ["aks-istio-ingress/public"]),
    pocDeliveryStack(),
    `["aks-istio-ingress/public"] stands where nothing belongs (auth-service: spec.gateways). ${fix}`,
  ],
  [
    "another namespace's service, where Argo writes",
    bent(route, "spec.http[0].route[1].destination.host", "look.elsewhere.svc.cluster.local"),
    pocDeliveryStack(),
    `"look.elsewhere.svc.cluster.local" is nothing that Argo's controller writes for auth-service (auth-service: spec.http[0].route[1].destination.host). ${fix}`,
  ],
  [
    "a redirection, where Argo writes",
    bent(route, "spec.http[0].redirect", { uri: "/" }),
    pocDeliveryStack(),
    `{"uri":"/"} is nothing that Argo's controller writes for auth-service (auth-service: spec.http[0].redirect). ${fix}`,
  ],
  [
    "routes that nobody knows",
    bent(route, "spec.http", undefined),
    pocDeliveryStack(),
    `nothing is nothing that Argo's controller writes for auth-service (auth-service: spec.http). ${fix}`,
  ],
  [
    "requests without the mesh's encryption",
    bent(subsets, "spec.subsets[0].trafficPolicy", { tls: { mode: "DISABLE" } }),
    pocDeliveryStack(),
    `{"tls":{"mode":"DISABLE"}} is nothing that Argo's controller writes for auth-service (auth-service: spec.subsets[0].trafficPolicy). ${fix}`,
  ],
  [
    "another's pods behind the canary",
    bent(canaryService, "spec.selector", { "app.kubernetes.io/name": "payments" }),
    pocDeliveryStack(),
    `"payments" is nothing that Argo's controller writes for auth-service (auth-service-canary: spec.selector.app.kubernetes.io/name). ${fix}`,
  ],
  [
    "a Secret in an analysis",
    bent(analysis, "spec.args[0].valueFrom", { secretKeyRef: { name: "payments", key: "key" } }),
    pocDeliveryStack(),
    `{"secretKeyRef":{"name":"payments","key":"key"}} stands where nothing belongs (auth-service: spec.args[0].valueFrom). ${fix}`,
  ],
  [
    "changes of the image that nobody sees",
    { ...rollout, ignoreChanges: ["spec.template"] },
    pocDeliveryStack(),
    "changes of spec.template are ignored, so that nobody sees what stands there (auth-service: ignoreChanges). Take ignoreChanges out of the resource's options",
  ],
])("%s is refused", (_, resource, facts, message) => {
  expect(says(resource, facts)).toEqual([message]);
});

test("an image that isn't known, or that a canary aborted, is none", () => {
  const later: Resource = { ...deployment, properties: { ...deployment.properties, spec: unknown } };
  expect(says(later, deliveryStack())).toEqual([
    `auth-service runs nothing, which is no promoted image (auth-service: ${container}.image). Write registry/repository@sha256:<64 hexadecimal digits>`,
  ]);
  const stated = { ...delivery.workloads["auth-service"], rejected: [digest] };
  const facts = stackFacts(deliverySettings({ ...delivery, workloads: { "auth-service": stated } }), today);
  expect(says(deployment, facts)).toEqual([
    `auth-service runs ${digest}, which a canary aborted here (auth-service: ${container}.image). Run what the environment's stack names for its repository`,
  ]);
});
