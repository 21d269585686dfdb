import { airlockPlaces } from "./image-places-airlock";
import { azurePlaces } from "./image-places-azure";
import { kubernetesPlaces } from "./image-places-kubernetes";
import type { Resource } from "../rule";
import type { Value } from "../values";

/** A place at which a resource says what runs. */
export interface ImagePlace {
  /** Path of the property, e.g. `spec.containers[0].image`. */
  readonly property: string;
  /** What stands there: an image reference, or in an `airlock` resource the digest alone. */
  readonly value: Value;
  readonly holds: "reference" | "digest";
  /** Azure computes the value: no run of the program will ever know it. */
  readonly computed?: true;
}

/** Why images may run that no property shows, e.g. "a Helm release renders its own manifests". */
export interface HiddenImages {
  readonly why: string;
  readonly property: string;
}

/** What a resource runs, as far as the pack can see. */
export interface ImagePlaces {
  readonly places: readonly ImagePlace[];
  readonly hidden?: HiddenImages;
}

/** Every place in `resource` that names an image. */
export function imagePlaces(resource: Resource, subscriptionId: string): ImagePlaces {
  return (
    kubernetesPlaces(resource) ??
    azurePlaces(resource, subscriptionId) ??
    airlockPlaces(resource) ?? { places: [] }
  );
}
