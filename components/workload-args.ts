import * as pulumi from "@pulumi/pulumi";
import type { CanaryPlan } from "../model/delivery/canary";
import { checked } from "../model/delivery/checks";
import type { WorkloadPlan } from "../model/delivery/workload";

export interface WorkloadLimitsArgs {
  /** Cores that it may use, e.g. `500m`. Default: what it asks for. */
  cpu?: string;
  /** Memory that it may use, e.g. `256Mi`. Default: what it asks for. */
  memory?: string;
}

export interface WorkloadResourcesArgs {
  /** Cores that the container asks for, e.g. `100m`. Default: 100m. */
  cpu?: string;
  /** Memory that the container asks for, e.g. `128Mi`. Default: 128Mi. */
  memory?: string;
  /** What it may use. Default: what it asks for. */
  limits?: WorkloadLimitsArgs;
}

/** Plain values throughout: each is checked before there is a child, and a preview shows the digest. */
export interface WorkloadArgs {
  /** Name of its objects, and of its host inside of the namespace: a DNS label of 56 characters at most. Default: the component's name. */
  workload?: string;
  /** Namespace of the service. */
  namespace: string;
  /** Environment that the cluster belongs to. */
  environment: string;
  /** What it runs: `<login server>/<repository>@sha256:…`, and never a tag. */
  image: string;
  /** Hosts of the environment's own registries: an image from elsewhere is refused. */
  registries: string[];
  /** Version of the image, for people. */
  version: string;
  /** Port on which the container listens. */
  port: number;
  /** Number of pods. Default: 2. */
  replicas?: number;
  /** Path that answers 200 while it works. Default: /health. */
  health?: string;
  /** What the container asks for and may use. */
  resources?: WorkloadResourcesArgs;
}

/** The plan of a workload. @throws UserError (2) for what is wrong with it, or with its canary */
export function planOf(name: string, { workload, ...args }: WorkloadArgs, canary?: CanaryPlan): WorkloadPlan {
  return checked({ ...args, name: workload ?? name }, canary);
}

/** A workload that becomes a canary, or is one no more, keeps its account and its service: deleted under one name they would be gone under the other. */
export function alsoKnownAs(
  type: string,
  opts?: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions(opts, { aliases: [{ type }] });
}
