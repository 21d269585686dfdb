export { claimsOf, claimsOfReleases, fromHereOn, type Claim, type ImagesByEnvironment } from "./claims";
export {
  ownTags,
  refersTo,
  spokenOf,
  type StoredManifest,
  type StoredRepository,
  type StoredTag,
} from "./inventory";
export { judgeRepository, type Cause, type Reason, type Rules, type Verdict } from "./judge";
export { deletionOrder } from "./order";
