import { hostOf } from "../../model/delivery/canary";
import type { DeliverySettings, WorkloadSettings } from "../../model/delivery/settings";
import { imageOf, selectorOf, type WorkloadPlan } from "../../model/delivery/workload";
import { UserError } from "../../model/errors";
import { type Environment, promotedHosts } from "../../model/promotion-path";
import { differenceFinding, differences, shown } from "../delivery/difference";
import { contentOf, kindOf, metadataOf } from "../delivery/kubernetes-object";
import { workloadObjects } from "../delivery/workload-objects";
import type { Finding, Resource, ResourceRule } from "../rule";
import { isList, isObject, propertyPath, textOf, type Value } from "../values";

/** Who may choose what a promoted image is told to do, or where its requests go, needs no image of their own. */
export const deliveryRestrictWorkloads: ResourceRule = {
  name: "delivery-restrict-workloads",
  displayName: "Workloads are what the configuration makes them",
  description:
    "Every object of a workload is what Workload or CanaryWorkload makes of the configuration, for a promoted digest of its repository.",
  severity: "critical",
  remediationSteps:
    "Use Workload and CanaryWorkload with the values of the stack file; what a service needs besides is a change of these components.",
  looksAt: [
    "**Stacks with `kind: delivery`**: ServiceAccount, Service, Deployment, Rollout, AnalysisTemplate, VirtualService and DestinationRule. Each is compared, property by property, with what the component makes of `delivery.workloads`; more than that is refused as well as less.",
    "So a pod has no command, arguments, environment, volumes, host namespaces or privileges; a Service is of type ClusterIP, without external addresses; routes lead from the workload's own host to its own service; an analysis asks the configured Prometheus and the canary's health, and nobody else.",
    "The image: by digest, of the workload's `repository` in the environment's own registry, and none of its `rejected`. Whether it was promoted is said by the output of another stack, which no policy sees; [admission](../admission.md) knows it.",
    "What Argo's controller writes (`spec.http` of the route, `spec.subsets`, the selector of the canary's Service) may differ in weights, header routes and hashes, never in hosts. `ignoreChanges` is for these alone.",
    "Annotations that begin with `pulumi.com/`, which tell Pulumi how to wait, are not looked at.",
  ],
  absolute: true,
  why: "A promoted image runs what its pod says: a shell with `args`, a file from a ConfigMap, a Secret in its environment, the disk of its node. A VirtualService may name another team's host, an analysis may fetch any URL with any Secret of its namespace in it.",
  check: (resource, { settings: { delivery }, environment }) => {
    const kind = kindOf(resource);
    if (delivery === undefined || environment === undefined || kind === undefined) return [];
    return kinds.has(kind) ? judge(resource, kind, delivery, environment) : [];
  },
};

const controllers = ["apps:Deployment", "argoproj.io:Rollout"];
const kinds: ReadonlySet<string> = new Set([
  ...["core:ServiceAccount", "core:Service", ...controllers, "argoproj.io:AnalysisTemplate"],
  ...["networking.istio.io:VirtualService", "networking.istio.io:DestinationRule"],
]);

const image = "spec.template.spec.containers[0].image";
const fix = "Leave it to Workload or CanaryWorkload, with the values of the stack file";

function judge(
  resource: Resource,
  kind: string,
  delivery: DeliverySettings,
  environment: Environment,
): Finding[] {
  const { name, namespace } = metadataOf(resource.properties);
  const id = `${kind} ${textOf(name)}`;
  const plans = Object.entries(delivery.workloads)
    .filter(([, workload]) => workload.namespace === namespace)
    .map(([called, workload]) => ({ workload, plan: planOf(called, workload, environment) }));
  const own = plans.find(({ plan, workload }) => workloadObjects(plan, workload).has(id));
  if (own === undefined) {
    const what = `${kind} ${shown(name)} in ${shown(namespace)} belongs to no workload of the configuration`;
    return [{ what, property: "metadata.name", fix: "Name it as the stack file names the workload" }];
  }
  const told = controllers.includes(kind) ? imageTold(resource) : own.plan.image;
  const plan = { ...own.plan, image: textOf(told) ?? "", version: versionTold(resource) };
  const refused = imageFindings(plan, told, own.workload);
  if (refused.length > 0) return refused;
  const { content, writtenByArgo } = workloadObjects(plan, own.workload).get(id)!;
  const different = differences(contentOf(resource), content, "").filter(
    ({ property }) => writtenByArgo === undefined || !property.startsWith(writtenByArgo),
  );
  return [
    ...different.map((one) => differenceFinding(one, fix)),
    ...(writtenByArgo === undefined ? [] : strangeFindings(resource, writtenByArgo, plan)),
    ...ignoreFindings(resource, writtenByArgo),
  ];
}

