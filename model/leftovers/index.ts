export { leftoversDue, type LeftoversDue } from "./due";
export { judgeImages, type ImageRules } from "./images";
export {
  judgeLeftovers,
  kindOf,
  whyContainersStay,
  type FoundLeftover,
  type FoundResource,
  type LeftoverRules,
  type LeftoverVerdict,
} from "./resources";
export { environmentTag, releaseTag } from "./tags";
