import { accessReview } from "../kubernetes/access-review";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";

/** Answers the API servers of clusters, each of which shows a token of its own. True when the path was theirs. */
export async function serveAccessReview({ clusters }: Sandbox, exchange: Exchange): Promise<boolean> {
  const [, clusterId] = /^\/kubernetes(\/subscriptions\/.+)\/authorize$/i.exec(exchange.url.pathname) ?? [];
  if (clusterId === undefined) return false;
  if (!clusters.isServer(clusterId, exchange.bearer() ?? "")) {
    exchange.reply(401, { message: "This asks for the token of the cluster's API server." });
    return true;
  }
  const read = accessReview.safeParse(await exchange.json());
  if (!read.success) {
    exchange.reply(400, { message: "This is no SubjectAccessReview of authorization.k8s.io/v1." });
    return true;
  }
  const { apiVersion, kind, spec } = read.data;
  const decision = clusters.decide(clusterId, read.data);
  const status = decision
    ? { ...decision, denied: !decision.allowed }
    : { allowed: false, reason: "Azure does not have opinion for this non AAD user." };
  exchange.reply(200, { apiVersion, kind, spec, status });
  return true;
}
