import { isCluster, isFederatedCredential, isManagedIdentity } from "../azure/kinds";
import { isList, isObject, lastPart, type Properties, textOf, unknown, type Value } from "../values";
import { type DeclaredAzure, propertiesOf, type RegisteredResource } from "./declared";
import { normalizeScope } from "./scopes";
import type { SignIn } from "./sign-ins";
import type { AccessGraph, Credential, Ownership, Principal } from "./types";

/** A resource of Entra ID. */
export interface DirectoryResource {
  /** Class in lower case: `groupmember`. */
  readonly kind: string;
  readonly properties: Properties;
  readonly source: RegisteredResource;
}

/** The resources of the azuread provider. */
export function directoryResources(resources: readonly RegisteredResource[]): DirectoryResource[] {
  return resources
    .filter(({ type }) => /^azuread(?:_|:)/.test(type))
    .map((source) => ({
      kind: (source.type.split(":")[2] ?? "").toLowerCase(),
      properties: propertiesOf(source),
      source,
    }));
}

/** Who exists, who is in which group, who owns whom, and how they sign in. */
type DirectoryParts = Pick<
  AccessGraph,
  "principals" | "memberships" | "owners" | "credentials" | "directoryAdministrators"
>;

/** @param signIns identity → what the configuration states; left out, nothing is said about it */
export function directoryOf(
  resources: readonly DirectoryResource[],
  azure: readonly DeclaredAzure[],
  signIns?: Readonly<Record<string, SignIn>>,
): DirectoryParts {
  const principals = [
    ...resources.flatMap((one) => principalOf(one, resources)),
    ...identitiesOf(azure),
    ...kubeletsOf(azure),
  ];
  const credentials = [
    ...resources.flatMap((one) => credentialsOf(one, resources)),
    ...azure.flatMap((one) => identityCredential(one, azure)),
  ];
  const name = new Map(principals.map((principal) => [principal.id, principal.name]));
  return {
    principals,
    memberships: resources.flatMap(membershipsOf),
    owners: resources.flatMap((one) => ownersOf(one, resources)),
    credentials: credentials.map((credential) =>
      signIns
        ? { ...credential, stated: isStated(credential, name.get(credential.principalId), signIns) }
        : credential,
    ),
    directoryAdministrators: [
      ...new Set(resources.flatMap((one) => administratorsOf(one, resources))),
    ].sort(),
  };
}

function principalOf(
  { kind, properties }: DirectoryResource,
  all: readonly DirectoryResource[],
): Principal[] {
  const id = text(properties.objectId);
  const own = text(properties.displayName);
  switch (kind) {
    case "serviceprincipal": {
      const application = all.find(
        (other) => isApplication(other) && sameClient(other.properties, properties),
      );
      return [{ id, name: text(application?.properties.displayName) || own || id, kind: "application" }];
    }
    case "group":
    case "groupwithoutmembers":
      return [{ id, name: own || id, kind: "group" }];
    case "user":
      return [{ id, name: text(properties.userPrincipalName) || own || id, kind: "user" }];
    default:
      return [];
  }
}

function identitiesOf(azure: readonly DeclaredAzure[]): Principal[] {
  return azure.filter(isManagedIdentity).map((one) => {
    const id = principalIdOf(one);
    return { id, name: lastPart(one.id) || one.source.name, kind: "application" };
  });
}

/** What Azure calls whom the nodes of a cluster act as. */
export function kubeletName(cluster: string): string {
  return `${cluster}-agentpool`;
}

/** Object id of whom the nodes of a cluster act as, as ARM shows it. */
export function kubeletIn({ identityProfile: profile }: Properties): string | undefined {
  const kubelet = isObject(profile) ? profile.kubeletidentity : undefined;
  return (isObject(kubelet) ? text(kubelet.objectId) : "") || undefined;
}

