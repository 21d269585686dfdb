import { judgeKept } from "../../../cli/deploy/kept";
import type { DeployedWorkload } from "../../../model/delivery/deployed";
import { digest, referenceTo } from "./world";

const workload: DeployedWorkload = {
  name: "auth-service",
  namespace: "iam",
  kind: "Rollout",
  repository: "iam/auth-service",
  version: "1.a",
  digest: digest("a"),
  reference: referenceTo("a"),
  port: 8080,
  health: "/health",
  canarySeconds: 900,
};

function kept(
  images: string[],
  { namespace = "iam", type = "kubernetes:argoproj.io/v1alpha1:Rollout" } = {},
) {
  const containers = images.map((image) => ({ image }));
  return {
    type,
    outputs: { metadata: { name: "auth-service", namespace }, spec: { template: { spec: { containers } } } },
  };
}

const failed = (reason: string) => ({ state: "failed", reason });

test("what is kept names what was promoted", () => {
  expect(judgeKept(workload, [kept([referenceTo("a")])])).toEqual({ state: "healthy" });
});

test.each([
  [[referenceTo("b")], referenceTo("b")],
  [[referenceTo("a"), "busybox"], `${referenceTo("a")}, busybox`],
  [[], "none"],
])("what is kept names something else: %j", (images, said) => {
  expect(judgeKept(workload, [kept(images)])).toEqual(
    failed(`expected ${referenceTo("a")}; what is kept names ${said}`),
  );
});

test.each([{ namespace: "other" }, { type: "kubernetes:apps/v1:Deployment" }])(
  "another object is not it: %j",
  (other) => {
    expect(judgeKept(workload, [kept([referenceTo("a")], other)])).toEqual(
      failed("no Rollout auth-service is kept in iam"),
    );
  },
);
