import type { PolicyPackArgs } from "@pulumi/policy";
import { readStackFacts } from "./configuration";
import { disclosurePolicy, exemptionDiscloseUse } from "./disclosure";
import { levelOf } from "./levels";
import { policyOf, type Run, type StackReader } from "./policy";
import type { PolicyText, Rule } from "./rule";
import { once } from "./stack-facts";
import { accessDiscloseSigning } from "./rules/access-disclose-signing";
import { accessDisallowBroadRoles } from "./rules/access-disallow-broad-roles";
import { accessRestrictMatrix } from "./rules/access-restrict-matrix";
import { clusterRequireHardening } from "./rules/cluster-require-hardening";
import { environmentRequireReviewers } from "./rules/environment-require-reviewers";
import { identityDisallowDirectoryGrants } from "./rules/identity-disallow-directory-grants";
import { identityDisallowPassword } from "./rules/identity-disallow-password";
import { identityRestrictFederation } from "./rules/identity-restrict-federation";
import { imageRequireLock } from "./rules/image-require-lock";
import { imageRequirePromotionAttestation } from "./rules/image-require-promotion-attestation";
import { imageRestrictEnvironment } from "./rules/image-restrict-environment";
import { registryRequireHardening } from "./rules/registry-require-hardening";
import { vaultRequireHardening } from "./rules/vault-require-hardening";
import { resourceRequireProtection } from "./rules/resource-require-protection";
import { resourceRequireLogs } from "./rules/resource-require-logs";
import { resourceRequireTags } from "./rules/resource-require-tags";
import { deliveryRequireAdmission } from "./rules/delivery-require-admission";
import { deliveryRestrictAdmission } from "./rules/delivery-restrict-admission";
import { deliveryRestrictWorkloads } from "./rules/delivery-restrict-workloads";
import { deliveryRestrictObjects } from "./rules/delivery-restrict-objects";
import { imageRequireDigest } from "./rules/image-require-digest";
import { imageRequireOwnRegistry } from "./rules/image-require-own-registry";
import { pocDisallowProduction } from "./rules/poc-disallow-production";
import { pocRequireOwnMonitoring } from "./rules/poc-require-own-monitoring";
import { pocRestrictNetwork } from "./rules/poc-restrict-network";
import { promotionRequireWorkingPath } from "./rules/promotion-require-working-path";
import { promotionRestrictPath } from "./rules/promotion-restrict-path";
import { releaseRequireOneStage } from "./rules/release-require-one-stage";
import { releaseRequireOwnApplication } from "./rules/release-require-own-application";
import { releaseRestrictIdentity } from "./rules/release-restrict-identity";
import { releaseRestrictPlaces } from "./rules/release-restrict-places";
import { tokenDisallowSystemScope } from "./rules/token-disallow-system-scope";
import { tokenRequireExpiry } from "./rules/token-require-expiry";
import { tokenRestrictRepositories } from "./rules/token-restrict-repositories";
import { registryDisallowProdPush } from "./rules/registry-disallow-prod-push";
import { resourceRequireKnownType } from "./rules/resource-require-known-type";

/** Everything that is judged, in the order of the list in docs/policies. */
export const rules: readonly Rule[] = [
  imageRequireDigest,
  imageRequireOwnRegistry,
  imageRequireLock,
  imageRestrictEnvironment,
  imageRequirePromotionAttestation,
  registryDisallowProdPush,
  accessRestrictMatrix,
  accessDisallowBroadRoles,
  accessDiscloseSigning,
  identityRestrictFederation,
  identityDisallowPassword,
  identityDisallowDirectoryGrants,
  tokenRequireExpiry,
  tokenRestrictRepositories,
  tokenDisallowSystemScope,
  releaseRestrictIdentity,
  releaseRequireOwnApplication,
  releaseRestrictPlaces,
  releaseRequireOneStage,
  environmentRequireReviewers,
  promotionRestrictPath,
  promotionRequireWorkingPath,
  resourceRequireKnownType,
  registryRequireHardening,
  vaultRequireHardening,
  clusterRequireHardening,
  deliveryRestrictObjects,
  deliveryRestrictWorkloads,
  deliveryRestrictAdmission,
  deliveryRequireAdmission,
  pocDisallowProduction,
  pocRestrictNetwork,
  pocRequireOwnMonitoring,
  resourceRequireProtection,
  resourceRequireLogs,
  resourceRequireTags,
];

/** Every policy of the pack: the rules, and what speaks of their exemptions. */
export const policyTexts: readonly PolicyText[] = [...rules, exemptionDiscloseUse];

/** The pack's policies, judging the stack that `readStack` tells of. */
export function packArgs(readStack: StackReader = once(readStackFacts)): PolicyPackArgs {
  const run: Run = { readStack, declared: new Map(), exempted: [], complained: new Set() };
  return {
    displayName: "airlock",
    description:
      "Images by digest and along the path alone; no push to production; the access matrix and nothing else; hardened registries and vaults.",
    enforcementLevel: "mandatory",
    policies: [
      ...rules.map((rule) => policyOf(rule, levelOf(rule, readStack), run)),
      disclosurePolicy(run, policyTexts),
    ],
  };
}
