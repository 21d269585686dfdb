import { isList, isObject, type Value } from "../values";

/**
 * Properties by which this library judges a resource of Azure, as ARM's documentation spells them. ARM itself takes them in any
 * case: a second spelling of one of them would decide in the cloud, and be read by nobody here.
 */
const judged = new Map(
  [
    ...[
      "properties",
      "roleDefinitionId",
      "principalId",
      "principalType",
      "scope",
      "condition",
      "permissions",
    ],
    ...[
      "actions",
      "notActions",
      "dataActions",
      "notDataActions",
      "assignableScopes",
      "roleName",
      "policyRule",
    ],
    ...["adminUserEnabled", "anonymousPullEnabled", "roleAssignmentMode", "publicNetworkAccess", "policies"],
    ...["networkRuleSet", "networkRuleBypassOptions", "exportPolicy", "retentionPolicy", "trustPolicy"],
    ...["softDeletePolicy", "status", "scopeMapId", "credentials", "passwords", "defaultAction", "ipRules"],
    ...["template", "containers", "initContainers", "image", "imageName", "jobTemplate", "siteConfig"],
    ...["linuxFxVersion", "windowsFxVersion", "issuer", "subject", "audiences", "claimsMatchingExpression"],
    ...["accessPolicies", "enableRbacAuthorization", "enablePurgeProtection", "networkAcls", "kty", "keyOps"],
    ...["workspaceId", "logs", "level", "privateLinkServiceConnections", "resources", "mode"],
  ].map((name) => [name.toLowerCase(), name] as const),
);

/** Maps whose keys are names of the user's own. */
const free: ReadonlySet<string> = new Set(["tags", "metadata", "parameters", "labels", "appSettings"]);

/** Whether a body spells a property that is judged in another case, or any property in two. */
export function isSpelledOddly(body: Value): boolean {
  if (isList(body)) return body.some(isSpelledOddly);
  if (!isObject(body)) return false;
  const keys = Object.keys(body);
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) return true;
  return keys.some((key) => {
    const canonical = judged.get(key.toLowerCase());
    return (canonical !== undefined && canonical !== key) || (!free.has(key) && isSpelledOddly(body[key]));
  });
}
