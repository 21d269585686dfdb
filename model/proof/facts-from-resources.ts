import { namespacesOf } from "../access/cells";
import { can, evaluate } from "../access/evaluate";
import { graphFromResources, type RegisteredResource } from "../access/from-resources";
import { pathContext } from "../access/path-context";
import { type CellGrant, expandMatrix } from "../access/matrix";
import { scopeCovers } from "../access/scopes";
import type { AccessGraph } from "../access/types";
import { isRegistry } from "../azure/kinds";
import { grantsOfClusters, kubeletOf } from "../cluster/grants";
import { UserError } from "../errors";
import { registryId } from "../physical-names";
import { predecessorOf, type RegistryOfEnvironment, registriesOn } from "../promotion-path";
import type { Settings } from "../settings";
import type { Properties } from "../values";
import type {
  EnvironmentFacts,
  ImageFacts,
  PathFacts,
  PromoterFacts,
  PullerFacts,
  StandingFacts,
} from "./facts";
import { factsFromSettings, pullersOf } from "./facts-from-settings";
import type { MatrixView } from "./read/assignments";
import { type Declared, declaredOf } from "./read/declared";
import { declaredFacts } from "./read/environment";
import { identityFacts } from "./read/identities";
import { nameFacts } from "./read/names";
import { registryNameOf } from "./read/registry";

interface Program {
  readonly settings: Settings;
  readonly resources: readonly RegisteredResource[];
  readonly declared: readonly Declared[];
  readonly graph: AccessGraph;
  readonly matrix: MatrixView;
}

/**
 * What the resources that all stacks of a project register say of its path, whatever wrote them; the configuration
 * says the rest.
 *
 * @param resources of every stack, with the ids that they will have
 */
export function factsFromResources(resources: readonly RegisteredResource[], settings: Settings): PathFacts {
  const { subscriptionId, organization, path } = settings;
  const declared = resources.flatMap(({ type, name, id, inputs, outputs }) => {
    // Entra's ids are outputs; what Azure makes of a resource is no statement of the program's.
    const properties = (type.startsWith("azuread") ? { ...inputs, ...outputs } : inputs) as Properties;
    return declaredOf({ type, properties }, name, subscriptionId, id) ?? [];
  });
  const registries = registriesOn(path);
  const graph = graphFromResources(resources, pathContext(settings));
  const grants = grantsOf(settings);
  const matrix = { grants: () => grants, subscriptionId, organization };
  const program: Program = { settings, resources, declared, graph, matrix };
  const stated = factsFromSettings(settings);
  const subscription = `/subscriptions/${subscriptionId}`;
  return {
    environments: (stated.environments ?? []).map((facts, index) => ({
      ...facts,
      ...declaredIn(program, registries[index]),
    })),
    identities: identityFacts(declared),
    subscription: {
      id: subscriptionId,
      declared: graph.assignments.filter(({ scope }) => scopeCovers(subscription, scope)).length,
    },
    names: declared.flatMap((resource) => nameFacts(resource, environmentOf(program, resource))),
  };
}

/**
 * What a stack's state says of one registry, beside what its program is about to make of it.
 *
 * @param resources of the state of the environment's own stack
 */
export function standingFacts(
  resources: readonly RegisteredResource[],
  settings: Settings,
  column: string,
): StandingFacts | undefined {
  const { environments = [] } = factsFromResources(resources, settings);
  const facts = environments.find(({ name }) => name === column);
  const mode = facts?.registry?.mode;
  if (facts === undefined || mode === undefined) return undefined;
  // Azure's default up to now: a registry that stands has it when nobody said otherwise.
  return { mode: mode === "unstated" ? "rbac" : mode, assignments: facts.assignments };
}

