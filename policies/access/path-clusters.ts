import { isDeepStrictEqual } from "node:util";
import { normalizeScope, readScope, scopeCovers } from "../../model/access/scopes";
import { isAssignment, isPolicyAssignment, isPolicyExemption } from "../../model/azure/kinds";
import type { AzureResource } from "../../model/azure/resource";
import { declaredResources } from "../../model/azure/template";
import { podBaseline, podSecurityName, podSecurityOn } from "../../model/cluster/pod-security";
import { clusterGroupId, clusterId } from "../../model/physical-names";
import type { Finding, Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath, textOf, unknown, type Value } from "../values";

/** A cluster that stood there before, in a group of somebody else's. */
interface PathCluster {
  readonly environment: string;
  readonly name: string;
  readonly id: string;
  readonly group: string;
}

function clustersOn({ settings }: StackFacts): PathCluster[] {
  return settings.path.environments.flatMap((environment) => {
    const { name, cluster } = environment;
    if (cluster === undefined) return [];
    const [id, group] = [clusterId(settings, environment), clusterGroupId(settings, cluster)];
    return [{ environment: name, name: cluster.name, id, group }];
  });
}

/** What a program does to the path's clusters, and to the baseline for their pods, beside roles on them. */
export function pathClusterFindings(resource: Resource, stack: StackFacts): Finding[] {
  const clusters = clustersOn(stack);
  if (clusters.length === 0) return [];
  return declaredResources(resource, stack.settings.subscriptionId).flatMap((azure, index) => {
    if (isAssignment(azure)) return [];
    // What azapi acts on stands beside the body, whatever that says; a template's resources have nothing beside theirs.
    const stated = index === 0 ? { ...azure.properties, ...resource.properties } : azure.properties;
    const inside = insideFindings({ ...azure, properties: stated }, clusters, stack);
    return inside.length > 0 ? inside : baselineFindings(azure, clusters, stack);
  });
}

/** Properties by which a resource of any provider says what it stands on. */
const targetKeys = ["scope", "resourceUri", "resourceId", "targetResourceId", "parentId"];
const clusterKeys = ["clusterId", "kubernetesClusterId"];
/** Properties by which one names its cluster, where the group stands apart. */
const nameKeys = ["resourceName", "clusterName", "parentResourceName", "name"];

function insideFindings(
  azure: AzureResource,
  clusters: readonly PathCluster[],
  { strict }: StackFacts,
): Finding[] {
  const property = azure.root || "type";
  const fix = "Leave the cluster to whoever made it";
  const found = clusters.find((cluster) => standsIn(azure, cluster));
  if (found) {
    const what = `${found.name}, the cluster of ${found.environment}, is not the project's to change`;
    return [{ what, property, fix }];
  }
  if (!strict || !clusters.some((cluster) => mayStandIn(azure, cluster))) return [];
  return [{ what: "whether it is a cluster of the path is not known before `pulumi up`", property, fix }];
}

function standsIn({ id, place, properties }: AzureResource, cluster: PathCluster): boolean {
  const targets = [id, ...[...targetKeys, ...clusterKeys].map((key) => properties[key])];
  const scopes = targets.map(scopeIn);
  if (scopes.some((one) => typeof one === "string" && scopeCovers(cluster.id, one))) return true;
  return (
    id === undefined && is(place, cluster.group) && nameKeys.some((key) => is(properties[key], cluster.name))
  );
}

// Of AKS's own types alone: of all others nobody would know a program that has nothing to do with clusters.
function mayStandIn({ module, kind, id, place, properties }: AzureResource, cluster: PathCluster): boolean {
  if (module !== "containerservice" || id !== undefined) return false;
  if (clusterKeys.some((key) => properties[key] === unknown)) return true;
  const names = nameKeys.map((key) => properties[key]).filter((name) => name !== undefined);
  const named =
    names.length === 0
      ? /^managedclusters\//i.test(kind)
      : names.some((name) => name === unknown || is(name, cluster.name));
  return named && (place === unknown || is(place, cluster.group));
}

/** An id as ARM reads it; unknown when that is not to be told. */
const scopeIn = (value: Value): Value => (typeof value === "string" ? (readScope(value) ?? unknown) : value);

const is = (value: Value, text: string): boolean =>
  typeof value === "string" && normalizeScope(value) === normalizeScope(text);

function baselineFindings(
  azure: AzureResource,
  clusters: readonly PathCluster[],
  stack: StackFacts,
): Finding[] {
  const { properties, root } = azure;
  const scope = scopeIn(properties.scope);
  const at = (key: string) => propertyPath(root, key);
  if (isPolicyExemption(azure)) {
    const open = clusters.find(({ group }) => touches(scope, group, stack));
    return open
      ? [
          {
            what: `a policy exemption would let pods get to the nodes of ${open.name}`,
            property: at("scope"),
            fix: "Remove it: the baseline for pods has no exemptions",
          },
        ]
      : [];
  }
  if (!isPolicyAssignment(azure) || !isAboutPods(azure, stack)) return [];
  const below = clusters.find(({ group }) => isBelow(scope, group, stack));
  if (below === undefined) return [];
  const own = clusters.find(({ environment }) => environment === stack.environment?.name);
  const wrong = own ? differing(azure, own) : "scope";
  if (wrong === undefined) return [];
  return [
    {
      what: `the baseline for pods on the group of ${below.name} is not as the stack of ${below.environment} makes it`,
      property: at(wrong),
      fix: "Remove it: that stack assigns the baseline, which denies and leaves out no namespace of anybody's",
    },
  ];
}

const touches = (scope: Value, group: string, stack: StackFacts): boolean =>
  isBelow(scope, group, stack) || (typeof scope === "string" && scopeCovers(scope, group));

function isBelow(scope: Value, group: string, { strict }: StackFacts): boolean {
  return typeof scope === "string" ? scopeCovers(group, scope) : strict;
}

/** The baseline itself, or what has the name of its assignment and would take its place. */
function isAboutPods({ properties }: AzureResource, { strict }: StackFacts): boolean {
  const { policyDefinitionId: definition, policyAssignmentName: name } = properties;
  if (is(definition, podBaseline)) return true;
  if (definition === unknown || name === unknown) return strict;
  return /^pod-security(?:-|$)/i.test(textOf(name) ?? "");
}

/** What says nothing of what is refused. */
const words: ReadonlySet<string> = new Set([
  "displayName",
  "description",
  "metadata",
  "nonComplianceMessages",
]);

/** The first property in which an assignment is another than the environment's stack makes. */
function differing({ properties }: AzureResource, { environment, group }: PathCluster): string | undefined {
  const expected: Readonly<Record<string, unknown>> = podSecurityOn(group, podSecurityName(environment));
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(properties)])];
  return keys.find((key) => {
    const value = properties[key];
    if (words.has(key)) return false;
    if (typeof expected[key] === "string") return !is(value, expected[key]);
    return !isDeepStrictEqual(value ?? undefined, expected[key]);
  });
}
