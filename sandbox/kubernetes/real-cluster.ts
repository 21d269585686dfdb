import type { Caller, Properties } from "../azure/resource-type";
import type { Notice } from "../pulumi/handler";
import type { Change, Cluster } from "./cluster";
import type { Answer } from "./control-plane";
import { addressOf, Kinds } from "./kinds";
import { alreadyExists, KubernetesError, notFound } from "./kubernetes-error";
import { leavingToOthers } from "./merge";
import { described, referenceOf, type KubernetesObject, type ObjectReference } from "./object";
import { untilAvailable, untilGone } from "./waiting";

/** An API server, asked as whoever a token belongs to. */
export interface Server {
  call(
    method: string,
    url: string,
    body?: object,
    options?: { readonly type?: string; readonly token?: string },
  ): Promise<Answer>;
}

/** Who a program's fields belong to. */
const manager = "pulumi";
/** How often something is applied again when another one wrote in the meantime what the program leaves to it. */
const attempts = 5;

/** A cluster with a control plane: what is applied is decided there, by the caller's own token. */
export class RealCluster implements Cluster {
  private readonly kinds: Kinds;

  constructor(
    private readonly server: Server,
    private readonly tokenOf: (caller: Caller) => Promise<string>,
    readonly notice: Notice,
  ) {
    this.kinds = new Kinds(server);
  }

  async create(caller: Caller, object: KubernetesObject): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    if (await this.read(caller, reference)) throw alreadyExists(reference);
    await this.apply(caller, object);
    return this.available(caller, reference);
  }

  async read(caller: Caller, reference: ObjectReference): Promise<KubernetesObject | undefined> {
    const path = await this.pathIfAny(reference);
    // Its definition went, and it with that.
    if (path === undefined) return undefined;
    const found = await this.call(caller, "GET", path);
    if (found.status === 404) return undefined;
    return withoutManagers(succeeded(found));
  }

  async update(caller: Caller, { object, ignored }: Change): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    for (let attempt = 1; ; attempt++) {
      const standing = await this.read(caller, reference);
      if (!standing) throw notFound(reference);
      try {
        await this.apply(caller, leavingToOthers(object, standing, ignored));
        return await this.available(caller, reference);
      } catch (error) {
        const isConflict = error instanceof KubernetesError && error.status === 409;
        if (!isConflict || ignored.length === 0 || attempt === attempts) throw error;
      }
    }
  }

  async remove(caller: Caller, reference: ObjectReference): Promise<void> {
    const path = await this.pathIfAny(reference);
    if (path === undefined) return;
    const answer = await this.call(caller, "DELETE", path, { propagationPolicy: "Background" });
    if (answer.status === 404) return;
    succeeded(answer);
    await untilGone(described(reference), async () => (await this.call(caller, "GET", path)).status === 404);
  }

  async plan(caller: Caller, object: KubernetesObject): Promise<void> {
    const path = await this.pathIfAny(referenceOf(object));
    // Its namespace, or its kind's definition, may be made by the same program.
    if (path === undefined) return;
    const query = `dryRun=All&force=true&fieldManager=${manager}`;
    const answer = await this.call(caller, "PATCH", `${path}?${query}`, object, applied);
    if (answer.status !== 404 && !isForbidden(answer)) succeeded(answer);
  }

  private async apply(caller: Caller, object: KubernetesObject): Promise<void> {
    const query = `fieldManager=${manager}&fieldValidation=Strict`;
    const path = `${await this.pathOf(referenceOf(object))}?${query}`;
    const answer = await this.call(caller, "PATCH", path, object, applied);
    if (answer.status === 409) {
      const fix = "Let the program leave these fields to it: ignoreChanges";
      throw new KubernetesError(409, `${described(referenceOf(object))}: ${oneLine(answer)}. ${fix}`);
    }
    succeeded(answer);
  }

  private async available(caller: Caller, reference: ObjectReference): Promise<KubernetesObject> {
    const folder = await this.pathOf({
      apiVersion: "v1",
      kind: "Event",
      namespace: reference.namespace,
      name: "",
    });
    return untilAvailable(reference, {
      object: async () => {
        const object = await this.read(caller, reference);
        if (!object) throw notFound(reference);
        return object;
      },
      events: async () => ((await this.call(caller, "GET", folder)).body.items ?? []) as Properties[],
    });
  }

  private async pathOf(reference: ObjectReference): Promise<string> {
    const path = await this.pathIfAny(reference);
    if (path !== undefined) return path;
    const { apiVersion, kind } = reference;
    throw new KubernetesError(404, `the cluster has no kind ${kind} in ${apiVersion}`);
  }

  private async pathIfAny(reference: ObjectReference): Promise<string | undefined> {
    const kind = await this.kinds.resourceOf(reference);
    return kind && addressOf(reference, kind);
  }

  private async call(
    caller: Caller,
    method: string,
    path: string,
    body?: object,
    type?: string,
  ): Promise<Answer> {
    return this.server.call(method, path, body, { token: await this.tokenOf(caller), ...(type && { type }) });
  }
}

const applied = "application/apply-patch+yaml";

function succeeded(answer: Answer): KubernetesObject {
  if (answer.status < 300) return answer.body as KubernetesObject;
  throw new KubernetesError(answer.status, oneLine(answer));
}

function oneLine({ body }: Answer): string {
  return (body.message ?? "the API server gave no reason").replace(/\s*\n\s*/g, " ");
}

/** Who previews may be somebody without rights: as Pulumi's provider does, the program's own difference is shown then, whatever was forbidden. */
function isForbidden({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

function withoutManagers(object: KubernetesObject): KubernetesObject {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
