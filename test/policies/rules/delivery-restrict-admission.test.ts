import { AdmissionPolicy } from "../../../components";
import { clusterNamespaces } from "../../../model/cluster/own-namespaces";
import { deliveryRestrictAdmission } from "../../../policies/rules/delivery-restrict-admission";
import type { Resource } from "../../../policies/rule";
import { stackFacts } from "../../../policies/stack-facts";
import { type Properties, unknown } from "../../../policies/values";
import { delivery, deliverySettings } from "../../support/delivery";
import { register } from "../../support/recorder";
import { admission, bent, plan } from "../support/delivered";
import { deliveryStack, digest, pocDeliveryStack, stack, today } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(deliveryRestrictAdmission);
const fix = "Leave it to AdmissionPolicy, with the values of the stack file";
const { parameters, policy, binding } = admission();

test("what the component registers passes, in its own environment alone", async () => {
  const registered = await register(
    () =>
      new AdmissionPolicy("prod", {
        environment: "prod",
        registries: plan.registries.map((one) => one),
        images: [plan.image],
        exemptNamespaces: [...clusterNamespaces],
        inPlace: true,
      }),
  );
  const made = registered.map(({ type, name, inputs }): Resource => {
    return { type, name, properties: inputs as Properties };
  });
  expect(made.map(({ name }) => name).sort()).toEqual([
    ...["prod", "prod", "prod-binding", "prod-parameters", "prod-system"],
  ]);
  expect(says(made, deliveryStack())).toEqual([]);
  expect(says(made, pocDeliveryStack())).not.toEqual([]);
  expect(says(bent(policy, "spec.failurePolicy", "Ignore"), stack("prod"))).toEqual([]);
});

test.each<[string, Resource, string]>([
  [
    "an expression that says true",
    bent(policy, "spec.validations[2].expression", "true"),
    `"true" stands where "request.dryRun || variables.unpromoted.size() == 0" belongs (airlock-prod: spec.validations[2].expression). ${fix}`,
  ],
  [
    "a failure that lets pass",
    bent(policy, "spec.failurePolicy", "Ignore"),
    `"Ignore" stands where "Fail" belongs (airlock-prod: spec.failurePolicy). ${fix}`,
  ],
  [
    "a condition under which nothing is judged",
    bent(policy, "spec.matchConditions", [{ name: "never", expression: "false" }]),
    `[{"name":"never","expression":"false"}] stands where nothing belongs (airlock-prod: spec.matchConditions). ${fix}`,
  ],
  [
    "a binding that only audits",
    bent(binding, "spec.validationActions", ["Audit"]),
    `["Audit"] stands where ["Deny","Audit"] belongs (airlock-prod: spec.validationActions). ${fix}`,
  ],
  [
    "another exempt namespace",
    bent(binding, "spec.matchResources.namespaceSelector.matchExpressions[0].values[0]", "iam"),
    `"iam" stands where "aks-istio-system" belongs (airlock-prod: spec.matchResources.namespaceSelector.matchExpressions[0].values[0]). ${fix}`,
  ],
  [
    "a binding of another policy",
    bent(binding, "spec.policyName", "lenient"),
    `"lenient" stands where "airlock-prod" belongs (airlock-prod: spec.policyName). ${fix}`,
  ],
  [
    "a spec that nobody knows",
    { ...binding, properties: { ...binding.properties, spec: unknown } },
    `what is not known before \`pulumi up\` stands where {"policyName":"airlock-prod","validationActions":["Deny","Audit"],"paramRef":{"… belongs (airlock-prod: spec). ${fix}`,
  ],
  [
    "another registry",
    bent(parameters, "data.registries", "docker.io"),
    `"docker.io" stands where "contosoprod.azurecr.io" belongs (airlock-prod: data.registries). ${fix}`,
  ],
  [
    "a tag on the list",
    bent(parameters, "data.images", "contosoprod.azurecr.io/iam/auth-service:1"),
    "the list of what is admitted: contosoprod.azurecr.io/iam/auth-service:1 is not admitted by digest alone (airlock-prod: data.images). Write <registry>/<repository>@sha256:…",
  ],
  [
    "a list that nobody knows",
    { ...parameters, properties: { ...parameters.properties, data: unknown } },
    `what is not known before \`pulumi up\` stands where {"registries":"contosoprod.azurecr.io","images":"","injected":""} belongs (airlock-prod: data). ${fix}`,
  ],
  [
    "a second list under another name",
    bent(parameters, "metadata.name", "more"),
    `"more" stands where "airlock-prod" belongs (airlock-prod: metadata.name). ${fix}`,
  ],
  [
    "a list that stays as it is in the cluster",
    { ...parameters, ignoreChanges: ["data"] },
    "changes of data are ignored, so that nobody sees what is admitted (airlock-prod: ignoreChanges). Take ignoreChanges out of the resource's options",
  ],
])("%s is refused", (_, resource, message) => {
  expect(says(resource, deliveryStack())).toEqual([message]);
});

test("what a canary aborted is not admitted, but where another workload of its repository may run it", () => {
  const of = (...rejected: string[][]) => {
    const workloads = rejected.map((digests, index) => [
      `auth-${index}`,
      { ...delivery.workloads["auth-service"], rejected: digests },
    ]);
    const stated = { ...delivery, workloads: Object.fromEntries(workloads) as object };
    return stackFacts(deliverySettings(stated), today);
  };
  expect(says(parameters, of([digest]))).toEqual([
    `${plan.image} is admitted, which a canary aborted here (airlock-prod: data.images). Leave it out: the stack file has it under rejected`,
  ]);
  expect(says(parameters, of([digest], []))).toEqual([]);
  expect(says(parameters, of([]))).toEqual([]);
});
