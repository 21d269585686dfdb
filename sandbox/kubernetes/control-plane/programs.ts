import { execFileSync } from "node:child_process";
import * as path from "node:path";

/** Programs of the API server and its store. */
export interface ApiServerPrograms {
  readonly etcd: string;
  readonly "kube-apiserver": string;
}

/** Programs of a whole control plane, and what they are fed. */
export interface ClusterPrograms extends ApiServerPrograms {
  readonly "kube-controller-manager": string;
  readonly "kube-scheduler": string;
  /** Plays the nodes: their pods become ready, and nothing runs. */
  readonly kwok: string;
  /** What kwok plays, as its own module has it. */
  readonly stages: string;
  /** The controller of Argo Rollouts. */
  readonly "rollouts-controller": string;
  /** Files with the definitions of Argo's and of Istio's kinds. */
  readonly "rollouts-definitions": string;
  readonly "istio-definitions": string;
}

/** Builds what is missing, with words on stderr; undefined on a machine with neither the programs nor Go. */
export function clusterPrograms(checkout: string): ClusterPrograms | undefined {
  return printed(checkout) as ClusterPrograms | undefined;
}

/** The same of the API server alone. */
export function apiServerPrograms(checkout: string): ApiServerPrograms | undefined {
  return printed(checkout, "etcd", "kube-apiserver") as ApiServerPrograms | undefined;
}

function printed(checkout: string, ...names: string[]): object | undefined {
  const text = execFileSync(process.execPath, [path.join(checkout, "tools/setup/cluster.mjs"), ...names], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const found = JSON.parse(text) as Record<string, unknown>;
  return Object.values(found).includes(null) ? undefined : found;
}
