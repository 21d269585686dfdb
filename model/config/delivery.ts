import { clusterNamespaces } from "../cluster/own-namespaces";
import { defaultIstioRevision } from "../cluster/versions";
import {
  canaryDefaults,
  deliveryStack,
  type DeliverySettings,
  workloadDefaults,
  type WorkloadSettings,
} from "../delivery/settings";
import { type PromotionPath, registriesOn } from "../promotion-path";
import { pocStack, type Settings } from "../settings";
import { deliveryFindings } from "./delivery-checks";
import type { Finding } from "./finding";
import type { SettingsInput } from "./index";
import { suggestion } from "./nearest";
import { completePath } from "./path";
import { isNew } from "./poc";
import { sharedPart } from "./project-file";
import type { Values } from "./schema";

type Stated = NonNullable<Values["delivery"]>;
type StatedWorkload = Stated["workloads"][string];
type Read = (input: SettingsInput) => Settings | Finding[];

/**
 * The settings of a stack that runs an environment's workloads. Those of the proof of concept know nothing of the project but
 * where it is: its own environment and registry are all that they have.
 */
export function readDelivery(
  input: SettingsInput,
  { delivery, environment }: Values,
  wrong: readonly Finding[],
  read: Read,
): Settings | Finding[] {
  const findings = [...wrong];
  const said = (key: string) => wrong.some(({ path: [first] }) => first === key);
  const project = read({
    ...input,
    stack: "shared",
    values: { ...sharedPart(input.values), kind: "shared" },
  });
  if (Array.isArray(project)) findings.push(...project.filter(isNew(wrong)));
  if (environment === undefined && !said("environment")) {
    const fix = "Write the environment whose workloads these are";
    findings.push({ path: ["environment"], what: "the stack doesn't say whose workloads it runs", fix });
  }
  if (delivery === undefined && !said("delivery")) {
    const fix = "Write its context and workloads there: docs/delivery.md says how";
    findings.push({ path: ["delivery"], what: "the stack doesn't say what it delivers", fix });
  }
  if (environment === undefined || delivery === undefined || Array.isArray(project)) return findings;

  const complete = completeDelivery(delivery, environment);
  const path = ownPath(delivery, environment, project);
  findings.push(
    ...nameFindings(input.stack, environment, delivery),
    ...(Array.isArray(path) ? path : []),
    ...contextFindings(environment, delivery, project),
    ...deliveryFindings(complete),
  );
  if (findings.length > 0 || Array.isArray(path)) return findings;
  const own = delivery.stack === undefined ? project : ofPoc(project);
  return { ...own, kind: "delivery", environment, path, delivery: complete };
}

function nameFindings(stack: string, environment: string, { stack: from }: Stated): Finding[] {
  const wanted = deliveryStack(environment, from !== undefined);
  if (stack === wanted) return [];
  const of = from === undefined ? "" : " of the proof of concept";
  const what = `stack "${stack}" says that it runs the workloads of environment "${environment}"${of}`;
  return [{ path: ["environment"], what, fix: `Call it ${wanted}: an environment has one such stack` }];
}

/**
 * Where the path names the environment's cluster, that is where its workloads run; another's is nobody's but its own environment's.
 * `az aks get-credentials` calls a context like its cluster, and the local administrator's with `-admin` behind.
 */
function contextFindings(environment: string, { stack, context }: Stated, { path }: Settings): Finding[] {
  const at = ["delivery", "context"];
  const named = path.environments.flatMap(({ name, cluster }) => (cluster ? [{ name, cluster }] : []));
  const own = stack === undefined ? named.find(({ name }) => name === environment)?.cluster.name : undefined;
  if (own === context) return [];
  const plain = context.toLowerCase().replace(/-admin$/, "");
  const [taken] = named.filter(({ cluster }) =>
    [context.toLowerCase(), plain].includes(cluster.name.toLowerCase()),
  );
  const fix = own === undefined ? "Name the context of a cluster of its own" : `Write ${own}`;
  if (taken !== undefined && taken.cluster.name !== own) {
    return [{ path: at, what: `${context} is the cluster of ${taken.name} on the project's path`, fix }];
  }
  if (own === undefined) return [];
  return [
    { path: at, what: `the path names ${own} as the cluster of ${environment}, and not ${context}`, fix },
  ];
}

/** The path on which the environment stands; of the proof of concept's nothing but its own place. */
function ownPath(
  { stack, registry }: Stated,
  environment: string,
  { path, organization }: Settings,
): PromotionPath | Finding[] {
  if (stack === undefined) {
    const names = path.environments.map(({ name }) => name);
    const wrong = { path: ["delivery", "registry"], what: "the path names the registry of an environment" };
    if (registry !== undefined) return [{ ...wrong, fix: "Leave it out" }];
    const fix = suggestion(environment, names, "environments");
    return names.includes(environment)
      ? path
      : [{ path: ["environment"], what: `unknown environment "${environment}"`, fix }];
  }
  if (registry === undefined) {
    const what = "it is not said which registry the environment's images are in";
    return [{ path: ["delivery", "registry"], what, fix: "Write its host, as Pulumi.poc.yaml makes it" }];
  }
  const [, name] = /^([a-z0-9]{5,50})\.azurecr\.io$/.exec(registry) ?? [];
  const own = { environment, host: registry, protected: true, ...(name !== undefined && { registry: name }) };
  const taken = registriesOn(path).find(({ host, customHost }) => [host, customHost].includes(registry));
  if (taken === undefined) return completePath([own], `${organization}-${pocStack}`);
  const what = `${registry} is the registry of ${taken.column} on the project's path`;
  return [{ path: ["delivery", "registry"], what, fix: "Name the one of the proof of concept" }];
}

/** Nobody of the project, and nothing that it has agreed on for its own environments. */
function ofPoc(project: Settings): Settings {
  return {
    ...project,
    organization: `${project.organization}-${pocStack}`,
    teams: {},
    identities: {},
    access: {},
    signing: {},
    policies: { levels: {}, exemptions: [] },
  };
}

function completeDelivery(stated: Stated, environment: string): DeliverySettings {
  return {
    stack: stated.stack ?? environment,
    context: stated.context,
    istioRevision: stated.istioRevision ?? defaultIstioRevision,
    exemptNamespaces: stated.exemptNamespaces ?? clusterNamespaces,
    injected: stated.injected ?? {},
    workloads: Object.fromEntries(
      Object.entries(stated.workloads).map(([name, workload]) => [name, completeWorkload(workload)]),
    ),
  };
}

function completeWorkload({ resources, canary, ...stated }: StatedWorkload): WorkloadSettings {
  return {
    repository: stated.repository,
    namespace: stated.namespace,
    port: stated.port,
    replicas: stated.replicas ?? workloadDefaults.replicas,
    health: stated.health ?? workloadDefaults.health,
    resources: { ...workloadDefaults.resources, ...resources },
    ...(canary && { canary: { ...canaryDefaults, ...canary } }),
    rejected: stated.rejected ?? [],
  };
}
