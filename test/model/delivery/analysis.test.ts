import { unmeasuredIn } from "../../../model/delivery/analysis";
import { analysisTemplateSpec } from "../../../model/delivery/canary";
import type { WorkloadPlan } from "../../../model/delivery/workload";

type Result = {
  phase: string;
  successful?: number;
  failed?: number;
  error?: number;
  message?: string;
  measurements?: { phase: string; message?: string }[];
};

const good: Result = { phase: "Successful", successful: 5 };
const failed: Result = { phase: "Failed", successful: 1, failed: 4 };
const errors: Result = { phase: "Error", error: 4, message: "server_error: server error: 503\n" };
/** As Argo ends a metric with another one. */
const endedWith = (counts: Partial<Result>): Result => ({
  phase: "Successful",
  message: "Metric Terminated",
  ...counts,
});

const run = (errorsPerMinute: Result, successPercent: Result, health: Result) => ({
  status: {
    metricResults: [
      { name: "errors-per-minute", ...errorsPerMinute },
      { name: "success-percent", ...successPercent },
      { name: "health", ...health },
    ],
  },
});

const words = (metric: string, error = "server_error: server error: 503") => ({ metric, error });

test.each<[string, object, object | undefined]>([
  ["a Prometheus that answers errors", run(errors, errors, good), words("errors-per-minute")],
  ["one query that nobody answers", run(good, errors, good), words("success-percent")],
  [
    "a Prometheus that broke in the middle",
    run({ ...errors, successful: 7 }, good, good),
    words("errors-per-minute"),
  ],
  ["nobody who answers anything", run(errors, errors, errors), words("errors-per-minute")],
  [
    "health that ended it first, while no query was ever answered",
    run(
      endedWith({
        error: 3,
        measurements: [{ phase: "Error", message: "no such host" }, { phase: "Successful" }],
      }),
      endedWith({ error: 3 }),
      errors,
    ),
    words("errors-per-minute", "no such host"),
  ],
  ["errors of the canary", run(failed, good, good), undefined],
  ["errors of the canary, and a query that nobody answers", run(failed, errors, good), undefined],
  ["health that does not answer 200", run(good, good, errors), undefined],
  [
    "health, and a query that failed once before it was answered",
    run(endedWith({ error: 1, successful: 2 }), good, errors),
    undefined,
  ],
  ["nothing that went wrong", run(good, good, good), undefined],
  ["an analysis without a result", { status: {} }, undefined],
  ["an analysis without a status", {}, undefined],
  [
    "a metric without a name or a word",
    { status: { metricResults: [{ phase: "Error" }] } },
    words("no reason was given", "no reason was given"),
  ],
])("%s", (_, analysis, expected) => {
  expect(unmeasuredIn(analysis)).toEqual(expected);
});

test("of two the same one is named, whichever ended first", () => {
  const { metricResults } = run(errors, errors, good).status;
  const other = { status: { metricResults: metricResults.toReversed() } };
  expect(unmeasuredIn(other)).toEqual(words("errors-per-minute"));
});

test("of what is measured health alone is asked of the canary, as the template names it", () => {
  const plan = { name: "auth-service", namespace: "iam", port: 8080 } as WorkloadPlan;
  const { metrics } = analysisTemplateSpec(plan, { prometheus: "http://prometheus.monitoring:9090" });
  const kinds = metrics.map(({ name, provider }) => [name, Object.keys(provider)]);
  expect(kinds).toEqual([
    ["errors-per-minute", ["prometheus"]],
    ["success-percent", ["prometheus"]],
    ["health", ["web"]],
  ]);
});
