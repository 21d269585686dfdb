import type { Directory, DirectoryGuard } from "../entra/directory";
import { GraphError } from "../entra/graph-error";
import { application } from "./directory-types/application";
import type { DirectoryType } from "./directory-types/directory-type";
import { federatedCredential } from "./directory-types/federated-credential";
import { group } from "./directory-types/group";
import { groupMember } from "./directory-types/group-member";
import { servicePrincipal } from "./directory-types/service-principal";
import { missing, readOf, type ProviderModel, type ResourceHandler } from "./handler";

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
    read: readOf(type),
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
