import type { DeployedWorkload } from "../../model/delivery/deployed";
import type { DeliverySettings } from "../../model/delivery/settings";
import type { RunningContainer } from "../../model/delivery/running";
import type { Unmeasured, Verdict } from "../../model/delivery/verdict";
import { UserError } from "../../model/errors";
import { markdownTable } from "../output/table";
import type { Aborted, Outcome } from "./deploy";
import type { DeliveryStack } from "./stack";

/** What `deploy --json` prints. */
export interface DeployReport {
  readonly stack: string;
  readonly environment: string;
  readonly context: string;
  /** Whether a cluster was asked. In a sandbox without one nothing runs, and the declared digests are all that is known. */
  readonly cluster: boolean;
  readonly workloads: readonly WorkloadReport[];
  readonly aborted: readonly Aborted[];
  /** Change of the stack's file, to commit. */
  readonly diff: string;
}

interface WorkloadReport {
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
  readonly repository: string;
  readonly version: string;
  readonly reference: string;
  readonly state: "healthy" | "aborted" | "failed" | "kept";
  readonly reason?: string;
  readonly running: readonly RunningContainer[];
  readonly pulled?: string;
  /** Digests that never run again here. */
  readonly rejected: readonly string[];
}

export function deployReport(
  { stack, environment, delivery }: DeliveryStack,
  { checked, aborted, pulled, diff }: Outcome,
): DeployReport {
  const { context } = delivery;
  const workloads = checked.map(({ workload, verdict, running }) => ({
    ...identityOf(workload, delivery),
    state: verdict.state,
    ...("reason" in verdict && { reason: verdict.reason }),
    running,
    ...(Object.hasOwn(pulled, workload.name) && { pulled: pulled[workload.name] }),
  }));
  return { stack, environment, context, cluster: true, workloads, aborted, diff };
}

/** Of a sandbox without a cluster, where objects are kept and nothing runs. */
export function keptReport(
  { stack, environment, delivery }: DeliveryStack,
  kept: readonly { readonly workload: DeployedWorkload; readonly verdict: Verdict }[],
): DeployReport {
  const { context } = delivery;
  const workloads = kept.map(({ workload, verdict }) => ({
    ...identityOf(workload, delivery),
    state: verdict.state === "healthy" ? ("kept" as const) : ("failed" as const),
    ...("reason" in verdict && { reason: verdict.reason }),
    running: [],
  }));
  return { stack, environment, context, cluster: false, workloads, aborted: [], diff: "" };
}

function identityOf(
  { name, namespace, kind, repository, version, reference }: DeployedWorkload,
  { workloads }: DeliverySettings,
) {
  return { name, namespace, kind, repository, version, reference, rejected: workloads[name].rejected };
}

/** Why a deployment is none, in one line; undefined when every workload runs what was promoted. */
export function problemOf({ stack, workloads, aborted }: DeployReport): UserError | undefined {
  const runs = (name: string) => workloads.find((workload) => workload.name === name);
  const parts = [
    ...aborted.map(({ workload, version, digest, reason, unmeasured, instead }) => {
      const now = runs(workload);
      const after =
        instead === undefined
          ? "nothing older is recorded that could run instead"
          : now?.state === "healthy"
            ? `${now.version} (${now.reference}) runs now`
            : `${now?.version} does not run yet`;
      const [how, why] = unmeasured
        ? ["could not be measured", wordsOf(unmeasured)]
        : ["was aborted", reason];
      return `the canary of ${workload} ${version} (${digest}) ${how}, ${after}: ${why}`;
    }),
    ...workloads
      .filter(({ state }) => state === "failed")
      .map(({ name, version, reason }) => `${name} ${version} does not run as it should: ${reason}`),
  ];
  if (parts.length === 0) return undefined;
  return new UserError({ what: parts.join("; "), ...fixOf(stack, aborted, workloads), exitCode: 1 });
}

function wordsOf({ metric, error }: Unmeasured): string {
  return `${metric}: ${error}`;
}

function fixOf(
  stack: string,
  aborted: readonly Aborted[],
  workloads: readonly WorkloadReport[],
): { fix?: string } {
  const judged = aborted.filter(({ unmeasured }) => unmeasured === undefined);
  const rejected = judged.filter(({ instead }) => instead !== undefined);
  const [they, it] = rejected.length === 1 ? ["it is", "it"] : ["they are", "they"];
  const fixes = [
    ...(rejected.length > 0
      ? [`Commit Pulumi.${stack}.yaml, where ${they} rejected now: ${it} would be tried again otherwise`]
      : []),
    ...(rejected.length < judged.length
      ? ["It is not rejected, being the last one: promote a mended image, and deploy again"]
      : []),
    ...triedAgain(
      aborted.filter(({ unmeasured }) => unmeasured !== undefined),
      workloads,
    ),
  ];
  return fixes.length > 0 ? { fix: fixes.join(". ") } : {};
}

/** How what could not be measured gets another canary. Argo itself tries nothing twice. */
function triedAgain(unmeasured: readonly Aborted[], workloads: readonly WorkloadReport[]): string[] {
  const namespaceOf = (workload: string) => workloads.find(({ name }) => name === workload)?.namespace;
  const declared = unmeasured.filter(({ instead }) => instead === undefined);
  return [
    ...(declared.length < unmeasured.length
      ? [
          "What could not be measured is not rejected: mend the Prometheus, and airlock deploy tries it again from the start",
        ]
      : []),
    ...declared.map(
      ({ workload }) =>
        `When it can be measured again: kubectl argo rollouts retry rollout ${workload} -n ${namespaceOf(workload)}`,
    ),
  ];
}

/** What is said where no cluster was asked. */
export const nothingRuns =
  "The sandbox has no cluster: nothing runs, and what is kept alone was compared with what was promoted. A real control plane: airlock sandbox start --cluster";

/** What happened, in Markdown, for the summary of a job. */
export function deployMarkdown({ stack, cluster, workloads, aborted, diff }: DeployReport): string {
  const rows = workloads.map(({ name, namespace, version, reference, state, reason = "" }) => [
    `${namespace}/${name}`,
    version,
    reference,
    state,
    reason,
  ]);
  const lines = aborted.map(
    ({ workload, version, reason, unmeasured }) =>
      `\n**${workload} ${version}** ${unmeasured ? `could not be measured, and is not rejected: ${wordsOf(unmeasured)}` : `was aborted by its canary: ${reason}`}\n`,
  );
  const change = diff === "" ? "" : `\nTo commit:\n\n\`\`\`diff\n${diff}\`\`\`\n`;
  const asked = cluster ? "" : `\n${nothingRuns}\n`;
  return `## ${stack}\n\n${markdownTable(["workload", "version", "image", "state", "why"], rows)}${asked}${lines.join("")}${change}`;
}
