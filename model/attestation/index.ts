export { bundleReferrer, promotionStatement, signedBytes } from "./artifact";
export {
  promotionOf,
  promotionProblem,
  promotionType,
  statedPlace,
  type AttestedApproval,
  type AttestedApprovals,
  type ExpectedPromotion,
  type Promotion,
  type ReleaseRecord,
} from "./promotion";
export { signedPromotions, verifyPromotion, type VerifiedPromotion } from "./verify";
