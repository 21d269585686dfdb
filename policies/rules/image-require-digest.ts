import { UserError } from "../../model/errors";
import { isDigest, parseImageReference } from "../../model/image-reference";
import { type ImagePlace, imagePlaces } from "../images/image-places";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { unknown } from "../values";

const referenceFix = "Name the image as <host>/<repository>@sha256:<64 hexadecimal digits>";
const templateFix = "Write the reference into the template, by digest";
const digestFix = 'Write "sha256:" and 64 lower-case hexadecimal digits';

/** An image is what its digest says; a tag is what somebody says today. */
export const imageRequireDigest: ResourceRule = {
  name: "image-require-digest",
  displayName: "Images by digest only",
  description: "Whatever runs an image names it by digest, since a tag can be moved to another image.",
  severity: "critical",
  remediationSteps:
    "Replace the tag by the digest of the promoted image, as `PromotedImage.reference` and `airlock status` give it.",
  looksAt: [
    "Kubernetes: containers, init containers, ephemeral containers and image volumes of everything that holds a pod template, in lists, patches and custom resources too (Argo Rollouts, Knative, operators with an `image` of their own, in one text or in parts). Annotations count where they name the image of an injected container. Objects of policy engines only speak of images, and pass.",
    "Azure: Container Apps, jobs and session pools, Container Instances, Web Apps (`DOCKER|…`, site containers, application settings), in every version of azure-native, in the classic provider, as a generic `resources:Resource` and inside of a template.",
    "airlock: the digest of `ImageImport`, `ImageLock` and `ImageTag`.",
    "In a protected environment, and in the stack that all environments share, it also refuses an image that is not known before `pulumi up`; in other environments such an image is judged during the update. What renders its manifests elsewhere, and types that may run an image in a way that the pack doesn't know, are [resource-require-known-type](resource-require-known-type.md)'s matter.",
  ],
  absolute: true,
  why: "Whoever may push a tag decides what runs the next time a pod starts, without a review and without a trace in the program. A digest is the content: what was scanned, signed and promoted is what runs. With a digest, a tag beside it plays no part.",
  check: (resource, stack) => {
    const { places } = imagePlaces(resource, stack.settings.subscriptionId);
    return places.flatMap((place) => checkPlace(place, stack));
  },
};

function checkPlace({ property, value, holds, computed }: ImagePlace, stack: StackFacts): Finding[] {
  if (value === unknown) {
    if (computed) return [{ what: "the template computes its image", property, fix: templateFix }];
    return stack.strict ? [unknownImage(property, holds)] : [];
  }
  const [fix, problemWith] =
    holds === "digest" ? [digestFix, digestProblem] : [referenceFix, referenceProblem];
  const what = typeof value === "string" ? problemWith(value) : `the ${holds} is not a text`;
  return what === undefined ? [] : [{ what, property, fix }];
}

function unknownImage(property: string, holds: string): Finding {
  return {
    what: `the ${holds} is not known before \`pulumi up\`, so nobody can review it`,
    property,
    fix: "Take it from the stack's configuration instead of a resource's output",
  };
}

function digestProblem(text: string): string | undefined {
  return isDigest(text) ? undefined : `${JSON.stringify(text)} is not a digest`;
}

function referenceProblem(text: string): string | undefined {
  try {
    const { tag, digest } = parseImageReference(text);
    if (digest !== undefined) return undefined;
    return tag === undefined
      ? `image ${JSON.stringify(text)} has no digest`
      : `image ${JSON.stringify(text)} is named by a tag, which can be moved`;
  } catch (error) {
    if (error instanceof UserError) return error.problem.what;
    throw error;
  }
}
