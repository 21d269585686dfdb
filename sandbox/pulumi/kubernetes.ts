import { randomBytes } from "node:crypto";
import type { Properties } from "../azure/resource-type";
import type { Cluster } from "../kubernetes/cluster";
import type { Clusters } from "../kubernetes/clusters";
import { NotReady } from "../kubernetes/kubernetes-error";
import { wrongName } from "../kubernetes/names";
import { isNamespaced, type KubernetesObject, type ObjectReference } from "../kubernetes/object";
import { hasSchema, wrongFields } from "../kubernetes/schemas";
import {
  unknownValue,
  type CheckFailure,
  type Circumstances,
  type Notice,
  type ProviderModel,
  type ResourceHandler,
} from "./handler";
import { replacing } from "./kubernetes-replacing";
import { Unfinished } from "./unfinished";

/** `kubernetes`: objects of the cluster that a provider's `context` names. */
export function kubernetes(clusters: Clusters, version: string): ProviderModel {
  const provider = (cluster: () => Cluster, notice?: Notice, mutable = false): ProviderModel => ({
    name: "kubernetes",
    version,
    tokens: [
      "objects, each of one kind as kubernetes:apps/v1:Deployment is; no Patch, List, Helm and Kustomize",
    ],
    handler: (token) => handlerOf(token, cluster, mutable),
    invoke: () => Promise.resolve(undefined),
    replaceConfigurationOn: ["context"],
    async configured({ context, enableConfigMapMutable }) {
      if (typeof context !== "string" || context === "") {
        throw new Error("a Kubernetes provider names no context; state context, a cluster's name");
      }
      const found = await clusters.named(context);
      return provider(() => found, found.notice, String(enableConfigMapMutable) === "true");
    },
    ...(notice && { notice }),
  });
  return provider(() => {
    throw new Error("the engine's connection has no configuration; run it again");
  });
}

