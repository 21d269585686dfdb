import { admissionNamespace } from "../admission/rules";
import { isOwnNamespace } from "../cluster/own-namespaces";
import { UserError } from "../errors";
import { propertyPath } from "../values";
import type { CanaryPlan } from "./canary";
import { canaryDefaults, workloadDefaults } from "./settings";
import type { WorkloadPlan } from "./workload";

/** Why a workload can't be as it was asked for. */
export interface Refusal {
  /** Key below the workload; empty where it is the name. */
  readonly key: readonly (string | number)[];
  readonly what: string;
  readonly fix?: string;
}

/** What is expected of a whole number from 1 on, and the highest. */
type Bounds = readonly [expected: string, maximum: number];

export const workloadBounds = {
  port: ["a port from 1 to 65535", 65_535],
  replicas: ["a whole number of pods from 1 to 100", 100],
} as const satisfies Record<string, Bounds>;

export const canaryBounds = {
  weight: ["a whole number of percent from 1 to 50", 50],
  intervalSeconds: ["a whole number of seconds from 1 to 600", 600],
  durationSeconds: ["a whole number of seconds from 1 to 86400", 86_400],
  failureLimit: ["a whole number from 1 to 100", 100],
  errorsPerMinute: ["a whole number from 1 to 1000000", 1_000_000],
  successPercent: ["a whole number of percent from 1 to 100", 100],
} as const satisfies Record<string, Bounds>;

export const stepBounds = ["a whole number of percent from 1 to 99", 99] as const satisfies Bounds;

/** Without `.` and `..`: it is asked below a path of the API server, which nothing may climb out of. */
export const healthGrammar = /^(?=.{1,201}$)(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?)$/;
export const healthExpected = "a path such as /health";

/** The service of a canary is called after its workload, in 63 characters. */
const nameGrammar = /^[a-z](?:[-a-z0-9]{0,54}[a-z0-9])?$/;

/** What is wrong with a workload's name. */
export function nameRefusals(name: string): Refusal[] {
  if (nameGrammar.test(name)) return [];
  const fix = "Use lower-case letters, digits and dashes, a letter first, 56 at most";
  return [{ key: [], what: `workload name ${JSON.stringify(name)} is not usable`, fix }];
}

/** Why no service runs in a namespace. @param exempt those whose pods nobody judges, beside the known ones */
export function namespaceRefusals(namespace: string, exempt: readonly string[] = []): Refusal[] {
  const refused = (what: string) => [
    { key: ["namespace"], what, fix: "Give the service a namespace of its own" },
  ];
  if (exempt.includes(namespace) || isOwnNamespace(namespace)) {
    return refused(`${namespace} is a namespace of the cluster's own parts`);
  }
  return ["default", admissionNamespace].includes(namespace)
    ? refused(`no service runs in ${namespace}`)
    : [];
}

/** What can't be together in a canary, or would never end it. */
export function canaryRefusals(canary: CanaryPlan): Refusal[] {
  const complete = { ...canaryDefaults, ...canary };
  const { weight, steps, intervalSeconds, durationSeconds, failureLimit } = complete;
  const wrong = [
    ...numberRefusals(canaryBounds, complete),
    ...steps.flatMap((step, index) => numberRefusal(stepBounds, step, ["steps", index])),
  ];
  if (wrong.length > 0) return wrong;
  const shares = [weight, ...steps];
  const back = shares.findIndex((share, index) => index > 0 && share <= shares[index - 1]);
  const needed = intervalSeconds * (failureLimit + 1);
  return [
    ...(back === -1
      ? []
      : [
          {
            key: ["steps", back - 1],
            what: `${shares[back]} % comes after ${shares[back - 1]} %`,
            fix: "Let the canary's share grow with each step",
          },
        ]),
    ...(durationSeconds >= needed
      ? []
      : [
          {
            key: ["durationSeconds"],
            what: `in ${durationSeconds} seconds, measured every ${intervalSeconds}, no canary fails more than ${failureLimit} times`,
            fix: `Analyse for ${needed} seconds at least: a bad canary could not abort`,
          },
        ]),
  ];
}

/**
 * The plan itself, when it can be carried out. A configuration is refused with all that is wrong, by the same rules.
 * @throws UserError (2) for the first thing that is wrong with it, or with its canary
 */
export function checked(plan: WorkloadPlan, canary?: CanaryPlan): WorkloadPlan {
  const { name, namespace, health = workloadDefaults.health } = plan;
  const numbers = { replicas: workloadDefaults.replicas, ...plan };
  const refusals: Refusal[] = [
    ...nameRefusals(name),
    ...namespaceRefusals(namespace),
    ...numberRefusals(workloadBounds, numbers),
    ...(healthGrammar.test(health) ? [] : [unexpected(healthExpected, health, ["health"])]),
    ...(canary ? canaryRefusals(canary) : []).map((one) => ({ ...one, key: ["canary", ...one.key] })),
  ];
  const [refusal] = refusals;
  if (refusal === undefined) return plan;
  const { key, ...problem } = refusal;
  const where = key.reduce<string>(propertyPath, "");
  throw new UserError({ ...problem, ...(where !== "" && { where }), exitCode: 2 });
}

function numberRefusals<Key extends string>(
  bounds: Readonly<Record<Key, Bounds>>,
  values: NoInfer<Readonly<Record<Key, number>>>,
): Refusal[] {
  return (Object.keys(bounds) as Key[]).flatMap((key) => numberRefusal(bounds[key], values[key], [key]));
}

function numberRefusal([expected, maximum]: Bounds, value: number, key: Refusal["key"]): Refusal[] {
  const fits = Number.isInteger(value) && value >= 1 && value <= maximum;
  return fits ? [] : [unexpected(expected, value, key)];
}

function unexpected(expected: string, found: string | number, key: Refusal["key"]): Refusal {
  return { key, what: `expected ${expected}, found ${JSON.stringify(found)}` };
}
