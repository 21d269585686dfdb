import { isRepository } from "../../model/image-reference";
import type { RegistryOperation } from "./authority";

/** One resource of a token and the actions on it: `repository:iam/auth-service:pull,push`. */
export interface Scope {
  readonly type: "repository" | "registry";
  readonly name: string;
  readonly actions: readonly string[];
}

const actionOf: Readonly<Record<RegistryOperation, string>> = {
  "content/read": "pull",
  "content/write": "push",
  "content/delete": "delete",
  "metadata/read": "metadata_read",
  "metadata/write": "metadata_write",
  "catalog/read": "*",
};

/** Operations on a repository, by what a token calls them. */
export const repositoryOperations: Readonly<Record<string, RegistryOperation>> = {
  push: "content/write",
  pull: "content/read",
  delete: "content/delete",
  metadata_read: "metadata/read",
  metadata_write: "metadata/write",
};

/** The scope that a request needs. Pushing clients read before they write, so the challenge for a push names both. */
export function scopeFor(operation: RegistryOperation, repository: string | undefined): Scope {
  if (repository === undefined) return { type: "registry", name: "catalog", actions: ["*"] };
  const action = actionOf[operation];
  return { type: "repository", name: repository, actions: action === "push" ? ["pull", "push"] : [action] };
}

export function formatScope(scope: Scope): string {
  return `${scope.type}:${scope.name}:${scope.actions.join(",")}`;
}

/** Reads scopes as clients send them, several in one text or several texts; what is no scope of a registry is left out. */
export function parseScopes(texts: readonly string[]): Scope[] {
  return texts.flatMap((text) => text.split(" ")).flatMap(parseScope);
}

/** Whether a token's scopes include the operation. */
export function covers(
  access: readonly Scope[],
  operation: RegistryOperation,
  repository: string | undefined,
): boolean {
  const type = repository === undefined ? "registry" : "repository";
  const name = repository ?? "catalog";
  return access.some(
    (scope) => scope.type === type && scope.name === name && scope.actions.includes(actionOf[operation]),
  );
}

function parseScope(text: string): Scope[] {
  const [type, ...rest] = text.split(":");
  const name = rest.slice(0, -1).join(":");
  const actions = (rest.at(-1) ?? "").split(",").filter(Boolean);
  if (type === "registry" && name === "catalog") return [{ type, name, actions }];
  if (type !== "repository" || !isRepository(name)) return [];
  return [{ type, name, actions: actions.includes("*") ? Object.keys(repositoryOperations) : actions }];
}
