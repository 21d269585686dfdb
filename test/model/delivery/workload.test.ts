import {
  imageOf,
  metadataOf,
  namespaceLabels,
  deploymentSpec,
  type WorkloadPlan,
} from "../../../model/delivery/workload";

const host = "contosoprod.azurecr.io";
const digest = `sha256:${"ab".repeat(32)}`;
const plan: WorkloadPlan = {
  name: "auth-service",
  namespace: "iam",
  environment: "prod",
  image: `${host}/iam/auth-service@${digest}`,
  registries: [host],
  version: "1.4.0",
  port: 8080,
};

test("a Deployment that keeps its pods, gives up after 300 seconds, and can do nothing to its node", () => {
  const labels = {
    "app.kubernetes.io/name": "auth-service",
    "app.kubernetes.io/managed-by": "airlock",
    "airlock.dev/environment": "prod",
  };
  const annotations = { "airlock.dev/repository": "iam/auth-service", "airlock.dev/version": "1.4.0" };
  const httpGet = { path: "/health", port: "http" };
  expect(metadataOf(plan)).toEqual({ name: "auth-service", namespace: "iam", labels, annotations });
  expect(deploymentSpec(plan)).toEqual({
    replicas: 2,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: 300,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    selector: { matchLabels: { "app.kubernetes.io/name": "auth-service" } },
    template: {
      metadata: {
        labels: { ...labels, "service.istio.io/canonical-revision": "abababababab" },
        annotations,
      },
      spec: {
        serviceAccountName: "auth-service",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "auth-service",
            image: `${host}/iam/auth-service@${digest}`,
            ports: [{ name: "http", containerPort: 8080 }],
            startupProbe: { httpGet, periodSeconds: 5, failureThreshold: 24 },
            readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 3 },
            livenessProbe: { httpGet, periodSeconds: 10, failureThreshold: 6 },
            resources: {
              requests: { cpu: "100m", memory: "128Mi" },
              limits: { cpu: "100m", memory: "128Mi" },
            },
            securityContext: {
              runAsNonRoot: true,
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
  });
});

test("what is stated takes the place of the defaults", () => {
  const resources = { cpu: "1", limits: { memory: "1Gi" } };
  const spec = deploymentSpec({ ...plan, replicas: 5, health: "/ready", resources });
  const [container] = spec.template.spec.containers;
  expect(spec.replicas).toBe(5);
  expect(container.readinessProbe.httpGet.path).toBe("/ready");
  expect(container.resources).toEqual({
    requests: { cpu: "1", memory: "128Mi" },
    limits: { cpu: "1", memory: "1Gi" },
  });
});

test("a namespace is in the mesh, and takes restricted pods alone", () => {
  expect(namespaceLabels("prod", "asm-1-30")).toEqual({
    "app.kubernetes.io/managed-by": "airlock",
    "airlock.dev/environment": "prod",
    "istio.io/rev": "asm-1-30",
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
  });
});

test.each([
  [
    "a tag",
    `${host}/iam/auth-service:1.4.0`,
    `${host}/iam/auth-service:1.4.0 is not named by its digest alone. Write <registry>/<repository>@sha256:…, as the stack's output running does`,
  ],
  [
    "a tag beside the digest",
    `${host}/iam/auth-service:1.4.0@${digest}`,
    `${host}/iam/auth-service:1.4.0@${digest} is not named by its digest alone. Write <registry>/<repository>@sha256:…, as the stack's output running does`,
  ],
  [
    "another registry",
    `contosostaging.azurecr.io/iam/auth-service@${digest}`,
    `contosostaging.azurecr.io/iam/auth-service@${digest} comes from contosostaging.azurecr.io, not from prod's own registry. Promote it to prod, whose registry is ${host}`,
  ],
])("refused: %s", (_, image, message) => {
  expect(() => imageOf({ ...plan, image })).toThrow(new Error(message));
});
