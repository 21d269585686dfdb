import { described, pluralOf, groupOf, type ObjectReference } from "./object";

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
