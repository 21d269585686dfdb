import { can } from "../../model/access/evaluate";
import type { AccessRequest } from "../../model/access/types";
import { ArmError, badRequest, conflict, groupNotFound, notFound, parentNotFound } from "./arm-error";
import { idKey, isWithin, parseArmId, type ArmId } from "./arm-id";
import { requireShape } from "./body-shape";
import type { GraphSource } from "./access-graph";
import type { ArmBody, Caller, ResourceType, StoredResource, TypeContext } from "./resource-type";
import { resourceTypeOf } from "./types";
import { textOf } from "../text";

const assignments = "Microsoft.Authorization/roleAssignments";
const locks = "Microsoft.Authorization/locks";

/** The parts of the sandbox that resources lean on. */
export type Surroundings = Omit<TypeContext, "caller" | "now" | "resource" | "resourcesOf" | "permits">;

export interface ResourceStore {
  get(key: string): StoredResource | undefined;
  set(key: string, value: StoredResource): void;
  delete(key: string): boolean;
  values(): StoredResource[];
}

export interface ResourceEvent {
  readonly kind: "created" | "updated" | "deleted";
  readonly resource: StoredResource;
}

/** Azure Resource Manager: every call is authorised, then judged by Azure's rules, then kept. */
export class ResourceManager {
  private readonly listeners: ((event: ResourceEvent) => Promise<void> | void)[] = [];

  constructor(
    private readonly store: ResourceStore,
    private readonly graph: GraphSource,
    readonly surroundings: Surroundings,
  ) {}

  /** Listeners finish before the call that caused the event does. */
  onEvent(listener: (event: ResourceEvent) => Promise<void> | void): void {
    this.listeners.push(listener);
  }

  /**
   * Creates or updates; `new` refuses a resource that stands already.
   * @throws ArmError
   */
  async put(
    caller: Caller,
    id: string,
    body: ArmBody,
    expect: "any" | "new" = "any",
  ): Promise<StoredResource> {
    const { parsed, type } = this.known(id);
    requireShape(body);
    this.authorize(caller, {
      ...this.request(type, "write", parsed.text),
      ...assignmentAttributes(type, body.properties),
    });
    this.requireSurroundings(parsed);
    this.requireUnlocked(parsed, type, "write");
    const existing = this.store.get(idKey(id));
    // As azure-native does: what stands already is imported, never taken over unseen.
    if (existing && expect === "new")
      throw conflict("Conflict", `cannot create already existing resource '${id}'`);
    const context = this.context(caller);
    type.validate?.(body, parsed, context, existing);
    const completed = type.complete?.(body, parsed, context, existing) ?? body;
    const resource: StoredResource = {
      ...withoutUndefined(completed),
      properties: { ...completed.properties, ...provisioned(type) },
      id: existing?.id ?? parsed.text,
      name: existing?.name ?? parsed.name,
      type: type.armType,
      systemData: {
        createdBy: existing?.systemData.createdBy ?? caller.objectId,
        createdByType: "Application",
        createdAt: existing?.systemData.createdAt ?? context.now,
        lastModifiedBy: caller.objectId,
        lastModifiedByType: "Application",
        lastModifiedAt: context.now,
      },
    };
    this.store.set(idKey(id), resource);
    try {
      await this.emit({ kind: existing ? "updated" : "created", resource });
    } catch (error) {
      if (!existing) this.store.delete(idKey(id));
      throw error;
    }
    return resource;
  }

  /** @throws ArmError 403, 404 */
  get(caller: Caller, id: string): StoredResource {
    const { parsed, type } = this.known(id);
    this.authorize(caller, this.request(type, "read", parsed.text));
    const found = this.store.get(idKey(id));
    if (found) return found;
    if (parsed.resourceGroup && !this.groupExists(parsed)) throw groupNotFound(parsed.resourceGroup);
    throw notFound(parsed.text);
  }

  /** Deletes with everything below; a resource that is gone already is no error. @throws ArmError */
  async delete(caller: Caller, id: string): Promise<void> {
    const { parsed, type } = this.known(id);
    const existing = this.store.get(idKey(id));
    // An administrator's condition asks what the assignment grants, which one that is gone can't say.
    if (!existing && type.armType === assignments) return;
    this.authorize(caller, {
      ...this.request(type, "delete", parsed.text),
      ...assignmentAttributes(type, existing?.properties ?? {}),
    });
    if (!existing) return;
    this.requireUnlocked(parsed, type, "delete");
    type.validateDelete?.(parsed, this.context(caller));
    const below = this.store.values().filter((resource) => isWithin(resource.id, id));
    for (const resource of below) {
      this.store.delete(idKey(resource.id));
      await this.emit({ kind: "deleted", resource });
    }
  }

  /** Resources of a type at or below a scope that the caller may read. */
  list(caller: Caller, armType: string, scope: string): StoredResource[] {
    const type = resourceTypeOf(armType);
    if (!type) return [];
    return this.all(armType).filter(
      (resource) =>
        isWithin(resource.id, scope) &&
        can(this.graph.current(), caller.objectId, this.request(type, "read", resource.id)).allowed,
    );
  }

