import { nearest } from "../config/nearest";
import { meshRefusal, versionRefusal } from "./versions";
import { vmSizeNamed, vmSizes } from "./vm-sizes";

/** What decides whether AKS makes a cluster. */
export interface ClusterPlan {
  readonly vmSize: string;
  readonly nodes: number;
  readonly maxPods: number;
  /** `1.36`, or with a patch level. */
  readonly kubernetesVersion: string;
  /** `asm-1-30`. */
  readonly istioRevision: string;
}

/** What is wrong with one setting of a cluster. */
export interface ClusterFinding {
  readonly key: keyof ClusterPlan;
  readonly what: string;
  readonly fix: string;
}

export const defaultVmSize = "Standard_D4s_v5";
export const defaultNodes = 2;
export const defaultMaxPods = 30;
/** Of a system pool: fewer cores are refused, fewer nodes can't be upgraded without a gap. */
const [fewestCores, fewestNodes, fewestPods, mostPods, mostNodes] = [4, 2, 30, 250, 1000];

/** Everything for which AKS would refuse a cluster, or could not keep it running. */
export function clusterFindings(plan: ClusterPlan): ClusterFinding[] {
  const { vmSize, nodes, maxPods, kubernetesVersion, istioRevision } = plan;
  const size = vmSizeNamed(vmSize);
  const version = versionRefusal(kubernetesVersion);
  const mesh = version ? undefined : meshRefusal(istioRevision, kubernetesVersion);
  return [
    ...(size ? [] : [unknownSize(vmSize)]),
    ...(size?.burstable
      ? [
          {
            key: "vmSize" as const,
            what: `AKS takes no burstable machines for a system pool, such as ${vmSize}`,
            fix: `Take ${defaultVmSize}`,
          },
        ]
      : []),
    ...outside("nodes", nodes, fewestNodes, mostNodes, "nodes in a system pool"),
    ...outside("maxPods", maxPods, fewestPods, mostPods, "pods on a node"),
    ...(version ? [{ key: "kubernetesVersion" as const, ...version }] : []),
    ...(mesh ? [{ key: "istioRevision" as const, ...mesh }] : []),
  ];
}

/** What a reader should know although AKS may accept it. */
export function clusterWarnings({ vmSize }: Pick<ClusterPlan, "vmSize">): string[] {
  const size = vmSizeNamed(vmSize);
  if (size === undefined || size.burstable || size.cores >= fewestCores) return [];
  return [
    `${vmSize} has ${size.cores} cores, and AKS refuses system pools of fewer than ${fewestCores}, since its own pods ` +
      `would leave no room for others. Take ${defaultVmSize}, unless your region still accepts it`,
  ];
}

function unknownSize(vmSize: string): ClusterFinding {
  const known = vmSizes.map(({ name }) => name);
  const near = nearest(vmSize, known);
  const fix = near === undefined ? `Take ${defaultVmSize}` : `Did you mean ${near}?`;
  return { key: "vmSize", what: `there is no VM size ${vmSize} for a system pool`, fix };
}

function outside(
  key: "nodes" | "maxPods",
  value: number,
  fewest: number,
  most: number,
  of: string,
): ClusterFinding[] {
  if (Number.isInteger(value) && value >= fewest && value <= most) return [];
  return [{ key, what: `${value} ${of}`, fix: `Take ${fewest} to ${most}` }];
}
