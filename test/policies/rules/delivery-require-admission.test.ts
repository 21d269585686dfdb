import { deliveryRequireAdmission } from "../../../policies/rules/delivery-require-admission";
import { admission, canary, canaryPlan, workload } from "../support/delivered";
import { deliveryStack, pocDeliveryStack, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const { parameters, policy, binding } = admission();
const asks = asking(deliveryRequireAdmission);
const { deployment } = workload();
const without = (what: string, how = "without") =>
  `it runs in a cluster ${how} ${what} of what is admitted (auth-service: dependsOn). Register AdmissionPolicy once, and let the workload depend on it`;

test("nothing runs before all of it stands, once", () => {
  expect(asks([...Object.values(admission()), deployment], deliveryStack())).toEqual([]);
  expect(asks([policy, parameters, deployment, binding], deliveryStack())).toEqual([without("its binding")]);
  expect(asks(deployment, deliveryStack())).toEqual(
    ["the policy", "its binding", "its parameters"].map((part) => without(part)),
  );
  expect(asks([policy, binding, parameters, parameters, deployment], deliveryStack())).toEqual([
    without("its parameters", "with 2 times"),
  ]);
});

test("a Rollout needs it as well, a service and other stacks don't", () => {
  const { rollout, service } = canary();
  expect(asks(rollout, pocDeliveryStack())).toHaveLength(3);
  expect(asks([...Object.values(admission(canaryPlan)), rollout], pocDeliveryStack())).toEqual([]);
  expect(asks(service, pocDeliveryStack())).toEqual([]);
  expect(asks(deployment, stack("prod"))).toEqual([]);
});
