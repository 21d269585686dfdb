import type { Properties } from "../../azure/resource-type";
import type { Directory } from "../../entra/directory";
import { GraphError } from "../../entra/graph-error";
import { lastPart, without, type DirectoryType } from "./directory-type";
import { textOf } from "../../text";

/** An application's service principal: what holds roles. */
export function servicePrincipal(directory: Directory, tenantId: string): DirectoryType {
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
      const clientId = textOf(inputs.clientId);
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
