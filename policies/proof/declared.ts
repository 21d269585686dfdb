import { type Declared, declaredOf as read } from "../../model/proof/read/declared";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";

const known = new WeakMap<Resource, { readonly declared: Declared | undefined }>();

/** A resource as the proof's readers want it, read once; undefined for what is neither Azure's nor Entra's. */
export function declaredOf(resource: Resource, { settings }: StackFacts): Declared | undefined {
  const found = known.get(resource) ?? { declared: read(resource, resource.name, settings.subscriptionId) };
  known.set(resource, found);
  return found.declared;
}
