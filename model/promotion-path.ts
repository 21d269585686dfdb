import { suggestion } from "./config/nearest";
import { UserError } from "./errors";
import { isHost } from "./image-reference";

/** Who can reach a registry over the network. */
export interface RegistryNetwork {
  /** `public`: everybody; `restricted`: some public addresses; `private`: private endpoints alone. */
  readonly access: "public" | "restricted" | "private";
  /** Public addresses and ranges that are let in, e.g. `203.0.113.16/28`; only with `restricted`. */
  readonly ipRules: readonly string[];
}

/** One stop on the way of an image, with the registry that holds its images. */
export interface Environment {
  readonly name: string;
  /** Name of the Azure container registry. */
  readonly registry: string;
  /** Login server as image references write it, with the port if there is one. */
  readonly host: string;
  /** Days after which an image that nothing needs may be deleted. */
  readonly retentionDays: number;
  /** Images are locked here, and nobody may push. */
  readonly protected: boolean;
  /** `abac`: repository permissions; `rbac`: the legacy registry permissions. */
  readonly mode: "abac" | "rbac";
  readonly network: RegistryNetwork;
  /** Locked manifests take no new tags and referrers either; false where images aren't locked. */
  readonly lockManifestWrites: boolean;
}

/** The environments in the only order in which an image may move. */
export interface PromotionPath {
  readonly environments: readonly Environment[];
}

const environmentName = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const registryName = /^[a-z0-9]{5,50}$/;
const maximumEnvironmentName = 24;

/** True for a name that works in physical names, stack names and tags: `dev`, `pre-prod`. */
export function isEnvironmentName(text: string): boolean {
  return text.length <= maximumEnvironmentName && environmentName.test(text);
}

/** True for a name that Azure accepts for a container registry and that needs no case folding. */
export function isRegistryName(text: string): boolean {
  return registryName.test(text);
}

/** @throws UserError (2) for an empty path, a duplicate environment, registry or host, and a bad name. */
export function promotionPath(environments: readonly Environment[]): PromotionPath {
  if (environments.length === 0) {
    throw wrong("the promotion path is empty", "Name at least one environment and its registry");
  }
  for (const { name, registry, host } of environments) {
    if (!isEnvironmentName(name)) {
      throw wrong(
        `environment name ${JSON.stringify(name)} is not usable`,
        `Use lower-case letters, digits and single dashes, ${maximumEnvironmentName} at most`,
      );
    }
    if (!isRegistryName(registry)) {
      throw wrong(
        `registry name ${JSON.stringify(registry)} of environment "${name}" is not usable`,
        "Use 5 to 50 lower-case letters and digits",
      );
    }
    if (!isHost(host)) {
      throw wrong(
        `host ${JSON.stringify(host)} of environment "${name}" is not a registry host`,
        "Write the login server, such as example.azurecr.io, without a scheme or path",
      );
    }
  }
  for (const [property, label] of [
    ["name", "environment"],
    ["registry", "registry"],
    ["host", "host"],
  ] as const) {
    const seen = new Map<string, string>();
    for (const environment of environments) {
      const earlier = seen.get(environment[property]);
      if (earlier !== undefined) {
        const owners = property === "name" ? "" : ` by environments "${earlier}" and "${environment.name}"`;
        throw wrong(
          `${label} "${environment[property]}" is used twice on the promotion path${owners}`,
          `Give each environment its own ${label === "environment" ? "name" : label}`,
        );
      }
      seen.set(environment[property], environment.name);
    }
  }
  return { environments: environments.map((environment) => ({ ...environment })) };
}

/** @throws UserError (2) that lists the known environments, or the nearest. */
export function environmentNamed(path: PromotionPath, name: string): Environment {
  const found = path.environments.find((environment) => environment.name === name);
  if (found) return found;
  const known = path.environments.map((environment) => environment.name);
  throw wrong(
    `unknown environment ${JSON.stringify(name)}, the path is ${known.join(" → ")}`,
    suggestion(name, known, "environments"),
  );
}

/** The environment from which `name` takes its images; `undefined` for the first. */
export function predecessorOf(path: PromotionPath, name: string): Environment | undefined {
  return path.environments[path.environments.indexOf(environmentNamed(path, name)) - 1];
}

/** The environment that takes its images from `name`; `undefined` for the last. */
export function successorOf(path: PromotionPath, name: string): Environment | undefined {
  return path.environments[path.environments.indexOf(environmentNamed(path, name)) + 1];
}

function wrong(what: string, fix: string): UserError {
  return new UserError({ what, fix, exitCode: 2 });
}
