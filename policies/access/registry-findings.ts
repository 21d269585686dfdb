import { modeOf } from "../../model/access/permission-mode";
import { isScopeMap, isToken } from "../../model/azure/kinds";
import type { RegistryOfEnvironment } from "../../model/promotion-path";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import { registriesNamed } from "./registry-scope";
import type { Finding, Resource } from "../rule";
import { protectedRegistries, type StackFacts } from "../stack-facts";
import { isList, isObject, propertyPath, textOf, textsOf, unknown, type Value } from "../values";

/** What a registry, or something inside of it, opens besides roles. */
export function registryFindings(
  azure: AzureResource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const own = registriesNamed(registryNameOf(azure), stack);
  if (own.length === 0) return foreignFindings(azure, stack);
  return own.flatMap((environment) => {
    switch (azure.kind) {
      case "Registry":
        return ownFindings(azure, environment);
      case "ScopeMap":
        return scopeMapFindings(azure, environment);
      case "Token":
        return tokenFindings(azure, environment, stack, earlier);
      case "RegistryTokenPassword":
        return passwordFindings(azure, environment, stack, earlier);
    }
    return passive.test(azure.kind) ? [] : [unknownChild(azure, environment)];
  });
}

/** Name of the registry that a resource is, or is inside of; the classic provider sometimes says it by an id. */
function registryNameOf({ properties }: AzureResource): Value {
  const { registryName, containerRegistryId, containerRegistryTokenId } = properties;
  if (registryName !== undefined) return registryName;
  const id = containerRegistryId ?? containerRegistryTokenId;
  return /\/registries\/([^/]+)/i.exec(textOf(id) ?? "")?.[1] ?? id;
}

/** Children of a registry that only report, copy between regions or connect networks. */
const passive = /^(?:Replication|Webhook|PrivateEndpointConnection)$/;

/** What a task or a pipeline of another registry says of a protected one. */
function foreignFindings({ kind, properties, root }: AzureResource, stack: StackFacts): Finding[] {
  if (/^(?:Registry|ScopeMap|Token|RegistryTokenPassword)$/.test(kind) || passive.test(kind)) return [];
  return textsIn(properties, root).flatMap(({ text, property }) =>
    protectedRegistries(stack)
      .filter(({ host, customHost = host, registry }) =>
        [host, customHost, `registries/${registry}`].some((name) => mentions(text, name)),
      )
      .map(({ registry, name }) => ({
        what: `${kind} names ${registry}, the registry of ${name}, and may write to it`,
        property,
        fix: "Build into the first environment's registry and promote the image from there",
      })),
  );
}

/** Every text of a resource; of an encoded one, what it says. */
function textsIn(value: Value, property: string): { readonly text: string; readonly property: string }[] {
  if (typeof value === "string") {
    const decoded = /content$/i.test(property) ? Buffer.from(value, "base64").toString("utf8") : "";
    return [{ text: `${value}\n${decoded}`, property }];
  }
  if (isList(value)) return value.flatMap((item, index) => textsIn(item, propertyPath(property, index)));
  if (!isObject(value)) return [];
  // A key may be the name: credentials stand under the host that they are for.
  return Object.entries(value).flatMap(([key, item]) => {
    const at = propertyPath(property, key);
    const inside = textsIn(item, at);
    return /[./]/.test(key) ? [{ text: key, property: at }, ...inside] : inside;
  });
}

function mentions(text: string, name: string): boolean {
  return text.toLowerCase().includes(name.toLowerCase());
}

/** First API version that has permission modes; an older one leaves the mode as it is, whatever the program says. */
const firstWithModes = 20250301;

function statesAbac({ properties, apiVersion = "" }: AzureResource): boolean {
  const version = Number(apiVersion.replace(/-/g, "").slice(0, 8));
  return modeOf(properties.roleAssignmentMode) === "abac" && version >= firstWithModes;
}

function ownFindings(azure: AzureResource, { registry, name, mode }: RegistryOfEnvironment): Finding[] {
  const { properties, root } = azure;
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
  if (mode === "abac" && !statesAbac(azure)) {
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

function scopeMapFindings(
  { properties, root }: AzureResource,
  { registry, name }: RegistryOfEnvironment,
): Finding[] {
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
  { registry, name }: RegistryOfEnvironment,
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
        azure !== undefined &&
        isScopeMap(azure) &&
        textOf(azure.properties.registryName)?.toLowerCase() === registry &&
        azure.properties.scopeMapName === map,
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

/** The password of a token is as good as the token, and that has to be in this stack to be judged. */
function passwordFindings(
  { properties }: AzureResource,
  { registry, name }: RegistryOfEnvironment,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const id = properties.containerRegistryTokenId;
  // A token that is made in the same run has no id yet; the update judges the password again.
  if (id === unknown) return [];
  const wanted = textOf(id)?.split("/").pop()?.toLowerCase();
  const declared = earlier
    .map((resource) => azureResource(resource, stack.settings.subscriptionId))
    .some(
      (azure) =>
        azure !== undefined &&
        isToken(azure) &&
        textOf(registryNameOf(azure))?.toLowerCase() === registry &&
        textOf(azure.properties.tokenName)?.toLowerCase() === wanted,
    );
  if (wanted !== undefined && declared) return [];
  return [
    {
      what: `the password is for the token ${wanted ?? "(none)"}, which is not declared in this stack and may push to ${registry}, the registry of ${name}`,
      property: "containerRegistryTokenId",
      fix: "Declare the token in this stack, with a scope map that only reads",
    },
  ];
}

function unknownChild({ kind }: AzureResource, { registry, name }: RegistryOfEnvironment): Finding {
  return {
    what: `${kind} may write to ${registry}, the registry of ${name}, in a way that this pack does not know`,
    property: "type",
    fix: "Keep it in an unprotected registry: images enter a protected environment by promotion alone",
  };
}
