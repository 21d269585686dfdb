import { bondProblem } from "../../model/labels";
import type { Environment } from "../../model/promotion-path";
import type { Finding, ResourceRule } from "../rule";
import { entered, type StackFacts } from "../stack-facts";
import { isObject, type Properties, textOf, unknown } from "../values";

/** What is built for one environment enters no other. */
export const imageRestrictEnvironment: ResourceRule = {
  name: "image-restrict-environment",
  displayName: "Images built for this environment, or for every one",
  description: "An image whose labels name an environment or a registry enters that one and no other.",
  severity: "high",
  remediationSteps:
    "Promote the build that is labelled for this environment, or build without the label where one digest goes all the way.",
  looksAt: [
    "Each `ImageImport` of the airlock provider: its `environment` is the stack's own. It is what the provider holds the image's labels against, so a program that states another one is refused.",
    "Its `labels`, which no program can set: the provider's `check` reads them from the image at its source, in the configuration of every platform and in the annotations of its manifests, and returns them to the preview. `dev.airlock.environment` and `dev.airlock.registry`, where they are there, name the stack's environment and the registry that receives the image. The first refusal is `check`'s own, and it comes without the pack too.",
    "A policy can't read a registry. What `check` could not read before `pulumi up` is refused in a protected environment, and judged during the update elsewhere.",
    "An image without these labels passes: it is built once, and promoted.",
  ],
  absolute: true,
  why: "An image that is built for staging holds staging's settings, and was never meant to see production's data. Its labels are part of its digest: whoever wants others has to build, sign and promote another image. No variable, no pod's label and no option of a client changes what `check` reads.",
  check: ({ type, properties }, stack) => {
    const environment = entered(stack, properties.loginServer);
    // Images in a stack that is no environment are the path's matter.
    if (type !== "airlock:index:ImageImport" || !environment) return [];
    return [...statedFindings(properties, environment), ...labelFindings(properties, environment, stack)];
  },
};

function statedFindings(properties: Properties, { name }: Environment): Finding[] {
  const stated = properties.environment;
  if (stated === name) return [];
  const what =
    stated === unknown
      ? "the environment that the image enters is not known before `pulumi up`"
      : `the image is held against the labels for ${textOf(stated) ?? "no environment"}, and enters ${name}`;
  return [{ what, property: "environment", fix: `Write environment: "${name}"` }];
}

function labelFindings(properties: Properties, { name }: Environment, { strict }: StackFacts): Finding[] {
  const { labels, loginServer } = properties;
  if (labels === unknown) {
    const what = "what the image is built for is not known before `pulumi up`";
    const fix =
      "Give repository, digest, signer and source as plain values: the provider then reads its labels";
    return strict ? [{ what, property: "labels", fix }] : [];
  }
  if (!isObject(labels) || typeof loginServer !== "string") return [];
  const problem = bondProblem(labels, { environment: name, registry: loginServer });
  return problem === undefined
    ? []
    : [{ what: `the image ${problem}`, property: "labels", fix: `Promote the build for ${name}` }];
}
