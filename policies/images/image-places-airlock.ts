import type { ImagePlaces } from "./image-places";
import type { Resource } from "../rule";

/** The provider's own resources name an image by repository and digest. */
export function airlockPlaces(resource: Resource): ImagePlaces | undefined {
  if (!/^airlock:index:Image(?:Import|Lock|Tag)$/.test(resource.type)) return undefined;
  return { places: [{ property: "digest", value: resource.properties.digest, holds: "digest" }] };
}
