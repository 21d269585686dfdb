import { randomUUID } from "node:crypto";
import type { Principal } from "../../model/access/types";
import type { Caller } from "../azure/resource-type";
import type { JsonStore } from "../json-store";
import { GraphError, graphBadRequest, graphNotFound } from "./graph-error";
import type {
  Application,
  DirectoryObject,
  FederatedCredential,
  Group,
  ManagedIdentity,
  Membership,
  ServicePrincipal,
  User,
} from "./objects";

/** Most federated credentials that an application may have. */
export const credentialLimit = 20;

type Kind = DirectoryObject["kind"];
type OfKind<K extends Kind> = Extract<DirectoryObject, { kind: K }>;

/** Entra ID's directory: applications with their service principals and federated credentials, groups and users. */
export class Directory {
  constructor(private readonly store: JsonStore<DirectoryObject>) {}

  get revision(): number {
    return this.store.revision;
  }

  all<K extends Kind>(kind: K): OfKind<K>[] {
    return this.store.values().filter((object): object is OfKind<K> => object.kind === kind);
  }

  find<K extends Kind>(kind: K, id: string): OfKind<K> | undefined {
    const object = this.store.get(id.toLowerCase());
    return object?.kind === kind ? (object as OfKind<K>) : undefined;
  }

  /** Those that can hold a role. */
  principals(): Principal[] {
    return [
      ...this.all("servicePrincipal").map(({ id, appId }): Principal => {
        return { id, name: this.applicationByClientId(appId)?.displayName ?? appId, kind: "application" };
      }),
      ...this.all("managedIdentity").map(({ id, displayName }): Principal => ({
        id,
        name: displayName,
        kind: "application",
      })),
      ...this.all("group").map(({ id, displayName }): Principal => ({
        id,
        name: displayName,
        kind: "group",
      })),
      ...this.all("user").map(({ id, displayName }): Principal => ({ id, name: displayName, kind: "user" })),
    ];
  }

  principal(id: string): Principal | undefined {
    return this.principals().find((principal) => principal.id === id.toLowerCase());
  }

  memberships(): { group: string; member: string }[] {
    return this.all("membership").map(({ group, member }) => ({ group, member }));
  }

  applicationByClientId(appId: string): Application | undefined {
    return this.all("application").find((application) => application.appId === appId.toLowerCase());
  }

  servicePrincipalOf(appId: string): ServicePrincipal | undefined {
    return this.all("servicePrincipal").find((principal) => principal.appId === appId.toLowerCase());
  }

  /** Whether a principal may sign in: a service principal can be disabled. */
  isEnabled(objectId: string): boolean {
    return this.find("servicePrincipal", objectId)?.settings.accountEnabled !== false;
  }

  credentialsOf(applicationId: string): FederatedCredential[] {
    return this.all("federatedCredential").filter((credential) => credential.applicationId === applicationId);
  }

  addApplication(displayName: string, settings: Record<string, unknown>): Application {
    return this.put({ kind: "application", id: randomUUID(), appId: randomUUID(), displayName, settings });
  }

  /** @throws GraphError when the application is unknown or has its service principal already */
  addServicePrincipal(appId: string, settings: Record<string, unknown>): ServicePrincipal {
    return this.put(this.newServicePrincipal(appId, settings));
  }

