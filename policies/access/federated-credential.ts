import { isFederatedCredential } from "../../model/azure/kinds";
import { azureResource } from "../../model/azure/resource";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, isObject, propertyPath, textOf, unknown, type Value } from "../values";

/** Whose token an application or a managed identity is signed in with. */
export interface FederatedCredential {
  readonly issuer: Value;
  /** The audiences as a list; a single one is a list of one. */
  readonly audiences: Value;
  /** The one subject, or the expression that a flexible credential matches subjects with. */
  readonly subject: Value;
  readonly flexible: boolean;
  /** Id of what is signed in to; undefined while it is not known. */
  readonly identity?: string;
  /** Where these stand in the resource. */
  readonly properties: { readonly issuer: string; readonly audiences: string; readonly subject: string };
}

/** The federated credential that a resource is: of an application, or of a managed identity in any form. */
export function federatedCredential(
  { type, properties: inputs }: Resource,
  stack: StackFacts,
): FederatedCredential | undefined {
  if (/^azuread:.*:ApplicationFederatedIdentityCredential$/.test(type)) {
    return credentialFrom(inputs, "", textOf(inputs.applicationId));
  }
  if (/^azuread:.*:ApplicationFlexibleFederatedIdentityCredential$/.test(type)) {
    return credentialFrom(inputs, "", textOf(inputs.applicationId));
  }
  const azure = azureResource({ type, properties: inputs }, stack.settings.subscriptionId);
  if (azure === undefined || !isFederatedCredential(azure)) return undefined;
  const { resourceGroupName, resourceName, parentId } = inputs;
  // A generic resource calls the credential `resourceName` and its identity the parent.
  const named =
    azure.root === "" ? [resourceGroupName, resourceName] : [resourceGroupName, inputs.parentResourcePath];
  const path = named.every((part) => typeof part === "string") ? named.join("/") : undefined;
  return credentialFrom(azure.properties, azure.root, textOf(parentId) ?? path);
}

function credentialFrom(
  properties: { readonly [key: string]: Value },
  root: string,
  identity: string | undefined,
): FederatedCredential {
  const { audience, claimsMatchingExpression } = properties;
  const flexible = claimsMatchingExpression !== undefined && claimsMatchingExpression !== null;
  const expression = isObject(claimsMatchingExpression)
    ? claimsMatchingExpression.value
    : claimsMatchingExpression;
  const audiences = properties.audiences ?? audience;
  return {
    issuer: properties.issuer,
    audiences: isList(audiences) || audiences === unknown ? audiences : [audiences],
    // Both at once: which of them decides is nothing to guess.
    subject: flexible && properties.subject ? "" : flexible ? expression : properties.subject,
    flexible,
    ...(identity !== undefined && { identity: identity.toLowerCase() }),
    properties: {
      issuer: propertyPath(root, "issuer"),
      audiences: propertyPath(root, properties.audiences === undefined ? "audience" : "audiences"),
      subject: propertyPath(root, flexible ? "claimsMatchingExpression" : "subject"),
    },
  };
}

const claim = /^claims\['(sub|job_workflow_ref)'\] eq '([^'*?]+)'$/;

/** The subject that a flexible expression asks for, when it asks for exactly one and for nothing looser. */
export function subjectOfExpression(expression: string): string | undefined {
  const claims = expression.split(" and ").map((part) => claim.exec(part.trim()));
  if (claims.includes(null)) return undefined;
  const subjects = claims.filter((match) => match?.[1] === "sub").map((match) => match![2]);
  return subjects.length === 1 ? subjects[0] : undefined;
}