/** `kubernetes:core/v1:Namespace`; undefined for what is not one object of a kind. */
function kindOf(token: string): { apiVersion: string; kind: string } | undefined {
  const [, version, kind] = /^kubernetes:((?:[^:/]+\/)?v[^:/]+):([A-Za-z]+)$/.exec(token) ?? [];
  if (kind === undefined || version === "helm.sh/v3" || version === "helm.sh/v4") return undefined;
  const apiVersion = version.replace(/^core\//, "");
  const isOther = /(?:Patch|List)$/.test(kind) && !hasSchema(apiVersion, kind);
  return isOther || kind.endsWith("List") ? undefined : { apiVersion, kind };
}

function handlerOf(token: string, cluster: () => Cluster, mutable: boolean): ResourceHandler | undefined {
  const type = kindOf(token);
  if (!type) return undefined;
  const objectOf = (inputs: Properties) => ({ ...type, ...inputs }) as KubernetesObject;
  return {
    token,
    replaceOn: replacing(type.apiVersion, type.kind, mutable),
    computed: ["status", ...decidedByServer.map((name) => `metadata.${name}`)],
    complete: (inputs, circumstances) => completed({ ...type, ...inputs }, circumstances),
    check: (inputs) => failuresOf(inputs, type),
    idOf: (inputs) => (isAutonamed(inputs) ? undefined : idOf(objectOf(inputs))),
    plan: async (caller, inputs) => cluster().plan?.(caller, objectOf(inputs)),
    async create(caller, inputs) {
      const object = await ready(cluster().create(caller, objectOf(inputs)));
      return { id: idOf(object), outputs: object };
    },
    async read(caller, id) {
      const object = await cluster().read(caller, { ...type, ...parsedId(id) });
      return object && { id: idOf(object), outputs: object, inputs: statedIn(object) };
    },
    async update(caller, _id, inputs, { inputs: before, ignored }) {
      const change = { object: objectOf(inputs), former: objectOf(before), ignored };
      return ready(cluster().update(caller, change));
    },
    delete: async (caller, id) => cluster().remove(caller, { ...type, ...parsedId(id) }),
  };
}

/** What stands but is not ready is kept by the engine. */
async function ready(working: Promise<KubernetesObject>): Promise<KubernetesObject> {
  try {
    return await working;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const { object, message } = error;
    const { apiVersion, kind, metadata } = object;
    throw new Unfinished(idOf(object), object, { apiVersion, kind, metadata }, message);
  }
}

const decidedByServer = ["uid", "resourceVersion", "generation", "creationTimestamp"];
const autonamed = "pulumi.com/autonamed";

/** With the name and the namespace that the real provider gives where a program states none. */
function completed(inputs: Properties, { name, olds, seed }: Circumstances): Properties {
  const metadata = asMap(inputs.metadata);
  if (inputs.metadata === unknownValue || metadata.generateName !== undefined) return inputs;
  const namespace = metadata.namespace ?? (isNamespaced(String(inputs.kind)) ? "default" : undefined);
  const placed = { ...metadata, ...(namespace !== undefined && { namespace }) };
  if (metadata.name !== undefined && metadata.name !== "") return { ...inputs, metadata: placed };
  const old = asMap(olds?.metadata);
  const suffix = Buffer.from(seed.length >= 4 ? seed : randomBytes(4)).toString("hex", 0, 4);
  return {
    ...inputs,
    metadata: {
      ...placed,
      name: isAutonamed(olds) ? old.name : `${name.toLowerCase()}-${suffix}`,
      annotations: { ...asMap(metadata.annotations), [autonamed]: "true" },
    },
  };
}

function isAutonamed(inputs: Properties | undefined): boolean {
  return asMap(asMap(inputs?.metadata).annotations)[autonamed] === "true";
}

function failuresOf(inputs: Properties, type: { apiVersion: string; kind: string }): CheckFailure[] {
  const { apiVersion, kind } = type;
  if (inputs.apiVersion !== apiVersion || inputs.kind !== kind) {
    const reason = `expected ${apiVersion} ${kind}, and it is ${String(inputs.apiVersion)} ${String(inputs.kind)}`;
    return [{ property: "kind", reason }];
  }
  if (!hasSchema(apiVersion, kind)) {
    const reason = `the sandbox has no schema of ${apiVersion} ${kind}; it has those of Kubernetes, Argo Rollouts and Istio`;
    return [{ property: "kind", reason }];
  }
  const object = inputs as KubernetesObject;
  const metadata = asMap(object.metadata);
  if (metadata.generateName !== undefined) {
    const reason = "the sandbox makes no names of generateName; leave it out, or state metadata.name";
    return [{ property: "metadata.generateName", reason }];
  }
  if (metadata.namespace !== undefined && !isNamespaced(kind)) {
    return [{ property: "metadata.namespace", reason: `a ${kind} stands in no namespace` }];
  }
  const fields = wrongFields(object, (value) => value === unknownValue);
  const isKnown = ![metadata.name, metadata.namespace].includes(unknownValue);
  const name = fields.length === 0 && isKnown ? wrongName(object) : undefined;
  // The engine would show the value at the top, and not the field's.
  return [...fields, ...(name ? [name] : [])].map(({ path, reason }) => ({
    property: "",
    reason: `${path}: ${reason}`,
  }));
}

function idOf({ metadata }: KubernetesObject): string {
  const { name, namespace } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function parsedId(id: string): Pick<ObjectReference, "name" | "namespace"> {
  const [namespace, name] = id.split("/");
  return name === undefined ? { name: namespace } : { namespace, name };
}

/** What a program could have stated to make the object. */
function statedIn({ status: _status, metadata, ...rest }: KubernetesObject): Properties {
  const decided = [...decidedByServer, "managedFields", "selfLink"];
  return {
    ...rest,
    metadata: Object.fromEntries(Object.entries(metadata).filter(([name]) => !decided.includes(name))),
  };
}

function asMap(value: unknown): Properties {
  return typeof value === "object" && value !== null ? (value as Properties) : {};
}
