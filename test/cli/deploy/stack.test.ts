import { openProject } from "../../../cli/project";
import { deliveryStackOf } from "../../../cli/deploy/stack";
import { pocDelivery } from "../../support/delivery";
import { poc } from "../../support/poc";
import { temporaryProject } from "../support/project";

const stack = "poc-staging-delivery";

/** What is chosen by files that say this under `delivery` and `poc`. */
function chosen(delivery: object = pocDelivery, of: object = poc) {
  const file = (values: object) =>
    JSON.stringify({
      config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`contoso:${key}`, value])),
    });
  const directory = temporaryProject({
    "Pulumi.poc.yaml": file({ kind: "poc", poc: of }),
    [`Pulumi.${stack}.yaml`]: file({ kind: "delivery", environment: "staging", delivery }),
  });
  return deliveryStackOf(openProject(directory), { stack });
}

test("the world of an environment of the proof of concept", () => {
  const { environment, world, deployer } = chosen();
  expect([environment, world.kind, deployer]).toEqual(["staging", "poc", undefined]);
});

test.each([
  [
    { ...pocDelivery, registry: "contosopocdev.azurecr.io" },
    `registry is contosopocdev.azurecr.io, and Pulumi.poc.yaml has contosopocstaging.azurecr.io for staging (Pulumi.${stack}.yaml, delivery.registry). Let both say the same`,
  ],
  [
    { ...pocDelivery, istioRevision: "asm-1-29" },
    `istioRevision is asm-1-29, and Pulumi.poc.yaml has asm-1-30 for staging (Pulumi.${stack}.yaml, delivery.istioRevision). Let both say the same`,
  ],
])("what the proof of concept decides is not said otherwise: %#", (delivery, line) => {
  expect(() => chosen(delivery)).toThrow(new Error(line));
});
