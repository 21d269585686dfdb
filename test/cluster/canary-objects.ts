import { AdmissionPolicy, CanaryWorkload, WorkloadNamespace } from "../../components";
import type { KubernetesObject } from "../../sandbox/kubernetes/control-plane";
import { register } from "../support/recorder";

const host = "onestreamprod.azurecr.io";

/** An image of the service, by its digest. */
export const image = (digit: string) => `${host}/iam/auth-service@sha256:${digit.repeat(64)}`;

/** Shorter than in earnest, where they are 30 and 900. */
export const intervalSeconds = 2;
const durationSeconds = 10;
export const replicas = 4;

/** A canary as `pulumi up` would apply it. */
export function canaryOf(runs: string): Promise<KubernetesObject[]> {
  return objectsOf(
    () =>
      new CanaryWorkload("auth-service", {
        environment: "prod",
        namespace: "iam",
        image: runs,
        registries: [host],
        version: "1.0.0",
        port: 8080,
        replicas,
        canary: { prometheus: "http://prometheus.monitoring:9090", intervalSeconds, durationSeconds },
      }),
  );
}

/** What stands before it: its namespace, and the policy that admits these images alone. */
export function surroundings(images: string[]): Promise<KubernetesObject[]> {
  return objectsOf(() => [
    new WorkloadNamespace("iam", { environment: "prod", istioRevision: "asm-1-30" }),
    new AdmissionPolicy("prod", { environment: "prod", registries: [host], images }),
  ]);
}

/** The order of an update: what others refer to comes first. */
const order = [
  ...["Namespace", "ConfigMap", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
  ...["ServiceAccount", "Service", "AnalysisTemplate", "DestinationRule", "VirtualService", "Rollout"],
];

async function objectsOf(build: () => unknown): Promise<KubernetesObject[]> {
  return (await register(build))
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as KubernetesObject)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
