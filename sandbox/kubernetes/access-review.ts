import * as z from "zod";
import type { AccessGraph } from "../../model/access/types";
import { authorizeInCluster, authorizePathInCluster, type ClusterDecision } from "./authorize";

const text = z.string().default("");

/** What an API server asks of its authorizer. */
export const accessReview = z.object({
  apiVersion: z.literal("authorization.k8s.io/v1"),
  kind: z.literal("SubjectAccessReview"),
  spec: z.object({
    user: text,
    extra: z.record(z.string(), z.array(z.string())).default({}),
    resourceAttributes: z
      .object({ verb: text, group: text, resource: text, subresource: text, namespace: text })
      .optional(),
    nonResourceAttributes: z.object({ path: text, verb: text }).optional(),
  }),
});
export type AccessReview = z.infer<typeof accessReview>;

/** Undefined when it is about nobody of Entra: then Kubernetes' own roles alone decide. */
export function decide(
  graph: AccessGraph,
  clusterId: string,
  { spec }: AccessReview,
): ClusterDecision | undefined {
  const { user, extra, resourceAttributes, nonResourceAttributes } = spec;
  // The object id is the user's name, or stands beside it, as it does on AKS.
  const wanted = (extra.oid?.[0] ?? user).toLowerCase();
  const principal = graph.principals.find(({ id }) => id.toLowerCase() === wanted);
  if (!principal) return undefined;
  if (resourceAttributes) return authorizeInCluster(graph, principal.id, clusterId, resourceAttributes);
  if (nonResourceAttributes)
    return authorizePathInCluster(graph, principal.id, clusterId, nonResourceAttributes);
  return { allowed: false, reason: "the review names neither a resource nor a path" };
}
