import { healthMetric } from "./canary";
import { type Unmeasured, worded } from "./verdict";

/** An AnalysisRun of Argo as the API server sends it. */
export interface AnalysisRun {
  readonly status?: { readonly metricResults?: readonly MetricResult[] };
}

interface MetricResult {
  readonly name?: string;
  readonly phase?: string;
  readonly message?: string;
  /** How many measurements ended so. */
  readonly successful?: number;
  readonly failed?: number;
  readonly error?: number;
  readonly measurements?: readonly { readonly phase?: string; readonly message?: string }[];
}

/**
 * Why an analysis says nothing of its canary; undefined when it does. Health is asked of the canary itself: no answer is an answer there,
 * unless nobody answers at all. One that never answers its probe gets no request anyway.
 */
export function unmeasuredIn({ status }: AnalysisRun): Unmeasured | undefined {
  // Argo keeps no order among them.
  const results = (status?.metricResults ?? []).toSorted((a, b) =>
    (a.name ?? "").localeCompare(b.name ?? ""),
  );
  if (results.some(({ phase }) => phase === "Failed")) return undefined;
  const silent = results.find(
    (result) => result.name !== healthMetric && (result.phase === "Error" || neverAnswered(result)),
  );
  if (!silent) return undefined;
  const last = silent.measurements?.findLast(({ phase }) => phase === "Error");
  return { metric: worded(silent.name ?? ""), error: worded(last?.message ?? silent.message ?? "") };
}

/** Argo ends an analysis with its first metric, and calls those that it ends with it successful. */
function neverAnswered({ successful = 0, failed = 0, error = 0 }: MetricResult): boolean {
  return error > 0 && successful + failed === 0;
}
