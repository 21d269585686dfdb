import { UserError } from "../../model/errors";
import { parseImageReference } from "../../model/image-reference";
import { referenceHost, registriesOf } from "../../model/promotion-path";
import { type ImagePlace, imagePlaces } from "../images/image-places";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { unknown, type Value } from "../values";

/** What an environment runs has come through its own door. */
export const imageRequireOwnRegistry: ResourceRule = {
  name: "image-require-own-registry",
  displayName: "Images from the environment's own registry",
  description:
    "An environment runs only images of its own registry, into which nothing comes but by promotion.",
  severity: "critical",
  remediationSteps:
    "Promote the image to this environment (`airlock promote <repository> --to <environment>`) and name its own registry.",
  looksAt: [
    "Every place that [image-require-digest](image-require-digest.md) looks at. The host of the reference must be the host of the stack's own environment, as `path` in `Pulumi.yaml` states it (`<registry>.azurecr.io` unless `host` says otherwise, or its `customHost`); or that of the standard registry beside it, when its `promotions` are stated. A reference without a host, such as `nginx`, means Docker Hub and is refused. The shared stack has no environment and runs no image.",
  ],
  why: "An image of another registry has passed none of this environment's gates, is not locked here, and disappears when that registry's retention takes it. It also needs a right to read that registry which no cell of the access matrix gives.",
  check: (resource, stack) =>
    imagePlaces(resource, stack.settings.subscriptionId)
      .places.filter(({ holds }) => holds === "reference")
      .flatMap((place) => checkPlace(place, stack)),
};

function checkPlace({ property, value, computed }: ImagePlace, stack: StackFacts): Finding[] {
  const { environment } = stack;
  if (!environment) {
    return [
      {
        what: "an image runs in a stack that has no environment, and so no registry",
        property,
        fix: "Run it in the stack of an environment",
      },
    ];
  }
  const own = registriesOf(environment).filter(({ promotions }) => promotions);
  const hosts = own.flatMap(({ host, customHost = host }) => [host, customHost]);
  const fix = `Promote the image to ${environment.name} and name it ${referenceHost(environment)}/<repository>@sha256:…`;
  if (value === unknown) {
    const what = computed
      ? "the template computes its image, and with it the registry"
      : "the image's registry is not known before `pulumi up`";
    return stack.strict || computed ? [{ what, property, fix }] : [];
  }
  const registry = registryOf(value);
  if (registry !== undefined && hosts.includes(registry)) return [];
  const what =
    registry === undefined
      ? `image ${JSON.stringify(value)} does not name a registry`
      : `image ${JSON.stringify(value)} comes from ${registry}, not from ${environment.name}'s own registry`;
  return [{ what, property, fix }];
}

function registryOf(value: Value): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return parseImageReference(value).registry;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