function declaredIn(program: Program, environment: RegistryOfEnvironment): Partial<EnvironmentFacts> {
  const { declared, graph, matrix, settings } = program;
  const registry = declared.find(
    (resource) => isRegistry(resource) && registryNameOf(resource) === environment.registry,
  );
  const id = registry?.id ?? registryId(settings, environment);
  const images = imagesOf(program, environment);
  return {
    ...declaredFacts(declared, environment, id, {
      matrix,
      reaches: (scope = "/") => scopeCovers(scope, id),
      nameOf: (principal) =>
        kubeletWith(settings, principal) ??
        graph.principals.find((one) => one.id === principal)?.name ??
        principal,
    }),
    images,
    // Without its registry the program says nothing about who gets in.
    ...((registry || environment.existing) && {
      promoters: promotersIn(program, environment, id),
      pullers: pullersIn(program, environment, id, images),
    }),
  };
}

/** Whose nodes act as somebody, as the matrix calls them. */
function kubeletWith({ path }: Settings, principal: string | undefined): string | undefined {
  const owner = path.environments.find(({ cluster }) => cluster && cluster.kubelet === principal);
  return owner && kubeletOf(owner.name);
}

/** Who holds the right to import, and what else a promotion needs of it. */
function promotersIn(
  { graph, settings }: Program,
  environment: RegistryOfEnvironment,
  id: string,
): PromoterFacts[] {
  const source = predecessorOf(settings.path, environment.name);
  const sourceId = source && registryId(settings, source);
  const read = { plane: "control", action: "Microsoft.ContainerRegistry/registries/read" } as const;
  const holdsIn = (principal: string, capability: "import" | "pull" | "lock", registry: string) =>
    evaluate(graph, principal, capability, { kind: "registry", id: registry }).allowed;
  return people(graph)
    .filter((principal) => holdsIn(principal.id, "import", id))
    .map(({ id: principal, name }) => {
      const namespaces = namespacesOf(settings, name);
      return {
        identity: name,
        where: `access.${name}.${environment.column}`,
        ...(namespaces !== undefined && { namespaces }),
        ...(sourceId !== undefined && {
          readsSource:
            can(graph, principal, { ...read, scope: sourceId }).allowed &&
            holdsIn(principal, "pull", sourceId),
        }),
        pulls: holdsIn(principal, "pull", id),
        locks: holdsIn(principal, "lock", id),
      };
    });
}

/** Whose cell says pull and who really can; and whoever the matrix does not name. */
function pullersIn(
  { graph, settings }: Program,
  environment: RegistryOfEnvironment,
  id: string,
  images: readonly ImageFacts[],
): PullerFacts[] {
  const stated = pullersOf(settings, environment).map(({ identity }) => identity);
  const may = (principal: string, repository?: string) =>
    evaluate(graph, principal, "pull", {
      kind: "registry",
      id,
      ...(repository !== undefined && { repository }),
    }).allowed;
  return people(graph)
    .filter(({ name }) => stated.includes(name) || !Object.hasOwn(settings.identities, name))
    .filter((principal) => may(principal.id))
    .map(({ id: principal, name }) => ({
      identity: name,
      patterns: images.map(({ repository }) => repository).filter((repository) => may(principal, repository)),
    }));
}

function people({ principals }: AccessGraph) {
  return principals.filter(({ kind }) => kind === "application" || kind === "group" || kind === "user");
}

/** What the airlock provider is asked to bring in, and what of it is locked. */
function imagesOf({ resources }: Program, { host }: RegistryOfEnvironment): ImageFacts[] {
  const own = resources.filter(({ inputs }) => inputs.loginServer === host);
  const key = ({ inputs }: RegisteredResource) => `${String(inputs.repository)}@${String(inputs.digest)}`;
  const locked = new Set(own.filter(({ type }) => type === "airlock:index:ImageLock").map(key));
  return own
    .filter(({ type }) => type === "airlock:index:ImageImport")
    .map((image) => ({
      where: image.name,
      repository: String(image.inputs.repository),
      locked: locked.has(key(image)),
    }));
}

function environmentOf({ settings }: Program, resource: Declared): string | undefined {
  const name = registryNameOf(resource);
  return registriesOn(settings.path).find(({ registry }) => registry === name)?.column;
}

// A matrix that is wrong is found by itself; here it only says nothing.
function grantsOf(settings: Settings): CellGrant[] {
  try {
    return [...expandMatrix(settings), ...grantsOfClusters(settings)];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
