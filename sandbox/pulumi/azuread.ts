import type { Directory, DirectoryGuard } from "../entra/directory";
import { GraphError } from "../entra/graph-error";
import type { Properties } from "../azure/resource-type";
import { missing, type ProviderModel, type ResourceHandler } from "./handler";

/** One type of `azuread` in terms of the directory. The guard stands before every write. */
interface DirectoryType {
  readonly token: string;
  readonly required: readonly string[];
  readonly replaceOn: readonly string[];
  readonly computed: readonly string[];
  create(inputs: Properties): { id: string; outputs: Properties };
  read(id: string): Properties | undefined;
  update?(id: string, inputs: Properties): Properties;
  /** Object id behind the Pulumi id. */
  objectOf(id: string): string;
}

/** `azuread`: the directory in the shapes of Pulumi's SDK, ids included. */
export function azuread(
  directory: Directory,
  guard: DirectoryGuard,
  tenantId: string,
  version: string,
): ProviderModel {
  const types = [
    application(directory),
    servicePrincipal(directory, tenantId),
    federatedCredential(directory),
    group(directory),
    groupMember(directory),
  ];
  const handlers = new Map(types.map((type) => [type.token, handlerOf(type, directory, guard)]));
  return {
    name: "azuread",
    version,
    tokens: [...handlers.keys()].sort(),
    handler: (token) => handlers.get(token),
    async invoke(caller, token) {
      if (token !== "azuread:index/getClientConfig:getClientConfig") return undefined;
      return { id: tenantId, clientId: caller.objectId, objectId: caller.objectId, tenantId };
    },
  };
}

function handlerOf(type: DirectoryType, directory: Directory, guard: DirectoryGuard): ResourceHandler {
  return {
    token: type.token,
    replaceOn: type.replaceOn,
    computed: type.computed,
    check: (inputs) => missing(type.required, inputs),
    async create(caller, inputs) {
      guard(caller);
      return type.create(inputs);
    },
    async read(_caller, id) {
      const outputs = type.read(id);
      if (!outputs) return undefined;
      const inputs = Object.fromEntries(
        Object.entries(outputs).filter(([name]) => !type.computed.includes(name)),
      );
      return { id, outputs, inputs };
    },
    async update(caller, id, inputs) {
      guard(caller);
      if (!type.update) throw new GraphError(400, "Request_BadRequest", `'${id}' can't be changed.`);
      return type.update(id, inputs);
    },
    async delete(caller, id) {
      guard(caller);
      directory.remove(type.objectOf(id));
    },
  };
}

const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();
const without = (properties: Properties, ...names: string[]): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));

function application(directory: Directory): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("application", lastPart(id));
    return (
      found && {
        preventDuplicateNames: false,
        signInAudience: "AzureADMyOrg",
        ...found.settings,
        displayName: found.displayName,
        clientId: found.appId,
        objectId: found.id,
        appRoleIds: {},
        disabledByMicrosoft: "",
        logoUrl: "",
        oauth2PermissionScopeIds: {},
        publisherDomain: "",
      }
    );
  };
  return {
    token: "azuread:index/application:Application",
    required: ["displayName"],
    replaceOn: ["templateId"],
    computed: [
      "clientId",
      "objectId",
      "appRoleIds",
      "disabledByMicrosoft",
      "logoUrl",
      "oauth2PermissionScopeIds",
      "publisherDomain",
    ],
    create(inputs) {
      const { id } = directory.addApplication(String(inputs.displayName), without(inputs, "displayName"));
      return { id: `/applications/${id}`, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      const found = directory.find("application", lastPart(id));
      if (!found)
        throw new GraphError(
          404,
          "Request_ResourceNotFound",
          `Application '${lastPart(id)}' does not exist.`,
        );
      directory.put({
        ...found,
        displayName: String(inputs.displayName),
        settings: without(inputs, "displayName"),
      });
      return read(id)!;
    },
    objectOf: lastPart,
  };
}

