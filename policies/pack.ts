import type { PolicyPackArgs } from "@pulumi/policy";
import { once, readStackFacts } from "./configuration";
import { imageRequireDigest } from "./image-require-digest";
import { imageRequireOwnRegistry } from "./image-require-own-registry";
import { promotionRestrictPath } from "./promotion-restrict-path";
import { registryDisallowProdPush } from "./registry-disallow-prod-push";
import { registryRestrictWriters } from "./registry-restrict-writers";
import { resourcePolicy, type ResourceRule, type StackReader } from "./rule";

export const rules: readonly ResourceRule[] = [
  imageRequireDigest,
  imageRequireOwnRegistry,
  registryDisallowProdPush,
  registryRestrictWriters,
  promotionRestrictPath,
];

/** The pack's policies, judging the stack that `readStack` tells of. */
export function packArgs(readStack: StackReader = once(readStackFacts)): PolicyPackArgs {
  return {
    displayName: "airlock",
    description:
      "Images by digest, from the environment's own registry, along the path; no push to production.",
    enforcementLevel: "mandatory",
    policies: rules.map((rule) => resourcePolicy(rule, readStack)),
  };
}
