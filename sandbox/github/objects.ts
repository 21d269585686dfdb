import type { Properties } from "../azure/resource-type";

/** A repository's environment: jobs that name it wait for its rules, and see its secrets. */
export interface Environment {
  readonly kind: "environment";
  readonly repository: string;
  readonly environment: string;
  /** Reviewers, waiting time and the rest, as they were given. */
  readonly settings: Properties;
}

/** Which branch or tag may deploy to an environment. */
export interface DeploymentPolicy {
  readonly kind: "policy";
  readonly repository: string;
  readonly environment: string;
  readonly number: number;
  readonly target: "branch" | "tag";
  readonly pattern: string;
}

/** A secret of an environment. What it says can't be read back, from GitHub neither. */
export interface EnvironmentSecret {
  readonly kind: "secret";
  readonly repository: string;
  readonly environment: string;
  /** In capitals, as GitHub keeps it. */
  readonly name: string;
  /** SHA-256 of the value, hexadecimal. */
  readonly hash: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A variable of an environment, which every reader of the repository may see. */
export interface EnvironmentVariable {
  readonly kind: "variable";
  readonly repository: string;
  readonly environment: string;
  /** In capitals, as GitHub keeps it. */
  readonly name: string;
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type GitHubObject = Environment | DeploymentPolicy | EnvironmentSecret | EnvironmentVariable;
