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

/** A container registry on the path, or beside it. */
export interface PathRegistry {
  /** Name of the Azure container registry. */
  readonly registry: string;
  /** Login server, with the port if there is one: where clients sign in. */
  readonly host: string;
  /** The organisation's own name for it, by which image references name it instead. */
  readonly customHost?: string;
  /** `abac`: repository permissions; `rbac`: the legacy registry permissions. */
  readonly mode: "abac" | "rbac";
  readonly network: RegistryNetwork;
  /** Regions that hold a copy, besides the one it stands in. */
  readonly replications?: readonly string[];
  /** Stated to be spread over the zones of its regions. */
  readonly zoneRedundant?: boolean;
}

/** An ordinary registry beside the one on the path. */
export interface StandardRegistry extends PathRegistry {
  /** What is promoted to the environment arrives here too. */
  readonly promotions: boolean;
  /** It stood there before: its settings are somebody else's. */
  readonly existing?: { readonly resourceGroup: string };
}

/** A cluster that stood there before: its settings are somebody else's, and who may do what in it is the matrix's. */
export interface ExistingCluster {
  readonly resourceGroup: string;
  readonly name: string;
  /** Entra object id of whom its nodes pull as. */
  readonly kubelet: string;
}

/** One stop on the way of an image, with the registry that holds its images. */
export interface Environment extends PathRegistry {
  readonly name: string;
  /** Days after which an image that nothing needs may be deleted. */
  readonly retentionDays: number;
  /** Images are locked here, and nobody may push. */
  readonly protected: boolean;
  /** Locked manifests take no new tags and referrers either; false where images aren't locked. */
  readonly lockManifestWrites: boolean;
  /** What enters carries a signed promotion attestation for this environment. */
  readonly attested?: boolean;
  /** The registry beside the one on the path. */
  readonly standard?: StandardRegistry;
  /** Where its workloads run; of a proof of concept, the stack makes it. */
  readonly cluster?: ExistingCluster;
}

/** One registry of an environment, with what it has in common with the other one. */
export interface RegistryOfEnvironment extends Omit<Environment, "standard" | "cluster">, StandardRegistry {
  /** Its column of the matrix: `qa`, and `qa.standard` for the one beside the path. */
  readonly column: string;
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

/** An environment's registries: first the one on the path, through which promotions go. */
export function registriesOf({
  standard,
  cluster: _cluster,
  ...environment
}: Environment): RegistryOfEnvironment[] {
  const { name, retentionDays, protected: guarded, lockManifestWrites, attested } = environment;
  const common = {
    name,
    retentionDays,
    protected: guarded,
    lockManifestWrites,
    ...(attested !== undefined && { attested }),
  };
  return [
    { ...environment, promotions: true, column: name },
    ...(standard ? [{ ...common, ...standard, column: standardColumn(name) }] : []),
  ];
}

/** The column of the matrix for the registry beside an environment's own. */
export function standardColumn(environment: string): string {
  return `${environment}.standard`;
}

/** Every registry of a path, in its order. */
export function registriesOn({ environments }: PromotionPath): RegistryOfEnvironment[] {
  return environments.flatMap(registriesOf);
}

/** The host that image references name a registry by. */
export function referenceHost({ customHost, host }: Pick<PathRegistry, "customHost" | "host">): string {
  return customHost ?? host;
}

/** Hosts by which references name the registries of an environment that promotions enter. */
export function promotedHosts(environment: Environment): string[] {
  return registriesOf(environment)
    .filter(({ promotions }) => promotions)
    .map(referenceHost);
}

/** @throws UserError (2) for an empty path, a duplicate environment, registry or host, and a bad name. */
export function promotionPath(environments: readonly Environment[]): PromotionPath {
  if (environments.length === 0) {
    throw wrong("the promotion path is empty", "Name at least one environment and its registry");
  }
  const registries = environments.flatMap(registriesOf);
  for (const { name, column, registry, host, customHost = host } of registries) {
    if (!isEnvironmentName(name)) {
      throw wrong(
        `environment name ${JSON.stringify(name)} is not usable`,
        `Use lower-case letters, digits and single dashes, ${maximumEnvironmentName} at most`,
      );
    }
    if (name.endsWith("-delivery")) {
      throw wrong(
        `environment name ${JSON.stringify(name)} is what the stack of an environment's workloads is called`,
        "Give it a name that doesn't end in -delivery",
      );
    }
    if (!isRegistryName(registry)) {
      throw wrong(
        `registry name ${JSON.stringify(registry)} of environment "${column}" is not usable`,
        "Use 5 to 50 lower-case letters and digits",
      );
    }
    for (const bad of [host, customHost].filter((one) => !isHost(one))) {
      throw wrong(
        `host ${JSON.stringify(bad)} of environment "${column}" is not a registry host`,
        "Write the login server, such as example.azurecr.io, without a scheme or path",
      );
    }
  }
  refuseTwice(
    "environment",
    environments.map(({ name }) => ({ text: name })),
  );
  refuseTwice(
    "registry",
    registries.map(({ registry, column }) => ({ text: registry, owner: column })),
  );
  refuseTwice(
    "host",
    registries.flatMap(({ host, customHost, column }) =>
      [host, ...(customHost === undefined ? [] : [customHost])].map((text) => ({ text, owner: column })),
    ),
  );
  const clusters = environments.flatMap(({ name, cluster }) =>
    cluster ? [{ ...cluster, owner: name }] : [],
  );
  refuseTwice(
    "cluster",
    // Azure tells no capitals apart.
    clusters.map(({ resourceGroup, name, owner }) => ({
      text: `${resourceGroup}/${name}`.toLowerCase(),
      owner,
    })),
  );
  // Nodes of both would pull from both registries.
  refuseTwice(
    "kubelet",
    clusters.map(({ kubelet, owner }) => ({ text: kubelet, owner })),
  );
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

/** True where images pass through on their way to an environment that asks for an attestation of its own. */
export function carriesAttestations(path: PromotionPath, name: string): boolean {
  const index = path.environments.indexOf(environmentNamed(path, name));
  return index > 0 && path.environments.slice(index + 1).some(({ attested }) => attested === true);
}

function refuseTwice(
  label: string,
  uses: readonly { readonly text: string; readonly owner?: string }[],
): void {
  const seen = new Map<string, string | undefined>();
  for (const { text, owner } of uses) {
    if (seen.has(text)) {
      const owners = owner === undefined ? "" : ` by environments "${seen.get(text)}" and "${owner}"`;
      throw wrong(
        `${label} "${text}" is used twice on the promotion path${owners}`,
        `Give each environment its own ${label === "environment" ? "name" : label}`,
      );
    }
    seen.set(text, owner);
  }
}

function wrong(what: string, fix: string): UserError {
  return new UserError({ what, fix, exitCode: 2 });
}
