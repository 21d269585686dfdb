import type { ImagesKey } from "../../model/config/stack-file";
import { deliveryStack } from "../../model/delivery/settings";
import { pocStack } from "../../model/settings";
import type { World } from "../poc";

/** Where the images of an environment stand, and what carries them out. */
export interface ImagesPlace {
  /** Stack in whose file they stand, and whose update brings them in. */
  readonly stack: string;
  readonly key: ImagesKey;
  /** What the stack is called that runs them in a cluster, where there is one. */
  readonly delivery: string;
}

/** An environment of the path has a stack of its own; those of a proof of concept share one. */
export function placeOf(world: World, environment: string): ImagesPlace {
  return world === "poc"
    ? {
        stack: pocStack,
        key: ["poc", "images", environment],
        delivery: deliveryStack(environment, true),
      }
    : { stack: environment, key: ["images"], delivery: deliveryStack(environment) };
}

/** A place as a sentence names it: `Pulumi.prod.yaml`, `poc.images.staging of Pulumi.poc.yaml`. */
export function placeText({ stack, key }: ImagesPlace): string {
  return `${key.length > 1 ? `${key.join(".")} of ` : ""}Pulumi.${stack}.yaml`;
}

/** How a command says which world it is about. */
export function inWorld(world: World): string {
  return world === "poc" ? " --poc" : "";
}