  /** The same, not yet kept. */
  newServicePrincipal(appId: string, settings: Record<string, unknown>): ServicePrincipal {
    if (!this.applicationByClientId(appId)) throw graphNotFound("Application", appId);
    const existing = this.servicePrincipalOf(appId);
    if (existing) {
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `The service principal cannot be created: the one of client id '${appId}' exists, with object id '${existing.id}'.`,
      );
    }
    return { kind: "servicePrincipal", id: randomUUID(), appId: appId.toLowerCase(), settings };
  }

  /** Adds a credential, or changes the one of the id. @throws GraphError when a rule of Entra is broken */
  putCredential(credential: Omit<FederatedCredential, "kind" | "id">, id?: string): FederatedCredential {
    if (!this.find("application", credential.applicationId)) {
      throw graphNotFound("Application", credential.applicationId);
    }
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/.test(credential.displayName)) {
      throw graphBadRequest(
        `The federated credential's name '${credential.displayName}' has 3-120 letters, digits, '-' and '_'.`,
      );
    }
    if (credential.audiences.length !== 1)
      throw graphBadRequest("A federated credential has exactly one audience.");
    const others = this.credentialsOf(credential.applicationId).filter((other) => other.id !== id);
    if (!id && others.length >= credentialLimit) {
      throw graphBadRequest(`An application has at most ${credentialLimit} federated credentials.`);
    }
    const twin = others.find(
      (other) =>
        other.displayName === credential.displayName ||
        (other.issuer === credential.issuer && other.subject === credential.subject),
    );
    if (twin) {
      throw new GraphError(
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        `FederatedIdentityCredential with name ${twin.displayName}, issuer ${twin.issuer} and subject ${twin.subject} already exists.`,
      );
    }
    return this.put({ ...credential, kind: "federatedCredential", id: id ?? randomUUID() });
  }

  /** The principal of a resource, made when there is none. */
  ensureManagedIdentity(resourceId: string, displayName: string, id: string = randomUUID()): ManagedIdentity {
    const key = resourceId.toLowerCase();
    const known = this.all("managedIdentity").find((identity) => identity.resourceId === key);
    if (known) return known;
    return this.put({
      kind: "managedIdentity",
      id,
      appId: randomUUID(),
      displayName,
      resourceId: key,
    });
  }

  /** Those of a resource that is gone, and of what went with it. */
  removeManagedIdentities(isGone: (resourceId: string) => boolean): void {
    for (const { id, resourceId } of this.all("managedIdentity")) if (isGone(resourceId)) this.remove(id);
  }

  addGroup(displayName: string, settings: Record<string, unknown>): Group {
    return this.put({ kind: "group", id: randomUUID(), displayName, settings });
  }

  addUser(displayName: string, userPrincipalName: string): User {
    return this.put({ kind: "user", id: randomUUID(), displayName, userPrincipalName });
  }

  /** @throws GraphError when group or member is unknown, or the member is in it already */
  addMember(group: string, member: string): Membership {
    if (!this.find("group", group)) throw graphNotFound("Group", group);
    if (!this.principal(member)) throw graphNotFound("Member", member);
    const id = `${group}/member/${member}`.toLowerCase();
    if (this.find("membership", id)) {
      throw graphBadRequest(
        "One or more added object references already exist for the following modified properties: 'members'.",
      );
    }
    return this.put({ kind: "membership", id, group: group.toLowerCase(), member: member.toLowerCase() });
  }

  put<T extends DirectoryObject>(object: T): T {
    this.store.set(object.id, object);
    return object;
  }

  /** Removes an object with what hangs on it; one that is gone already is no error. */
  remove(id: string): void {
    const object = this.store.get(id.toLowerCase());
    if (!object) return;
    for (const dependent of this.store.values().filter((other) => hangsOn(other, object)))
      this.remove(dependent.id);
    this.store.delete(object.id);
  }
}

function hangsOn(other: DirectoryObject, object: DirectoryObject): boolean {
  if (other.kind === "servicePrincipal") return object.kind === "application" && other.appId === object.appId;
  if (other.kind === "federatedCredential") return other.applicationId === object.id;
  return other.kind === "membership" && (other.group === object.id || other.member === object.id);
}

/** Who may write to the directory. */
export type DirectoryGuard = (caller: Caller) => void;

/** Lets administrators write, and nobody else. @throws GraphError Authorization_RequestDenied */
export function directoryGuard(isAdministrator: (caller: Caller) => boolean): DirectoryGuard {
  return (caller) => {
    if (isAdministrator(caller)) return;
    throw new GraphError(
      403,
      "Authorization_RequestDenied",
      `Insufficient privileges to complete the operation: '${caller.name}' can't write to the directory.`,
    );
  };
}
