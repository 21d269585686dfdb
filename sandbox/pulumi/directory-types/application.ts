import type { Properties } from "../../azure/resource-type";
import type { Directory } from "../../entra/directory";
import { GraphError } from "../../entra/graph-error";
import { lastPart, without, type DirectoryType } from "./directory-type";
import { textOf } from "../../text";

/** An application registration. */
export function application(directory: Directory): DirectoryType {
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
      if (inputs.preventDuplicateNames === true) refuseDuplicate(directory, textOf(inputs.displayName));
      const { id } = directory.addApplication(textOf(inputs.displayName), without(inputs, "displayName"));
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
        displayName: textOf(inputs.displayName),
        settings: without(inputs, "displayName"),
      });
      return read(id)!;
    },
    objectOf: lastPart,
  };
}

// The provider looks before it makes one: the directory itself takes any name twice.
function refuseDuplicate(directory: Directory, displayName: string): void {
  const twin = directory.all("application").find((one) => one.displayName === displayName);
  if (!twin) return;
  throw new GraphError(
    409,
    "Conflict",
    `an existing application named '${displayName}' was found, with object id '${twin.id}': it has to be imported`,
  );
}
