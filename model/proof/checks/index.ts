import type { Check } from "../check";
import { access } from "./access";
import { limitChecks } from "./limit-checks";
import { names } from "./name-checks";
import { network } from "./network";
import { permissions } from "./permissions";
import { registryPolicies } from "./registry-policies";

/** Every fact that a promotion path depends on, in the order of reports. */
export const checks: readonly Check[] = [
  ...access,
  ...permissions,
  ...network,
  ...registryPolicies,
  ...limitChecks,
  ...names,
];
