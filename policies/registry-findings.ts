import type { Environment } from "../model/promotion-path";
import { type AzureResource, azureResource } from "./azure-type";
import { registriesNamed } from "./registry-scope";
import type { Finding, Resource } from "./rule";
import type { StackFacts } from "./stack-facts";
import { propertyPath, textOf, textsOf, unknown, type Value } from "./values";

/** What a registry, or something inside of it, opens besides roles. */
export function registryFindings(
  azure: AzureResource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  return registriesNamed(azure.properties.registryName, stack).flatMap((environment) => {
    switch (azure.kind) {
      case "Registry":
        return ownFindings(azure, environment);
      case "ScopeMap":
        return scopeMapFindings(azure, environment);
      case "Token":
        return tokenFindings(azure, environment, stack, earlier);
    }
    return passive.test(azure.kind) ? [] : [unknownChild(azure, environment)];
  });
}

/** Children of a registry that only report, copy between regions or connect networks. */
const passive =
  /^(?:Replication|Webhook|RegistryWebhook|PrivateEndpointConnection|registries\/(?:replications|webhooks|privateendpointconnections))$/;

function ownFindings({ properties, root }: AzureResource, { registry, name, mode }: Environment): Finding[] {
  const finding = (key: string, what: string, fix: string): Finding => ({
    what: `${what} ${registry}, the registry of ${name}`,
    property: propertyPath(root, key),
    fix,
  });
  const findings: Finding[] = [];
  if (!isOff(properties.adminUserEnabled)) {
    findings.push(
      finding(
        "adminUserEnabled",
        "the admin user, one shared password for everything, can push to",
        "Set it to false",
      ),
    );
  }
  if (!isOff(properties.anonymousPullEnabled)) {
    findings.push(
      finding("anonymousPullEnabled", "anyone on the network can read all of", "Set it to false"),
    );
  }
  if (mode === "abac" && properties.roleAssignmentMode !== "AbacRepositoryPermissions") {
    findings.push(
      finding(
        "roleAssignmentMode",
        "inherited Owner, Contributor and AcrPush assignments can push to",
        "Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
      ),
    );
  }
  return findings;
}

function isOff(value: Value): boolean {
  return value === false || value === undefined || value === null;
}

const reading = /^repositories\/[^\s]+\/(?:content|metadata)\/read$/;

function scopeMapFindings({ properties, root }: AzureResource, { registry, name }: Environment): Finding[] {
  const property = propertyPath(root, "actions");
  const fix = "Leave only content/read and metadata/read";
  const actions = textsOf(properties.actions);
  if (actions === unknown) {
    const what = `what the scope map permits in ${registry}, the registry of ${name}, is not known before \`pulumi up\``;
    return [{ what, property, fix }];
  }
  const more = actions.filter((action) => !reading.test(action));
  const what = `the scope map lets tokens do more than read in ${registry}, the registry of ${name}: ${more.join(", ")}`;
  return more.length === 0 ? [] : [{ what, property, fix }];
}

/** Azure's own scope maps that only read. */
const readOnlyMaps: readonly string[] = ["_repositories_pull", "_repositories_pull_metadata_read"];

function tokenFindings(
  { properties, root }: AzureResource,
  { registry, name }: Environment,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  // A scope map that is made in the same run has no id yet; the update judges the token again.
  if (properties.scopeMapId === unknown) return [];
  const map = textOf(properties.scopeMapId)?.split("/").pop();
  const declared = earlier
    .map((resource) => azureResource(resource, stack.settings.subscriptionId))
    .some(
      (azure) =>
        azure?.kind === "ScopeMap" &&
        textOf(azure.properties.registryName)?.toLowerCase() === registry &&
        (azure.properties.scopeMapName ?? azure.properties.name) === map,
    );
  if (map !== undefined && (declared || readOnlyMaps.includes(map))) return [];
  return [
    {
      what: `the token's scope map ${map ?? "(none)"} is not declared in this stack and may let it push to ${registry}, the registry of ${name}`,
      property: propertyPath(root, "scopeMapId"),
      fix: "Declare a scope map that only reads, in this stack, and give the token that",
    },
  ];
}

function unknownChild({ kind }: AzureResource, { registry, name }: Environment): Finding {
  return {
    what: `${kind} may write to ${registry}, the registry of ${name}, in a way that this pack does not know`,
    property: "type",
    fix: "Keep it in an unprotected registry: images enter a protected environment by promotion alone",
  };
}
