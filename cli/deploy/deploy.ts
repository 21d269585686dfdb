import { UserError } from "../../model/errors";
import type { DeployedWorkload, Version } from "../../model/delivery/deployed";
import type { Rejection } from "../../model/config/rejected";
import type { Unmeasured } from "../../model/delivery/verdict";
import { checkWorkload, tellPulled, type Checked, type Watch } from "./check";

/** What a deployment works with. */
export interface Delivery {
  /** `pulumi up` of the delivery stack, as if its file rejected what is held as well. */
  readonly up: (held: readonly Rejection[]) => Promise<void>;
  /** What the stack has declared by now. */
  readonly workloads: (held: readonly Rejection[]) => Promise<readonly DeployedWorkload[]>;
  /** What a workload would run, were its present digest rejected; undefined when nothing is left. */
  readonly instead: (workload: DeployedWorkload, held: readonly Rejection[]) => Promise<Version | undefined>;
  /** Writes the digests into the stack's file, which from then on never runs them. @returns the change, for whoever commits it */
  readonly reject: (rejections: readonly Rejection[]) => Promise<string>;
  readonly watch: Watch;
}

/** A canary that was taken back. */
export interface Aborted extends Version {
  readonly workload: string;
  readonly reason: string;
  /** It says nothing of this version, which is not rejected: the next deployment tries it again. */
  readonly unmeasured?: Unmeasured;
  /** What is declared instead; left out, nothing older is left and the declared state stays. */
  readonly instead?: Version;
}

export interface Outcome {
  readonly checked: readonly Checked[];
  readonly aborted: readonly Aborted[];
  /** Which registry each workload's image was pulled from. */
  readonly pulled: Readonly<Record<string, string>>;
  /** Changes of the stack's file, as unified diffs. */
  readonly diff: string;
}

/**
 * Deploys, and watches until every workload has settled. What a canary aborted is rejected in the stack's file, or held for this once
 * when nobody could measure it, and the stack run again: each time one digest less is left, so this ends. Run again after a kill it finds in
 * the file and in the cluster where it was.
 */
export async function deploy(delivery: Delivery): Promise<Outcome> {
  const aborted: Aborted[] = [];
  const held: Rejection[] = [];
  let diff = "";
  for (;;) {
    await delivery.up(held);
    const workloads = await delivery.workloads(held);
    const checked = await Promise.all(workloads.map((workload) => checkWorkload(delivery.watch, workload)));
    const fresh = await Promise.all(checked.flatMap((one) => abortOf(delivery, one, held)));
    refuseAgain(aborted, fresh);
    aborted.push(...fresh);
    const replaced = fresh.filter(({ instead }) => instead !== undefined);
    if (replaced.length === 0)
      return { checked, aborted, pulled: await tellAll(delivery.watch, checked), diff };
    const rejections = replaced.filter(({ unmeasured }) => unmeasured === undefined);
    if (rejections.length > 0) diff += await delivery.reject(rejections);
    held.push(...replaced.filter(({ unmeasured }) => unmeasured !== undefined));
    replaced.forEach(({ workload, version, unmeasured, instead }) => {
      const why = unmeasured ? "could not be measured" : "is rejected";
      delivery.watch.tell(`${workload}: ${version} ${why}, ${instead?.version} is declared instead`);
    });
  }
}

/** What was rejected can't be declared again, unless the program takes no notice: that would go on for ever. */
function refuseAgain(before: readonly Aborted[], fresh: readonly Aborted[]): void {
  const again = fresh.find(({ workload, digest }) =>
    before.some((one) => one.workload === workload && one.digest === digest),
  );
  if (!again) return;
  throw new UserError({
    what: `${again.digest} of ${again.workload} is rejected, and the stack declares it all the same`,
    fix: "Does its program choose by `rejected`?",
    exitCode: 1,
  });
}

function abortOf(
  { instead }: Delivery,
  { workload, verdict }: Checked,
  held: readonly Rejection[],
): Promise<Aborted>[] {
  if (verdict.state !== "aborted") return [];
  const { name, version, digest } = workload;
  const { state: _state, ...why } = verdict;
  const aborted = { workload: name, version, digest, ...why };
  return [instead(workload, held).then((next) => ({ ...aborted, ...(next && { instead: next }) }))];
}

async function tellAll(watch: Watch, checked: readonly Checked[]): Promise<Record<string, string>> {
  const healthy = checked.filter(({ verdict }) => verdict.state === "healthy");
  const lines = healthy.map(
    async ({ workload }) => [workload.name, await tellPulled(watch, workload)] as const,
  );
  return Object.fromEntries(await Promise.all(lines));
}
