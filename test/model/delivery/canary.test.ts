import {
  analysisTemplateSpec,
  destinationRuleSpec,
  rolloutSpec,
  virtualServiceSpec,
} from "../../../model/delivery/canary";
import { replicasSpec, type WorkloadPlan } from "../../../model/delivery/workload";

const host = "contosoprod.azurecr.io";
const plan: WorkloadPlan = {
  name: "auth-service",
  namespace: "iam",
  environment: "prod",
  image: `${host}/iam/auth-service@sha256:${"ab".repeat(32)}`,
  registries: [host],
  version: "1.4.0",
  port: 8080,
};
const prometheus = "http://prometheus.monitoring:9090";
const header = {
  setHeaderRoute: {
    name: "x-canary",
    match: [{ headerName: "x-canary", headerValue: { exact: "true" } }],
  },
};
const analysis = {
  analysis: {
    templates: [{ templateName: "auth-service" }],
    args: [{ name: "revision", value: "abababababab" }],
    analysisRunMetadata: {},
  },
};

test("10 % of the requests and those with the header, an analysis, and then all", () => {
  const { strategy, progressDeadlineAbort, ...rest } = rolloutSpec(plan, { prometheus });
  expect(rest).toEqual(replicasSpec(plan));
  expect([progressDeadlineAbort, rest.progressDeadlineSeconds]).toEqual([true, 300]);
  expect(strategy).toEqual({
    canary: {
      canaryService: "auth-service-canary",
      trafficRouting: {
        managedRoutes: [{ name: "x-canary" }],
        istio: {
          virtualService: { name: "auth-service", routes: ["primary"] },
          destinationRule: {
            name: "auth-service",
            stableSubsetName: "stable",
            canarySubsetName: "canary",
          },
        },
      },
      steps: [{ setWeight: 10 }, header, analysis],
    },
  });
});

test("further shares are analysed as the first", () => {
  const { strategy } = rolloutSpec(plan, { prometheus, weight: 5, steps: [25, 50] });
  expect(strategy.canary.steps).toEqual([
    ...[{ setWeight: 5 }, header, analysis],
    ...[{ setWeight: 25 }, analysis],
    ...[{ setWeight: 50 }, analysis],
  ]);
});

test("15 minutes of measurements every 30 seconds: the fourth bad one aborts", () => {
  const measured = { interval: "30s", count: 30, failureLimit: 3, consecutiveErrorLimit: 3 };
  const of = (which = "") =>
    `sum(rate(istio_requests_total{reporter="destination",destination_workload="auth-service",destination_workload_namespace="iam",destination_canonical_revision="{{args.revision}}"${which}}[2m]))`;
  expect(analysisTemplateSpec(plan, { prometheus })).toEqual({
    args: [{ name: "revision" }],
    metrics: [
      {
        name: "errors-per-minute",
        ...measured,
        successCondition: "len(result) == 0 || result[0] < 5",
        provider: {
          prometheus: { address: prometheus, timeout: 5, query: `60 * ${of(',response_code=~"5.."')}` },
        },
      },
      {
        name: "success-percent",
        ...measured,
        successCondition: "len(result) > 0 && result[0] >= 95",
        provider: {
          prometheus: {
            address: prometheus,
            timeout: 5,
            query: `100 * ${of(',response_code!~"5.."')} / ${of()}`,
          },
        },
      },
      {
        name: "health",
        ...measured,
        provider: {
          web: {
            url: "http://auth-service-canary.iam.svc.cluster.local:8080/health",
            timeoutSeconds: 5,
          },
        },
      },
    ],
  });
});

test("a bad canary is known in under two minutes from its first bad measurement, however slowly it answers", () => {
  // Argo counts the interval from the end of a measurement, and one that nobody answers comes again after ten seconds.
  const slowest = analysisTemplateSpec(plan, { prometheus }).metrics.map((metric) => {
    const { provider, interval, failureLimit } = metric;
    const answer = provider.web?.timeoutSeconds ?? provider.prometheus!.timeout;
    return failureLimit * Math.max(10, parseInt(interval)) + (failureLimit + 1) * answer;
  });
  expect(slowest).toEqual([110, 110, 110]);
});

test("limits and intervals are configuration", () => {
  const canary = {
    prometheus,
    intervalSeconds: 2,
    durationSeconds: 9,
    failureLimit: 1,
    errorsPerMinute: 50,
    successPercent: 99,
  };
  const [errors, success] = analysisTemplateSpec(plan, canary).metrics;
  expect(errors).toMatchObject({ interval: "2s", count: 4, failureLimit: 1, consecutiveErrorLimit: 1 });
  expect(errors).toHaveProperty("successCondition", "len(result) == 0 || result[0] < 50");
  expect(success).toHaveProperty("successCondition", "len(result) > 0 && result[0] >= 99");
});

test("one host with two subsets: all requests go to what is stable, until the controller says otherwise", () => {
  const service = "auth-service.iam.svc.cluster.local";
  const to = (subset: string, weight: number) => ({ destination: { host: "auth-service", subset }, weight });
  expect(virtualServiceSpec(plan)).toEqual({
    hosts: [service],
    http: [{ name: "primary", route: [to("stable", 100), to("canary", 0)] }],
  });
  const labels = { "app.kubernetes.io/name": "auth-service" };
  expect(destinationRuleSpec(plan)).toEqual({
    host: service,
    subsets: [
      { name: "stable", labels },
      { name: "canary", labels },
    ],
  });
});

test("a changed port or namespace leaves the routes as they are: the controller's, which no update writes", () => {
  const { http, hosts } = virtualServiceSpec({ ...plan, port: 9090, namespace: "login" });
  expect(http).toEqual(virtualServiceSpec(plan).http);
  expect(hosts).toEqual(["auth-service.login.svc.cluster.local"]);
});