/** The workload with a digest that decides nothing: only its controller says which one runs. */
function planOf(name: string, workload: WorkloadSettings, environment: Environment): WorkloadPlan {
  const { repository, namespace, port, replicas, health, resources } = workload;
  const registries = promotedHosts(environment);
  return {
    ...{ name, namespace, environment: environment.name, registries, port, replicas, health, resources },
    image: `${registries[0]}/${repository}@sha256:${"0".repeat(64)}`,
    version: "",
  };
}

function imageTold({ properties: { spec } }: Resource): Value {
  const template = isObject(spec) && isObject(spec.template) ? spec.template : {};
  const containers = isObject(template.spec) ? template.spec.containers : [];
  const [first] = isList(containers) ? containers : [];
  return isObject(first) ? first.image : undefined;
}

/** For people: which version a digest is, no policy knows. */
function versionTold({ properties }: Resource): string {
  const { annotations } = metadataOf(properties);
  return (isObject(annotations) ? textOf(annotations["airlock.dev/version"]) : undefined) ?? "";
}

function imageFindings(
  plan: WorkloadPlan,
  told: Value,
  { repository, rejected }: WorkloadSettings,
): Finding[] {
  try {
    const named = imageOf(plan);
    const of = { property: image, fix: "Run what the environment's stack names for its repository" };
    if (named.repository !== repository)
      return [{ what: `${plan.name} runs an image of ${named.repository}, not of ${repository}`, ...of }];
    if (rejected.includes(named.digest))
      return [{ what: `${plan.name} runs ${named.digest}, which a canary aborted here`, ...of }];
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = `${plan.name} runs ${shown(told)}, which is no promoted image`;
    return [{ what, property: image, fix: error.problem.fix ?? fix }];
  }
}

function ignoreFindings({ ignoreChanges = [] }: Resource, writtenByArgo?: string): Finding[] {
  const strange = ignoreChanges.filter((path) => path !== writtenByArgo);
  if (strange.length === 0) return [];
  const what = `changes of ${strange.join(", ")} are ignored, so that nobody sees what stands there`;
  return [{ what, property: "ignoreChanges", fix: "Take ignoreChanges out of the resource's options" }];
}

/** What stands where Argo writes is an earlier state: other weights and hashes, and the same service. */
function strangeFindings({ properties }: Resource, path: string, plan: WorkloadPlan): Finding[] {
  const key = path.slice("spec.".length);
  const value = isObject(properties.spec) ? properties.spec[key] : undefined;
  const found = key === "selector" ? strangeLabels(value, path, plan) : strangeItems(value, path, key, plan);
  return found.map(([property, wrong]) => ({
    what: `${shown(wrong)} is nothing that Argo's controller writes for ${plan.name}`,
    property,
    fix,
  }));
}

type Strange = readonly [property: string, value: Value];

function strangeItems(value: Value, path: string, key: string, plan: WorkloadPlan): Strange[] {
  if (!isList(value)) return [[path, value]];
  return value.flatMap((item, index): Strange[] => {
    const at = propertyPath(path, index);
    if (!isObject(item)) return [[at, item]];
    if (key === "subsets")
      return [...others(item, ["name", "labels"], at), ...strangeLabels(item.labels, `${at}.labels`, plan)];
    const routes: readonly Value[] = isList(item.route) ? item.route : [item.route];
    return [
      ...others(item, ["name", "match", "route"], at),
      ...routes.flatMap((route, n) => strangeRoute(route, propertyPath(`${at}.route`, n), plan)),
    ];
  });
}

function strangeRoute(route: Value, path: string, plan: WorkloadPlan): Strange[] {
  if (!isObject(route) || !isObject(route.destination)) return [[path, route]];
  const { destination } = route;
  const host: Value = destination.host;
  const own: Value[] = [hostOf(plan), plan.name];
  const strangeHost: Strange[] = own.includes(host) ? [] : [[`${path}.destination.host`, host]];
  return [...others(route, ["destination", "weight"], path), ...strangeHost];
}

function strangeLabels(labels: Value, path: string, plan: WorkloadPlan): Strange[] {
  if (!isObject(labels)) return [[path, labels]];
  const { "rollouts-pod-template-hash": _hash, ...own } = labels;
  return differences(own, selectorOf(plan), path).map(({ property, actual }) => [property, actual]);
}

function others(object: { readonly [key: string]: Value }, known: string[], path: string): Strange[] {
  const strange = Object.keys(object).filter((key) => !known.includes(key) && object[key] !== undefined);
  return strange.map((key) => [propertyPath(path, key), object[key]]);
}