function servicePrincipal(directory: Directory, tenantId: string): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("servicePrincipal", lastPart(id));
    return (
      found && {
        accountEnabled: true,
        appRoleAssignmentRequired: false,
        ...found.settings,
        clientId: found.appId,
        objectId: found.id,
        displayName: directory.applicationByClientId(found.appId)?.displayName ?? "",
        applicationTenantId: tenantId,
        type: "Application",
        signInAudience: "AzureADMyOrg",
        servicePrincipalNames: [found.appId],
        appRoleIds: {},
        appRoles: [],
        homepageUrl: "",
        logoutUrl: "",
        oauth2PermissionScopeIds: {},
        oauth2PermissionScopes: [],
        redirectUris: [],
        samlMetadataUrl: "",
      }
    );
  };
  return {
    token: "azuread:index/servicePrincipal:ServicePrincipal",
    required: ["clientId"],
    replaceOn: ["clientId"],
    computed: [
      "objectId",
      "displayName",
      "applicationTenantId",
      "type",
      "signInAudience",
      "servicePrincipalNames",
      "appRoleIds",
      "appRoles",
      "homepageUrl",
      "logoutUrl",
      "oauth2PermissionScopeIds",
      "oauth2PermissionScopes",
      "redirectUris",
      "samlMetadataUrl",
    ],
    create(inputs) {
      const clientId = String(inputs.clientId);
      const existing = inputs.useExisting === true ? directory.servicePrincipalOf(clientId) : undefined;
      const { id } = existing ?? directory.addServicePrincipal(clientId, without(inputs, "clientId"));
      return { id: `/servicePrincipals/${id}`, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      const found = directory.find("servicePrincipal", lastPart(id));
      if (!found) {
        throw new GraphError(
          404,
          "Request_ResourceNotFound",
          `Service principal '${lastPart(id)}' does not exist.`,
        );
      }
      directory.put({ ...found, settings: without(inputs, "clientId") });
      return read(id)!;
    },
    objectOf: lastPart,
  };
}

function federatedCredential(directory: Directory): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("federatedCredential", lastPart(id));
    return (
      found && {
        applicationId: `/applications/${found.applicationId}`,
        displayName: found.displayName,
        ...(found.description === undefined ? {} : { description: found.description }),
        issuer: found.issuer,
        subject: found.subject,
        audiences: found.audiences,
        credentialId: found.id,
      }
    );
  };
  const credentialFrom = (inputs: Properties) => ({
    applicationId: lastPart(String(inputs.applicationId)),
    displayName: String(inputs.displayName),
    ...(inputs.description === undefined ? {} : { description: String(inputs.description) }),
    issuer: String(inputs.issuer),
    subject: String(inputs.subject),
    audiences: Array.isArray(inputs.audiences) ? inputs.audiences.map(String) : [],
  });
  return {
    token: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    required: ["applicationId", "audiences", "displayName", "issuer", "subject"],
    replaceOn: ["applicationId", "displayName"],
    computed: ["credentialId"],
    create(inputs) {
      const credential = directory.putCredential(credentialFrom(inputs));
      const id = `${credential.applicationId}/federatedIdentityCredential/${credential.id}`;
      return { id, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      directory.putCredential(credentialFrom(inputs), lastPart(id));
      return read(id)!;
    },
    objectOf: lastPart,
  };
}

function group(directory: Directory): DirectoryType {
  const onPremises = [
    "onpremisesDomainName",
    "onpremisesNetbiosName",
    "onpremisesSamAccountName",
    "onpremisesSecurityIdentifier",
  ];
  const read = (id: string): Properties | undefined => {
    const found = directory.find("group", lastPart(id));
    return (
      found && {
        mailEnabled: false,
        preventDuplicateNames: false,
        ...found.settings,
        displayName: found.displayName,
        objectId: found.id,
        mail: "",
        ...Object.fromEntries(onPremises.map((name) => [name, ""])),
        onpremisesSyncEnabled: false,
        preferredLanguage: "",
        proxyAddresses: [],
      }
    );
  };
  return {
    token: "azuread:index/group:Group",
    required: ["displayName"],
    replaceOn: ["mailNickname", "assignableToRole"],
    computed: [
      "objectId",
      "mail",
      ...onPremises,
      "onpremisesSyncEnabled",
      "preferredLanguage",
      "proxyAddresses",
    ],
    create(inputs) {
      if (inputs.securityEnabled !== true && inputs.mailEnabled !== true) {
        throw new GraphError(
          400,
          "Request_BadRequest",
          "A group is securityEnabled or mailEnabled, or both.",
        );
      }
      const { id } = directory.addGroup(String(inputs.displayName), without(inputs, "displayName"));
      return { id: `/groups/${id}`, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      const found = directory.find("group", lastPart(id));
      if (!found)
        throw new GraphError(404, "Request_ResourceNotFound", `Group '${lastPart(id)}' does not exist.`);
      directory.put({
        ...found,
        displayName: String(inputs.displayName),
        settings: without(inputs, "displayName"),
      });
      return read(id)!;
    },
    objectOf: lastPart,
  };
}

function groupMember(directory: Directory): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("membership", id.toLowerCase());
    return found && { groupObjectId: found.group, memberObjectId: found.member };
  };
  return {
    token: "azuread:index/groupMember:GroupMember",
    required: ["groupObjectId", "memberObjectId"],
    replaceOn: ["groupObjectId", "memberObjectId"],
    computed: [],
    create(inputs) {
      const { id } = directory.addMember(String(inputs.groupObjectId), String(inputs.memberObjectId));
      return { id, outputs: read(id)! };
    },
    read,
    objectOf: (id) => id,
  };
}