/** Nodes of a cluster act as somebody whom Azure makes with it. */
function kubeletsOf(azure: readonly DeclaredAzure[]): Principal[] {
  return azure.filter(isCluster).flatMap(({ id, properties, source }) => {
    const objectId = kubeletIn(properties) ?? "";
    const name = kubeletName(lastPart(id) || source.name);
    return objectId === "" ? [] : [{ id: objectId, name, kind: "application" as const }];
  });
}

const principalIdOf = ({ id, properties }: DeclaredAzure): string => text(properties.principalId) || id;

function membershipsOf({ kind, properties }: DirectoryResource): AccessGraph["memberships"][number][] {
  switch (kind) {
    case "groupmember":
      return [{ group: text(properties.groupObjectId), member: text(properties.memberObjectId) }];
    case "group":
      return texts(properties.members).map((member) => ({ group: text(properties.objectId), member }));
    case "privilegedaccessgroupassignmentschedule":
    case "privilegedaccessgroupeligibilityschedule":
      return properties.assignmentType === "owner"
        ? []
        : [{ group: text(properties.groupId), member: text(properties.principalId) }];
    default:
      return [];
  }
}

function ownersOf({ kind, properties }: DirectoryResource, all: readonly DirectoryResource[]): Ownership[] {
  switch (kind) {
    case "application":
      return texts(properties.owners).flatMap((owner) =>
        principalsWith(properties, all).map((of) => ({ owner, of })),
      );
    case "applicationowner":
      return principalsOfApplication(properties.applicationId, all).map((of) => ({
        owner: text(properties.ownerObjectId),
        of,
      }));
    case "serviceprincipal":
    case "group":
    case "groupwithoutmembers":
      return texts(properties.owners).map((owner) => ({ owner, of: text(properties.objectId) }));
    case "privilegedaccessgroupassignmentschedule":
    case "privilegedaccessgroupeligibilityschedule":
      return properties.assignmentType === "owner"
        ? [{ owner: text(properties.principalId), of: text(properties.groupId) }]
        : [];
    default:
      return [];
  }
}

function credentialsOf(
  { kind, properties, source }: DirectoryResource,
  all: readonly DirectoryResource[],
): Credential[] {
  const name = text(properties.displayName) || source.name;
  const holders = () => principalsOfApplication(properties.applicationId, all);
  const service = () => [lastPart(text(properties.servicePrincipalId))];
  switch (kind) {
    case "applicationfederatedidentitycredential":
      return holders().map((principalId) => federated(principalId, name, properties, properties.subject));
    case "applicationflexiblefederatedidentitycredential":
      return holders().map((principalId) =>
        federated(principalId, name, properties, properties.claimsMatchingExpression),
      );
    case "applicationpassword":
      return holders().map((principalId) => ({ principalId, kind: "password", name }));
    case "applicationcertificate":
      return holders().map((principalId) => ({ principalId, kind: "certificate", name: source.name }));
    case "serviceprincipalpassword":
      return service().map((principalId) => ({ principalId, kind: "password", name }));
    case "serviceprincipalcertificate":
      return service().map((principalId) => ({ principalId, kind: "certificate", name: source.name }));
    case "application": {
      const { password } = properties;
      if (!isObject(password) && password !== unknown) return [];
      const called = isObject(password) ? text(password.displayName) : "";
      return principalsWith(properties, all).map((principalId) => ({
        principalId,
        kind: "password",
        name: called || source.name,
      }));
    }
    default:
      return [];
  }
}

function federated(principalId: string, name: string, { issuer }: Properties, subject: Value): Credential {
  return {
    principalId,
    kind: "federated",
    ...(typeof subject === "string" ? { subject } : {}),
    ...(typeof issuer === "string" ? { issuer } : {}),
    name,
  };
}