  /** Without asking who wants to know: for the sandbox's own parts. */
  find(id: string): StoredResource | undefined {
    return this.store.get(idKey(id));
  }

  all(armType: string): StoredResource[] {
    return this.store.values().filter((resource) => resource.type.toLowerCase() === armType.toLowerCase());
  }

  /** @throws ArmError 403 AuthorizationFailed */
  authorize(caller: Caller, request: AccessRequest): void {
    if (can(this.graph.current(), caller.objectId, request).allowed) return;
    throw new ArmError(
      403,
      "AuthorizationFailed",
      `The client '${caller.name}' with object id '${caller.objectId}' does not have authorization to perform action '${request.action}' over scope '${request.scope}'.`,
    );
  }

  context(caller: Caller): TypeContext {
    return {
      ...this.surroundings,
      caller,
      now: new Date().toISOString(),
      resource: (id) => this.find(id),
      permits: (action, scope) =>
        can(this.graph.current(), caller.objectId, { plane: "control", action, scope }).allowed,
      resourcesOf: (armType) => this.all(armType),
    };
  }

  private known(id: string): { parsed: ArmId; type: ResourceType } {
    const parsed = parseArmId(id);
    if (!parsed) throw badRequest("InvalidResourceId", `'${id}' is not a resource id.`);
    if (parsed.subscriptionId?.toLowerCase() !== this.surroundings.subscriptionId.toLowerCase()) {
      throw new ArmError(
        404,
        "SubscriptionNotFound",
        `The subscription '${parsed.subscriptionId}' could not be found.`,
      );
    }
    const type = resourceTypeOf(parsed.type);
    if (!type)
      throw badRequest(
        "InvalidResourceType",
        `The sandbox does not know the resource type '${parsed.type}'.`,
      );
    return { parsed, type };
  }

  private request(type: ResourceType, verb: "read" | "write" | "delete", scope: string): AccessRequest {
    return { plane: "control", action: `${type.actions ?? type.armType}/${verb}`, scope };
  }

  private groupExists(id: ArmId): boolean {
    const group = `/subscriptions/${id.subscriptionId}/resourceGroups/${id.resourceGroup}`;
    return this.store.get(idKey(group)) !== undefined;
  }

  private requireSurroundings(id: ArmId): void {
    if (id.type === "Microsoft.Resources/resourceGroups" || !id.parent) return;
    if (id.resourceGroup && !this.groupExists(id)) throw groupNotFound(id.resourceGroup);
    const stated = parseArmId(id.parent);
    // What Azure makes by itself stands as long as what it is a part of.
    const parent = stated && standsByItself(stated.type) ? parseArmId(stated.parent!) : stated;
    if (!parent || parent.type === "subscription" || this.find(parent.text)) return;
    throw id.extension ? notFound(id.parent) : parentNotFound(id.text, id.parent);
  }

  /**
   * A lock holds what it stands on with everything below, role assignments included; but no lock. What has something
   * locked below it can't be deleted either.
   * @throws ArmError 409 ScopeLocked
   */
  private requireUnlocked({ text }: ArmId, type: ResourceType, verb: "write" | "delete"): void {
    if (type.armType === locks) return;
    const scopes = this.all(locks)
      .filter(({ properties }) => verb === "delete" || properties.level === "ReadOnly")
      .map(({ id }) => parseArmId(id)!.parent!)
      .filter((scope) => isWithin(text, scope) || (verb === "delete" && isWithin(scope, text)));
    if (scopes.length === 0) return;
    throw conflict(
      "ScopeLocked",
      `The scope '${text}' cannot perform ${verb} operation because following scope(s) are locked: '${scopes.join("', '")}'. Please remove the lock and try again.`,
    );
  }

  private async emit(event: ResourceEvent): Promise<void> {
    for (const listener of this.listeners) await listener(event);
  }
}

// Roles are assigned on the namespaces of a cluster, of which ARM knows nothing, made or not.
function standsByItself(type: string): boolean {
  return (
    resourceTypeOf(type)?.implicit ?? /^Microsoft\.ContainerService\/managedClusters\/namespaces$/i.test(type)
  );
}

/** A role administrator's condition looks at the assignment being written or removed. */
function assignmentAttributes(
  type: ResourceType,
  properties: ArmBody["properties"],
): Pick<AccessRequest, "roleAssignment"> {
  if (type.armType !== assignments) return {};
  const role = typeof properties.roleDefinitionId === "string" ? properties.roleDefinitionId : "";
  return {
    roleAssignment: {
      roleGuid: role.slice(role.lastIndexOf("/") + 1).toLowerCase(),
      principalId: textOf(properties.principalId),
      ...(typeof properties.principalType === "string" ? { principalType: properties.principalType } : {}),
    },
  };
}

function provisioned(type: ResourceType): { provisioningState?: string } {
  return type.computed.includes("provisioningState") ? { provisioningState: "Succeeded" } : {};
}

function withoutUndefined(body: ArmBody): ArmBody {
  return JSON.parse(JSON.stringify(body)) as ArmBody;
}
