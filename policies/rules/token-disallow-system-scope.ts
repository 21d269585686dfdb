import { isToken } from "../../model/azure/kinds";
import { azureResource } from "../../model/azure/resource";
import type { ResourceRule } from "../rule";
import { propertyPath, textOf } from "../values";

/** Azure's own scope maps reach every repository, those of the future too. */
export const tokenDisallowSystemScope: ResourceRule = {
  name: "token-disallow-system-scope",
  displayName: "No scope map of Azure's own",
  description: "No registry token uses one of the scope maps that Azure makes, which reach every repository.",
  severity: "high",
  remediationSteps: "Declare a scope map with the repositories that the token is for.",
  looksAt: [
    "Registry tokens (azure-native of every version, classic, generic) in every stack: the name of the scope map, which begins with `_` where Azure made it (`_repositories_pull`, `_repositories_push`, `_repositories_admin` and their like).",
    "A scope map that is made in the same run has no id yet; the update judges the token again.",
  ],
  why: "`_repositories_pull` looks harmless, and reads the images of every team, also of those that come next year. Nobody can narrow it: it is Azure's.",
  check: (resource, { settings }) => {
    const azure = azureResource(resource, settings.subscriptionId);
    if (azure === undefined || !isToken(azure)) return [];
    const map = textOf(azure.properties.scopeMapId)?.split("/").pop() ?? "";
    if (!map.startsWith("_")) return [];
    return [
      {
        what: `the scope map ${map} is Azure's own and reaches every repository`,
        property: propertyPath(azure.root, "scopeMapId"),
        fix: "Declare a scope map that names the token's repositories",
      },
    ];
  },
};
