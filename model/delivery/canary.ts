import { type CanarySettings, canaryDefaults, workloadDefaults } from "./settings";
import { replicasSpec, revisionOf, selectorOf, type WorkloadPlan } from "./workload";

/** A canary as its component was asked for it. */
export type CanaryPlan = Partial<CanarySettings> & Pick<CanarySettings, "prometheus">;

/** Route whose weights the controller sets; before it stands what it makes for the header. */
const weightedRoute = "primary";
const headerRoute = "x-canary";
const subsets = { stable: "stable", canary: "canary" };

/** What is asked of the canary itself, and not of a Prometheus. */
export const healthMetric = "health";

/** Name of the service that the canary alone answers. */
export function canaryService({ name }: WorkloadPlan): string {
  return `${name}-canary`;
}

/** Host inside of the cluster. */
export function hostOf({ name, namespace }: WorkloadPlan, service = name): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** Of an Argo Rollout: each share of the requests is analysed, and after the last the canary is what runs. */
export function rolloutSpec(plan: WorkloadPlan, canary: CanaryPlan) {
  const { weight, steps } = { ...canaryDefaults, ...canary };
  const analysis = {
    templates: [{ templateName: plan.name }],
    args: [{ name: "revision", value: revisionOf(plan) }],
    // The controller writes it back like this, and without it the steps would be the controller's from then on.
    analysisRunMetadata: {},
  };
  return {
    ...replicasSpec(plan),
    progressDeadlineAbort: true,
    strategy: {
      canary: {
        // No stable service: the controller would take the canary's pods out of the host that both subsets share.
        canaryService: canaryService(plan),
        trafficRouting: {
          managedRoutes: [{ name: headerRoute }],
          istio: {
            virtualService: { name: plan.name, routes: [weightedRoute] },
            destinationRule: {
              name: plan.name,
              stableSubsetName: subsets.stable,
              canarySubsetName: subsets.canary,
            },
          },
        },
        steps: [weight, ...steps].flatMap((share, index) => [
          { setWeight: share },
          ...(index === 0 ? [toCanaryByHeader] : []),
          { analysis },
        ]),
      },
    },
  };
}

const toCanaryByHeader = {
  setHeaderRoute: {
    name: headerRoute,
    match: [{ headerName: "x-canary", headerValue: { exact: "true" } }],
  },
};

/** What is measured while a canary has its share; more failures than the limit, of one kind, abort it. */
export function analysisTemplateSpec(plan: WorkloadPlan, canary: CanaryPlan) {
  const complete = { ...canaryDefaults, ...canary };
  const { intervalSeconds, durationSeconds, failureLimit, errorsPerMinute, successPercent } = complete;
  const measured = {
    interval: `${intervalSeconds}s`,
    count: Math.floor(durationSeconds / intervalSeconds),
    failureLimit,
    // Who gives no answer is no better than who gives a bad one.
    consecutiveErrorLimit: failureLimit,
  };
  const { prometheus: address } = complete;
  // A short one: four that nobody answers are still known in two minutes.
  const timeout = Math.min(5, intervalSeconds);
  const { health = workloadDefaults.health, port } = plan;
  return {
    args: [{ name: "revision" }],
    metrics: [
      {
        name: "errors-per-minute",
        ...measured,
        // Where nothing was counted there was no error.
        successCondition: `len(result) == 0 || result[0] < ${errorsPerMinute}`,
        provider: {
          prometheus: { address, timeout, query: `60 * ${requests(plan, 'response_code=~"5.."')}` },
        },
      },
      {
        name: "success-percent",
        ...measured,
        // A canary of which nobody knows anything has not proven itself.
        successCondition: `len(result) > 0 && result[0] >= ${successPercent}`,
        provider: {
          prometheus: {
            address,
            timeout,
            query: `100 * ${requests(plan, 'response_code!~"5.."')} / ${requests(plan)}`,
          },
        },
      },
      {
        name: healthMetric,
        ...measured,
        provider: {
          web: {
            url: `http://${hostOf(plan, canaryService(plan))}:${port}${health}`,
            timeoutSeconds: timeout,
          },
        },
      },
    ],
  };
}

/** Requests a second that the canary answered, over the last two minutes: two samples, when each minute has one. */
function requests({ name, namespace }: WorkloadPlan, which?: string): string {
  const labels = [
    'reporter="destination"',
    `destination_workload="${name}"`,
    `destination_workload_namespace="${namespace}"`,
    'destination_canonical_revision="{{args.revision}}"',
    ...(which === undefined ? [] : [which]),
  ];
  return `sum(rate(istio_requests_total{${labels.join(",")}}[2m]))`;
}

/**
 * All requests go to what is stable; the controller writes the weights from then on, and nobody else touches the routes again. So
 * they name neither the port, of which the service has one, nor the namespace.
 */
export function virtualServiceSpec(plan: WorkloadPlan) {
  const to = (subset: string, weight: number) => ({ destination: { host: plan.name, subset }, weight });
  return {
    hosts: [hostOf(plan)],
    http: [{ name: weightedRoute, route: [to(subsets.stable, 100), to(subsets.canary, 0)] }],
  };
}

/** Two subsets of the same pods, until the controller says which are whose. */
export function destinationRuleSpec(plan: WorkloadPlan) {
  const labels = selectorOf(plan);
  return {
    host: hostOf(plan),
    subsets: [
      { name: subsets.stable, labels },
      { name: subsets.canary, labels },
    ],
  };
}
