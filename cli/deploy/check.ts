import { unmeasuredIn, type AnalysisRun } from "../../model/delivery/analysis";
import {
  analysisPath,
  controllerPath,
  controllerVersion,
  healthPath,
  podsPath,
  type DeployedWorkload,
} from "../../model/delivery/deployed";
import {
  judgeRunning,
  runningContainers,
  type Pod,
  type RunningContainer,
} from "../../model/delivery/running";
import { judgeDeployment, judgeRollout, type Controller, type Verdict } from "../../model/delivery/verdict";
import { digestStart, parseImageReference } from "../../model/image-reference";
import { pulledEvent, pulledLine } from "../../model/pulled-image";
import type { Cluster } from "./cluster";
import { often, settled, within, type Clock } from "./patience";

/** How a cluster's workloads are watched. */
export interface Watch {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** Environment whose registry they are pulled from. */
  readonly environment: string;
  /** How long a workload may take to be available; a canary's analysis comes on top. */
  readonly seconds: number;
  /** Containers that a mesh adds, with the repository of their image. */
  readonly injected: Readonly<Record<string, string>>;
  /** Pods of a node that only plays one are never asked whether they are well: no container runs. */
  readonly played: boolean;
  readonly tell: (text: string) => void;
}

/** What is waited for, and what is said when it came. */
type Step = readonly [() => Promise<Settled>, string];
type Settled = Exclude<Verdict, { state: "waiting" }>;

/** How a workload ended, and what its pods run. */
export interface Checked {
  readonly workload: DeployedWorkload;
  readonly verdict: Settled;
  readonly running: readonly RunningContainer[];
}

const healthTries = 30;
const healthPause = 10_000;

/** Waits until a workload is available or its canary has ended, then checks what runs and whether it answers. */
export async function checkWorkload(watch: Watch, workload: DeployedWorkload): Promise<Checked> {
  const { tell, clock } = watch;
  const { name, version, health } = workload;
  const say = (text: string) => tell(`${name}: ${text}`);
  const looks = { clock, every: often, enough: within(watch.seconds + workload.canarySeconds), tell: say };
  let running: readonly RunningContainer[] = [];
  const answersHealth: Step = [
    () =>
      settled(() => judgeHealth(watch.cluster, workload), {
        ...looks,
        every: healthPause,
        enough: (tries) => tries >= healthTries,
      }),
    `${health} answers 200`,
  ];
  const steps: Step[] = [
    [() => settled(() => judgeController(watch, workload), looks), `${version} is available`],
    [
      () =>
        settled(
          async () => {
            running = runningContainers(await podsOf(watch.cluster, workload), watch.injected);
            return judgeRunning(running, workload.reference);
          },
          { ...looks, enough: within(watch.seconds) },
        ),
      `its pods run ${workload.digest}`,
    ],
    ...(watch.played ? [] : [answersHealth]),
  ];
  for (const [step, done] of steps) {
    const verdict = await step();
    if (verdict.state !== "healthy") return { workload, verdict, running };
    say(done);
  }
  if (watch.played) say(`${health} is not asked: the sandbox's nodes run no container`);
  return { workload, verdict: { state: "healthy" }, running };
}

async function judgeController({ cluster }: Watch, workload: DeployedWorkload): Promise<Verdict> {
  const found: Controller | undefined = await cluster.read(controllerPath(workload));
  const { kind, name, namespace, reference } = workload;
  if (!found) return { state: "failed", reason: `there is no ${kind} ${name} in ${namespace}` };
  if (kind === "Deployment") return judgeDeployment(found, reference);
  const verdict = judgeRollout(found, reference);
  if (verdict.state !== "aborted") return verdict;
  const unmeasured = await unmeasuredBy(cluster, workload, found);
  return { ...verdict, ...(unmeasured && { unmeasured }) };
}

/** Whether the analysis that ended a canary could not measure it. One that was aborted by hand has none. */
async function unmeasuredBy(cluster: Cluster, workload: DeployedWorkload, { status }: Controller) {
  const name = status?.canary?.currentStepAnalysisRunStatus?.name;
  if (name === undefined) return undefined;
  const run: AnalysisRun | undefined = await cluster.read(analysisPath(workload, name));
  return run && unmeasuredIn(run);
}

async function podsOf(cluster: Cluster, workload: DeployedWorkload): Promise<readonly Pod[]> {
  const list = (await cluster.read(podsPath(workload))) as { items?: readonly Pod[] } | undefined;
  return list?.items ?? [];
}

async function judgeHealth(cluster: Cluster, workload: DeployedWorkload): Promise<Verdict> {
  const status = await cluster.ask(healthPath(workload));
  if (status === 200) return { state: "healthy" };
  return { state: "waiting", reason: `${workload.health} answers ${status}` };
}

/** Which registry a version was pulled from, which the cluster is told too, once, as an event of the workload. */
export async function tellPulled(watch: Watch, workload: DeployedWorkload): Promise<string> {
  const { cluster, clock, environment } = watch;
  const { name, namespace, kind, repository, version, digest, reference } = workload;
  const { registry } = parseImageReference(reference);
  const image = { repository, digest, version, registry, environment };
  const found: Controller | undefined = await cluster.read(controllerPath(workload));
  const uid = found?.metadata?.uid;
  const event = pulledEvent(image, {
    apiVersion: controllerVersion(workload),
    kind,
    namespace,
    name,
    ...(uid !== undefined && { uid }),
  });
  const time = new Date(clock.now()).toISOString();
  const named = {
    ...event,
    // Of the version: told again it is there already.
    metadata: {
      namespace,
      name: `airlock-pulled-${name}-${digestStart(digest)}`,
    },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
  try {
    await cluster.create(`/api/v1/namespaces/${namespace}/events`, named);
  } catch (error) {
    // It runs and answers: that nobody can read of it there is no failure.
    watch.tell(`${name}: no event was made: ${(error as Error).message}`);
  }
  return pulledLine(image);
}
