import type { Caller } from "../azure/resource-type";
import type { GitHub } from "../github/github";
import { GitHubError } from "../github/github-error";
import { deploymentPolicy } from "./github-types/deployment-policy";
import { environmentSecret } from "./github-types/environment-secret";
import { environmentVariable } from "./github-types/environment-variable";
import type { GitHubType } from "./github-types/github-type";
import { repositoryEnvironment } from "./github-types/repository-environment";
import { missing, readOf, type ProviderModel, type ResourceHandler } from "./handler";

/** `github`: environments of repositories, their rules, secrets and variables. Who is no administrator writes nothing. */
export function github(
  gitHub: GitHub,
  isAdministrator: (caller: Caller) => boolean,
  version: string,
): ProviderModel {
  const guard = (caller: Caller): void => {
    if (isAdministrator(caller)) return;
    throw new GitHubError(403, `${caller.name} on GitHub`, "Resource not accessible by integration");
  };
  const types = [
    repositoryEnvironment(gitHub),
    deploymentPolicy(gitHub),
    environmentSecret(gitHub),
    environmentVariable(gitHub),
  ];
  const handlers = new Map(types.map((type) => [type.token, handlerOf(type, guard)]));
  return {
    name: "github",
    version,
    tokens: [...handlers.keys()].sort(),
    handler: (token) => handlers.get(token),
    invoke: () => Promise.resolve(undefined),
  };
}

function handlerOf(type: GitHubType, guard: (caller: Caller) => void): ResourceHandler {
  return {
    token: type.token,
    replaceOn: type.replaceOn,
    computed: type.computed,
    ...(type.unread && { unread: type.unread }),
    ...(type.idOf && { idOf: (inputs) => type.idOf!(inputs) }),
    check: (inputs) => [...missing(type.required, inputs), ...(type.check?.(inputs) ?? [])],
    async create(caller, inputs) {
      guard(caller);
      return type.create(inputs);
    },
    read: readOf(type),
    async update(caller, id, inputs) {
      guard(caller);
      return type.update(id, inputs);
    },
    async delete(caller, id) {
      guard(caller);
      type.remove(id);
    },
  };
}