function identityCredential(one: DeclaredAzure, azure: readonly DeclaredAzure[]): Credential[] {
  if (!isFederatedCredential(one)) return [];
  const name = text(one.properties.federatedIdentityCredentialResourceName) || one.source.name;
  return identityOf(one, azure).map((identity) =>
    federated(principalIdOf(identity), name, one.properties, one.properties.subject),
  );
}

function identityOf({ id, properties }: DeclaredAzure, azure: readonly DeclaredAzure[]): DeclaredAzure[] {
  const parent = text(properties.parentId) || id.split("/").slice(0, -2).join("/");
  return azure.filter(
    (one) => isManagedIdentity(one) && one.id !== "" && normalizeScope(one.id) === normalizeScope(parent),
  );
}

/** Whose credentials or owners a resource speaks of, when that is none of this program's identities. */
export function isOfNobody(
  { kind, properties }: DirectoryResource,
  all: readonly DirectoryResource[],
): boolean {
  return (
    /^application(?:(?:flexible)?federatedidentitycredential|password|certificate|owner)$/.test(kind) &&
    principalsOfApplication(properties.applicationId, all).length === 0
  );
}

/** The same of a managed identity's credential. */
export function isCredentialOfNobody(one: DeclaredAzure, azure: readonly DeclaredAzure[]): boolean {
  return isFederatedCredential(one) && identityOf(one, azure).length === 0;
}

// A role in Entra, or a right on its API, may change credentials and members of everything: the worst case counts.
function administratorsOf(
  { kind, properties }: DirectoryResource,
  all: readonly DirectoryResource[],
): string[] {
  switch (kind) {
    case "directoryroleassignment":
      return [text(properties.principalObjectId)];
    case "directoryrolemember":
    case "administrativeunitrolemember":
      return [text(properties.memberObjectId)];
    case "directoryroleeligibilityschedulerequest":
      return [text(properties.principalId)];
    case "approleassignment": {
      // A role of the program's own application says nothing about Entra.
      const own = all.some(
        (one) =>
          one.kind === "serviceprincipal" &&
          one.properties.objectId === properties.resourceObjectId &&
          all.some((other) => isApplication(other) && sameClient(other.properties, one.properties)),
      );
      return own ? [] : [text(properties.principalObjectId)];
    }
    default:
      return [];
  }
}

const isApplication = ({ kind }: DirectoryResource): boolean =>
  kind === "application" || kind === "applicationregistration" || kind === "applicationfromtemplate";
const sameClient = (one: Properties, other: Properties): boolean =>
  text(one.clientId) !== "" && text(one.clientId) === text(other.clientId);

/** Object ids of the service principals of an application. */
function principalsWith(application: Properties, all: readonly DirectoryResource[]): string[] {
  return all
    .filter(({ kind, properties }) => kind === "serviceprincipal" && sameClient(properties, application))
    .map(({ properties }) => text(properties.objectId));
}

/** The same by the application's id: `/applications/<object id>`, the object id, or the client id. */
function principalsOfApplication(id: Value, all: readonly DirectoryResource[]): string[] {
  const wanted = lastPart(text(id));
  return all
    .filter(
      (one) =>
        isApplication(one) &&
        wanted !== "" &&
        [lastPart(one.source.id ?? ""), one.properties.objectId, one.properties.clientId].includes(wanted),
    )
    .flatMap(({ properties }) => principalsWith(properties, all));
}

function isStated(
  { kind, issuer, subject }: Credential,
  name: string | undefined,
  signIns: Readonly<Record<string, SignIn>>,
): boolean {
  const stated = name !== undefined && Object.hasOwn(signIns, name) ? signIns[name] : undefined;
  if (kind !== "federated" || stated === undefined || subject === undefined) return false;
  return stated.issuer === issuer && [stated.subject, ...(stated.forms ?? [])].includes(subject);
}

const text = (value: Value): string => textOf(value) ?? "";
const texts = (value: Value): string[] =>
  isList(value) ? value.filter((item): item is string => typeof item === "string") : [];
