import { createHash } from "node:crypto";
import type { Properties } from "../azure/resource-type";
import type { JsonStore } from "../json-store";
import { GitHubError } from "./github-error";
import type {
  DeploymentPolicy,
  Environment,
  EnvironmentSecret,
  EnvironmentVariable,
  GitHubObject,
} from "./objects";

type Kind = GitHubObject["kind"];
type OfKind<K extends Kind> = Extract<GitHubObject, { kind: K }>;

/** The environments of GitHub's repositories. Every repository that somebody names exists. */
export class GitHub {
  constructor(private readonly store: JsonStore<GitHubObject>) {}

  find<K extends Kind>(kind: K, id: string): OfKind<K> | undefined {
    const object = this.store.get(keyOf(kind, id));
    return object?.kind === kind ? (object as OfKind<K>) : undefined;
  }

  /** Makes an environment or changes the one of the name. @throws GitHubError when its policy says both or neither */
  putEnvironment(repository: string, environment: string, settings: Properties): Environment {
    const policy = settings.deploymentBranchPolicy as Properties | undefined;
    if (policy && (policy.protectedBranches === true) === (policy.customBranchPolicies === true)) {
      throw new GitHubError(
        422,
        `environment ${environment} of ${repository}`,
        "protected_branches and custom_branch_policies cannot have the same value",
      );
    }
    return this.put({ kind: "environment", repository, environment, settings });
  }

  /** Lets a branch or a tag deploy. @throws GitHubError when the environment takes no such rules */
  putPolicy(
    repository: string,
    environment: string,
    rule: Pick<DeploymentPolicy, "target" | "pattern">,
    number = this.nextNumber(),
  ): DeploymentPolicy {
    const { settings } = this.required(repository, environment);
    const policy = settings.deploymentBranchPolicy as Properties | undefined;
    if (policy?.customBranchPolicies !== true) {
      throw new GitHubError(
        404,
        `environment ${environment} of ${repository}`,
        "Not Found: it has no custom deployment branch policies",
      );
    }
    return this.put({ kind: "policy", repository, environment, number, ...rule });
  }

  /** @throws GitHubError for a name that GitHub does not take */
  putSecret(
    repository: string,
    environment: string,
    secret: { readonly name: string; readonly value: string },
    now: string,
  ): EnvironmentSecret {
    const place = this.placeOf("secret", repository, environment, secret.name, now);
    return this.put({ ...place, kind: "secret", hash: hashOf(secret.value) });
  }

  /** @throws GitHubError for a name that GitHub does not take */
  putVariable(
    repository: string,
    environment: string,
    { name, value }: { readonly name: string; readonly value: string },
    now: string,
  ): EnvironmentVariable {
    const place = this.placeOf("variable", repository, environment, name, now);
    return this.put({ ...place, kind: "variable", value });
  }

  /** Whether a secret has this value: what a job of the environment would find. */
  secretIs(repository: string, environment: string, name: string, value: string): boolean {
    return this.find("secret", idOf(repository, environment, name))?.hash === hashOf(value);
  }

  /** Removes an object; an environment with its rules, secrets and variables. */
  remove(kind: Kind, id: string): void {
    const object = this.find(kind, id);
    if (!object) return;
    if (object.kind === "environment") {
      const own = `${keyPart(object)}:`;
      for (const key of this.store.keys()) {
        if (key.slice(key.indexOf("|") + 1).startsWith(own)) this.store.delete(key);
      }
    }
    this.store.delete(keyOf(kind, id));
  }

  private placeOf(
    kind: "secret" | "variable",
    repository: string,
    environment: string,
    given: string,
    now: string,
  ) {
    this.required(repository, environment);
    const name = given.toUpperCase();
    if (!/^[A-Z_][A-Z0-9_]*$/.test(name) || name.startsWith("GITHUB_")) {
      const what = kind === "secret" ? "Secret" : "Variable";
      throw new GitHubError(422, `${kind} ${given} of ${repository}`, `${what} name is invalid`);
    }
    const before = this.find(kind, idOf(repository, environment, name));
    return { repository, environment, name, createdAt: before?.createdAt ?? now, updatedAt: now };
  }

  private required(repository: string, environment: string): Environment {
    const found = this.find("environment", idOf(repository, environment));
    if (found) return found;
    throw new GitHubError(404, `environment ${environment} of ${repository}`, "Not Found");
  }

  private nextNumber(): number {
    const numbers = this.store.values().map((object) => (object.kind === "policy" ? object.number : 0));
    return Math.max(0, ...numbers) + 1;
  }

  private put<T extends GitHubObject>(object: T): T {
    this.store.set(keyOf(object.kind, idOfObject(object)), object);
    return object;
  }
}

/** Id as the provider writes it: the parts with colons between them, and none inside. */
export function idOf(...parts: readonly (string | number)[]): string {
  return parts.map((part) => String(part).replaceAll(":", "??")).join(":");
}

export function idOfObject(object: GitHubObject): string {
  const { repository, environment } = object;
  if (object.kind === "policy") return idOf(repository, environment, object.number);
  return object.kind === "secret" || object.kind === "variable"
    ? idOf(repository, environment, object.name)
    : idOf(repository, environment);
}

// Names differ in more than case on GitHub.
const keyOf = (kind: Kind, id: string): string => `${kind}|${id.toLowerCase()}`;
const keyPart = (object: Environment): string => idOfObject(object).toLowerCase();
const hashOf = (value: string): string => createHash("sha256").update(value).digest("hex");
