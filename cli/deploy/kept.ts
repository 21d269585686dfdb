import { controllerVersion, type DeployedWorkload } from "../../model/delivery/deployed";
import type { Verdict } from "../../model/delivery/verdict";
import { UserError } from "../../model/errors";
import { runEngine } from "../engine";
import { withExport, type EngineAt } from "../recovery/state";

/** What the engine has recorded of an object of a cluster. */
interface Recorded {
  readonly type: string;
  readonly outputs?: {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
    readonly spec?: {
      readonly template?: {
        readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
      };
    };
  };
}

/** Whether the object of a workload that a sandbox without a cluster keeps names what was promoted. Nothing of it runs. */
export function judgeKept(workload: DeployedWorkload, recorded: readonly Recorded[]): Verdict {
  const { kind, name, namespace, reference } = workload;
  const type = `kubernetes:${controllerVersion(workload)}:${kind}`;
  const own = recorded.find(
    ({ type: is, outputs }) =>
      is === type && outputs?.metadata?.name === name && outputs.metadata.namespace === namespace,
  );
  if (!own) return { state: "failed", reason: `no ${kind} ${name} is kept in ${namespace}` };
  const images = (own.outputs?.spec?.template?.spec?.containers ?? []).map(({ image }) => image ?? "");
  if (images.length > 0 && images.every((image) => image === reference)) return { state: "healthy" };
  return {
    state: "failed",
    reason: `expected ${reference}; what is kept names ${images.join(", ") || "none"}`,
  };
}

/** Lets the engine read what is kept. @throws UserError (3) when it can't */
export async function refresh(at: EngineAt, stack: string): Promise<void> {
  const { code } = await runEngine(["refresh", "-s", stack, "--yes", "--color", "never"], at);
  if (code !== 0) throw new UserError({ what: `pulumi refresh of ${stack} failed`, exitCode: 3 });
}

/** The state after a refresh, which is what the sandbox keeps. */
export function recordedObjects(at: EngineAt, stack: string): Promise<readonly Recorded[]> {
  return withExport(at, stack, async ({ resources }) => (resources ?? []) as readonly Recorded[]);
}
