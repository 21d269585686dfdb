import { described, groupOf, pluralOf, type KubernetesObject, type ObjectReference } from "./object";

/** A refusal in the words of an API server. */
export class KubernetesError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "KubernetesError";
  }
}

/** What stands in the cluster, and did not become ready. */
export class NotReady extends KubernetesError {
  constructor(
    readonly object: KubernetesObject,
    message: string,
  ) {
    super(504, message);
  }
}

export function notFound(reference: ObjectReference): KubernetesError {
  return new KubernetesError(404, `${described(reference)} not found`);
}

export function alreadyExists(reference: ObjectReference): KubernetesError {
  return new KubernetesError(409, `${described(reference)} already exists`);
}

/** Who asks, for what, and why not. */
export function forbidden(
  reference: ObjectReference,
  verb: string,
  caller: string,
  reason: string,
): KubernetesError {
  const { apiVersion, kind, namespace } = reference;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return new KubernetesError(
    403,
    `${described(reference)} is forbidden: User "${caller}" cannot ${verb} resource "${pluralOf(kind)}" in API group "${groupOf(apiVersion)}" ${where}: ${reason}`,
  );
}
