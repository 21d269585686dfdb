import { openProject } from "../../../cli/project";
import { readRunning } from "../../../cli/promotion/running";
import { digest, running, temporaryProject } from "../support/project";

test("what a cluster runs is no environment, and what is wrong there is in nobody's way", () => {
  const directory = temporaryProject({
    "Pulumi.prod.yaml": running("1.0.0", digest("a")),
    "Pulumi.prod-delivery.yaml":
      "config:\n  contoso:kind: delivery\n  contoso:environment: prod\n  contoso:delivery: { workloads: 1 }\n",
  });
  const declared = readRunning(openProject(directory));
  expect(declared.running.prod).toMatchObject({
    "iam/auth-service": { version: "1.0.0", digest: digest("a") },
  });
});
