/** An image that a workload runs, and where it was pulled from. */
export interface PulledImage {
  readonly repository: string;
  readonly digest: string;
  readonly version: string;
  /** Host that the reference names. */
  readonly registry: string;
  /** Environment whose registry it is. */
  readonly environment: string;
}

/** The Kubernetes object that an event is about. */
export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  /** `spec.containers{auth-service}`. */
  readonly fieldPath?: string;
}

/** One line for a workload's log. */
export function pulledLine({ repository, version, digest, registry, environment }: PulledImage): string {
  return `${repository} ${version} is pulled from ${registry}, the registry of ${environment}: ${registry}/${repository}@${digest}`;
}

/** The same as a Kubernetes event (v1), but for its times: whoever sends it has a clock. */
export function pulledEvent(image: PulledImage, involvedObject: InvolvedObject) {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { generateName: "airlock-pulled-", namespace: involvedObject.namespace },
    involvedObject,
    type: "Normal",
    reason: "PulledFromRegistry",
    message: pulledLine(image),
    source: { component: "airlock" },
  };
}
