import { engineConfig } from "../../cli/project";
import { delivery, pocDelivery } from "../support/delivery";
import { project } from "../support/poc";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: any;
}

interface World {
  readonly stack: string;
  readonly environment: string;
  readonly stated: object;
  /** The output `running` of the stack that is asked. */
  readonly running: unknown;
}

/** What the program of a delivery stack registers and returns. */
async function deliver({ stack, environment, stated, running }: World) {
  const registered: Registered[] = [];
  const asked: string[] = [];
  const values = { ...project, kind: "delivery", environment, delivery: stated };
  let program: typeof import("../../stacks/delivery");
  let pulumi: typeof import("@pulumi/pulumi");
  const newResource = ({ type, name, inputs }: Registered) => {
    if (type === "pulumi:pulumi:StackReference") {
      asked.push(inputs.name);
      return { id: inputs.name, state: { outputs: { running }, secretOutputNames: [] } };
    }
    registered.push({ type, name, inputs });
    return { id: name, state: inputs };
  };
  jest.isolateModules(() => {
    pulumi = require("@pulumi/pulumi");
    void pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "contoso", stack);
    pulumi.runtime.setAllConfig(engineConfig({ name: "contoso" }, values));
    program = require("../../stacks/delivery");
  });
  const outputs = await program!.deliver();
  await pulumi!.runtime.disconnect();
  return { outputs, asked, registered };
}

const digest = (one: string) => `sha256:${one.repeat(64)}`;
const runningIn = (host: string) => ({
  "iam/auth-service": {
    version: "1.1.0",
    reference: `${host}/iam/auth-service@${digest("a")}`,
    registry: host,
    previous: [{ version: "1.0.0", reference: `${host}/iam/auth-service@${digest("b")}` }],
  },
});
const prod = {
  stack: "prod-delivery",
  environment: "prod",
  stated: delivery,
  running: runningIn("contosoprod.azurecr.io"),
};
const staging = {
  stack: "poc-staging-delivery",
  environment: "staging",
  stated: pocDelivery,
  running: { dev: {}, staging: runningIn("contosopocstaging.azurecr.io") },
};

test("an environment's workloads run what was promoted to it, in a cluster that admits nothing else", async () => {
  const { outputs, asked, registered } = await deliver(prod);
  expect(asked).toEqual(["organization/contoso/prod"]);
  expect(registered.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "airlock:index:AdmissionPolicy prod",
    "airlock:index:Workload auth-service",
    "airlock:index:WorkloadNamespace iam",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy prod",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding prod-binding",
    "kubernetes:apps/v1:Deployment auth-service",
    "kubernetes:core/v1:ConfigMap prod-parameters",
    "kubernetes:core/v1:Namespace iam",
    "kubernetes:core/v1:Namespace prod-system",
    "kubernetes:core/v1:Service auth-service",
    "kubernetes:core/v1:ServiceAccount auth-service",
    "pulumi:providers:kubernetes cluster",
  ]);
  const inputsOf = (kind: string) => registered.find(({ type }) => type.endsWith(`:${kind}`))!.inputs;
  // No kubeconfig, and nothing secret.
  expect(inputsOf("kubernetes")).toEqual({
    context: "contoso-prod",
    enableServerSideApply: "true",
    enableConfigMapMutable: "true",
  });
  // Under one name, and changed in place: the former list would refuse what was just promoted.
  expect(inputsOf("ConfigMap")).toMatchObject({
    metadata: { name: "airlock-prod" },
    data: {
      registries: "contosoprod.azurecr.io",
      images: [digest("a"), digest("b")]
        .map((one) => `contosoprod.azurecr.io/iam/auth-service@${one}`)
        .join("\n"),
    },
  });
  expect(inputsOf("ConfigMap")).not.toHaveProperty("immutable");
  expect(inputsOf("Deployment").spec.template.spec.containers[0].image).toBe(
    `contosoprod.azurecr.io/iam/auth-service@${digest("a")}`,
  );
  expect(outputs).toEqual({
    environment: "prod",
    context: "contoso-prod",
    workloads: {
      "auth-service": {
        version: "1.1.0",
        reference: `contosoprod.azurecr.io/iam/auth-service@${digest("a")}`,
      },
    },
  });
});

test("a canary in the proof of concept; what it rejected is neither run nor admitted", async () => {
  const service = { ...pocDelivery.workloads["auth-service"], rejected: [digest("a")] };
  const stated = { ...pocDelivery, workloads: { "auth-service": service } };
  const { outputs, asked, registered } = await deliver({ ...staging, stated });
  expect(asked).toEqual(["organization/contoso/poc"]);
  const former = `contosopocstaging.azurecr.io/iam/auth-service@${digest("b")}`;
  expect(outputs.workloads).toEqual({ "auth-service": { version: "1.0.0", reference: former } });
  expect(registered.map(({ type }) => type)).toContain("kubernetes:argoproj.io/v1alpha1:Rollout");
  expect(registered.find(({ type }) => type.endsWith(":ConfigMap"))?.inputs.data).toEqual({
    registries: "contosopocstaging.azurecr.io",
    images: former,
    injected: "",
  });
});

test.each<[string, Partial<World>, string]>([
  [
    "nothing was promoted",
    { running: { staging: {} } },
    "nothing of iam/auth-service was promoted to staging (Pulumi.poc-staging-delivery.yaml, contoso:delivery.workloads.auth-service.repository). Promote it: airlock promote iam/auth-service --to staging --poc, then pulumi up -s poc",
  ],
  [
    "the stack of the images is not there yet",
    { running: undefined },
    "stack poc doesn't say what runs in staging: it has no output running.staging. Bring it up first: pulumi up -s poc",
  ],
])("one line when %s", async (_, changes, line) => {
  await expect(deliver({ ...staging, ...changes })).rejects.toThrow(new Error(line));
});

test("an image of another registry than the configured one runs nowhere", async () => {
  const running = { dev: {}, staging: runningIn("contosopocdev.azurecr.io") };
  await expect(deliver({ ...staging, running })).rejects.toThrow(
    'AdmissionPolicy "staging": contosopocdev.azurecr.io/iam/auth-service@',
  );
});
