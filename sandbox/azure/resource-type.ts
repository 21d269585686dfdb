import type { ArmId } from "./arm-id";

export type Properties = Record<string, unknown>;

/** A resource as ARM shows it: what stands beside `properties`, and the properties. */
export interface ArmBody {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly properties: Properties;
  /** `sku`, `identity`, `kind` and the like, where the type has them. */
  readonly [envelope: string]: unknown;
}

export interface StoredResource extends ArmBody {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly systemData: SystemData;
}

/** Who made and changed a resource, and when (ISO 8601). */
export interface SystemData {
  readonly createdBy: string;
  readonly createdByType: string;
  readonly createdAt: string;
  readonly lastModifiedBy: string;
  readonly lastModifiedByType: string;
  readonly lastModifiedAt: string;
}

/** Whoever runs the engine or holds the access token. */
export interface Caller {
  readonly objectId: string;
  readonly name: string;
}

/** What a type's rules may look at. */
export interface TypeContext {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly caller: Caller;
  /** Present time, ISO 8601. */
  readonly now: string;
  resource(id: string): StoredResource | undefined;
  /** Whether the caller may do this on another resource, which the one being written refers to. */
  permits(action: string, scope: string): boolean;
  /** Every resource of a type (`Microsoft.ContainerRegistry/registries`). */
  resourcesOf(armType: string): readonly StoredResource[];
  /** Kind of a principal of the directory; undefined when there is none. */
  principalKind(objectId: string): "application" | "user" | "group" | undefined;
  /** Login server that the registry will have. */
  loginServer(registry: string): string;
  vaultUri(vault: string): string;
  /** Makes the principal of a managed identity when the directory has none of the resource. */
  ensureIdentity(resourceId: string, name: string): { principalId: string; clientId: string };
  /** Makes the key when the vault has none of the name; answers with its current version. */
  ensureKey(vault: string, key: string): { version: string };
}

/** One resource type of Azure and how Pulumi's azure-native shows it. */
export interface ResourceType {
  /** Pulumi's token, e.g. `azure-native:resources:ResourceGroup`. */
  readonly token: string;
  /** e.g. `Microsoft.ContainerRegistry/registries`. */
  readonly armType: string;
  readonly apiVersion: string;
  /** Prefix of the type's action names where it differs from `armType`. */
  readonly actions?: string;
  /**
   * Inputs that make up the id, all required; a change of one replaces the resource. First `resourceGroupName`, or the
   * input that holds the scope of a resource that stands on another one; then a name for each part of `armType`, where one
   * that is always the same stands in quotes: `'default'`.
   */
  readonly path: readonly string[];
  /** `flat`: Pulumi lifts `properties` to the top; `nested`: it leaves them. */
  readonly shape: "flat" | "nested";
  /** Further required inputs. */
  readonly required?: readonly string[];
  /** Further inputs that can't be changed in place. */
  readonly replaceOn?: readonly string[];
  /** Inputs that Azure never tells back. */
  readonly unread?: readonly string[];
  /** Outputs that Azure computes, `properties.vaultUri` too: unknown while the resource is only planned. */
  readonly computed: readonly string[];
  /** Azure makes it with what it stands in, and it is not listed. */
  readonly implicit?: true;
  /** Azure's own rules. @throws ArmError */
  validate?(body: ArmBody, id: ArmId, context: TypeContext, existing?: StoredResource): void;
  /** Adds defaults and computed properties. */
  complete?(body: ArmBody, id: ArmId, context: TypeContext, existing?: StoredResource): ArmBody;
  /** Refuses a deletion that Azure refuses. @throws ArmError */
  validateDelete?(id: ArmId, context: TypeContext): void;
  /** Turns a stored resource into Pulumi's outputs where the general rule does not fit. */
  outputs?(stored: StoredResource): Properties;
  /** Inputs that would make a stored resource, likewise. */
  inputs?(stored: StoredResource): Properties;
}
