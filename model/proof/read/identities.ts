import { isFederatedCredential } from "../../azure/kinds";
import type { IdentityFacts } from "../facts";
import { lastPart, textOf, type Value } from "../../values";
import { type Declared } from "./declared";

/** The application or managed identity that a federated credential belongs to; undefined for what is none. */
export function credentialOwner({ module, kind, properties }: Declared): Value {
  if (module === "azuread" && /^Application(?:Flexible)?FederatedIdentityCredential$/.test(kind))
    return properties.applicationId ?? properties.applicationObjectId;
  return isFederatedCredential({ module, kind }) ? properties.resourceName : undefined;
}

/** Whether a resource is a federated credential, whoever it belongs to. */
export function isCredential(declared: Declared): boolean {
  return credentialOwner(declared) !== undefined;
}

/** How many federated credentials a program gives each identity. */
export function identityFacts(declared: readonly Declared[]): IdentityFacts[] {
  const counts = new Map<string, number>();
  for (const resource of declared) {
    const owner = credentialOwner(resource);
    if (typeof owner !== "string") continue;
    const key = lastPart(owner).toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const applications = declared.filter(({ module, kind }) => module === "azuread" && kind === "Application");
  const known = applications.map(({ where, id, properties }): IdentityFacts => {
    const key = lastPart(id ?? "").toLowerCase();
    const federatedCredentials = counts.get(key) ?? 0;
    counts.delete(key);
    return { identity: textOf(properties.displayName) ?? where, where, federatedCredentials };
  });
  const others = [...counts].map(([owner, federatedCredentials]) => ({
    identity: owner,
    where: owner,
    federatedCredentials,
  }));
  return [...known, ...others];
}
