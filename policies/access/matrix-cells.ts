import { environmentsWithCluster, registryColumn, roleGuidFor } from "../../model/access/matrix";
import {
  clusterGroupId,
  clusterId,
  clusterName,
  namespaceId,
  nodesSubnet,
  registryId,
  resourceGroupId,
  resourceGroupName,
  signingVaultId,
  signingVaultName,
  subnetId,
} from "../../model/physical-names";
import {
  type Environment,
  environmentNamed,
  type ExistingCluster,
  type RegistryOfEnvironment,
  registriesOf,
} from "../../model/promotion-path";
import { passwordSecretId } from "../../model/poc/password";
import { passwordExpires } from "../../model/release/password";
import { passwordSecret, passwordVaultId } from "../../model/release/password-vault";
import { stagesOf } from "../../model/release/stages";
import type { Settings } from "../../model/settings";
import type { StackFacts, StackGrant } from "../stack-facts";
import { textOf, unknown, type Properties, type Value } from "../values";

/** What a stack fills cells of the access matrix on. */
export interface Target {
  readonly kind: StackGrant["target"]["kind"];
  /** As a finding speaks of it. */
  readonly called: string;
  /** ARM id: the scope of the assignments. */
  readonly id: string;
  /** Column of a registry. */
  readonly column?: string;
  /** Of a cluster, where it is about one. */
  readonly namespace?: string;
  /** Environment that it belongs to, or `shared`. */
  readonly environment: string;
}

/**
 * An environment's stack assigns roles on its own registries, resource group and cluster, the shared one on the signing vault and its
 * own, a release's on the registries that it goes through and on the secrets with its passwords, that of a proof of concept on
 * all that it is made of.
 */
export function targetsOf(stack: StackFacts): Target[] {
  const { settings, environment } = stack;
  const { kind, path } = settings;
  if (kind === "release") {
    return stagesOf(path).flatMap(({ environment: stage }) => [
      registryTarget(registriesOf(stage)[0], settings),
      ...secretTargets(stage.name, settings),
    ]);
  }
  if (kind === "delivery") return [];
  if (environment !== undefined) {
    return [
      ...environmentTargets(environment, settings),
      ...(environment.cluster ? existingClusterTargets(environment, environment.cluster, stack) : []),
    ];
  }
  const made = kind === "poc" ? environmentsWithCluster(settings) : [];
  return [
    {
      kind: "vault",
      called: signingVaultName(settings),
      id: signingVaultId(settings),
      environment: "shared",
    },
    groupTarget("shared", settings),
    ...(kind === "poc" ? path.environments.flatMap((one) => environmentTargets(one, settings)) : []),
    ...made.flatMap((name) => [
      clusterTarget(environmentNamed(path, name), settings),
      subnetTarget(name, settings),
    ]),
    ...Object.keys(settings.poc?.passwords ?? {}).map((name) => ({
      kind: "secret" as const,
      called: `the secret ${name}`,
      id: passwordSecretId(settings, name),
      environment: name,
    })),
    ...(made.length > 0 ? namespaceTargets(stack) : []),
  ];
}

function environmentTargets(environment: Environment, settings: Settings): Target[] {
  return [
    ...registriesOf(environment).map((one) => registryTarget(one, settings)),
    groupTarget(environment.name, settings),
  ];
}

function groupTarget(environment: string, settings: Settings): Target {
  return {
    kind: "resourceGroup",
    called: resourceGroupName(settings, environment),
    id: resourceGroupId(settings, environment),
    environment,
  };
}

function registryTarget(one: RegistryOfEnvironment, settings: Settings): Target {
  return {
    kind: "registry",
    called: one.registry,
    id: registryId(settings, one),
    column: one.column,
    environment: one.name,
  };
}

/** A cluster that stood there before, its namespaces, and the group that somebody else made for it. */
function existingClusterTargets(
  environment: Environment,
  cluster: ExistingCluster,
  stack: StackFacts,
): Target[] {
  const { settings } = stack;
  return [
    clusterTarget(environment, settings),
    ...namespaceTargets(stack, environment.name),
    {
      kind: "clusterGroup",
      called: cluster.resourceGroup,
      id: clusterGroupId(settings, cluster),
      environment: environment.name,
    },
  ];
}

function clusterTarget(environment: Environment, settings: Settings): Target {
  return {
    kind: "cluster",
    called: clusterName(settings, environment),
    id: clusterId(settings, environment),
    environment: environment.name,
  };
}

/** Where the nodes of a cluster stand. */
function subnetTarget(environment: string, settings: Settings): Target {
  return {
    kind: "subnet",
    called: `the subnet ${nodesSubnet}`,
    id: subnetId(settings, nodesSubnet),
    environment,
  };
}

/** The namespaces of clusters in which cells let somebody deploy. @param of environment; left out, all */
function namespaceTargets({ settings, grants }: StackFacts, of?: string): Target[] {
  const found = new Map<string, Target>();
  for (const { target } of grants()) {
    if (target.kind !== "cluster" || target.namespace === undefined) continue;
    const { kind, environment, namespace } = target;
    if (of !== undefined && environment !== of) continue;
    const owner = environmentNamed(settings.path, environment);
    const id = namespaceId(settings, owner, namespace);
    const called = `the namespace ${namespace} of ${clusterName(settings, owner)}`;
    found.set(id, { kind, called, id, namespace, environment });
  }
  return [...found.values()];
}

/** The secret with the password of a stage that was reached. */
function secretTargets(
  environment: string,
  { release, releases, subscriptionId }: StackFacts["settings"],
): Target[] {
  const record = release?.stages[environment];
  if (record === undefined || releases.passwordVault === undefined) return [];
  const stage = { version: release!.version, environment };
  const name = passwordSecret(stage, passwordExpires(record, releases));
  const id = `${passwordVaultId({ subscriptionId }, releases.passwordVault)}/secrets/${name}`;
  return [{ kind: "secret", called: name, id, environment }];
}

/** The targets that a scope is: exactly one, or each of them while it is not known yet. */
export function targetsAt(scope: Value, stack: StackFacts): Target[] {
  const targets = targetsOf(stack);
  if (scope === unknown) return targets;
  const wanted = textOf(scope)?.toLowerCase();
  return targets.filter(({ id }) => id.toLowerCase() === wanted);
}

/**
 * The cells that give a role on one of these targets.
 *
 * @throws UserError (2) when the matrix itself is wrong
 */
export function cellsOfRole(targets: readonly Target[], guid: string, stack: StackFacts): StackGrant[] {
  const { subscriptionId, organization } = stack.settings;
  return stack
    .grants()
    .filter(
      ({ target, role }) =>
        targets.some((one) => isTarget(one, target)) &&
        roleGuidFor(role, subscriptionId, organization) === guid,
    );
}

function isTarget({ kind, column, namespace, environment }: Target, target: StackGrant["target"]): boolean {
  return (
    kind === target.kind &&
    column === registryColumn(target) &&
    namespace === (target.kind === "cluster" ? target.namespace : undefined) &&
    (target.kind === "vault" || environment === target.environment)
  );
}

/** The cells that account for an assignment: with exactly this condition, for this kind of principal. */
export function cellsOn(
  targets: readonly Target[],
  { condition, principalType }: Properties,
  guid: string,
  stack: StackFacts,
): StackGrant[] {
  return cellsOfRole(targets, guid, stack).filter(
    (cell) => isCondition(condition, cell, stack) && isKind(principalType, kindOf(cell.identity, stack)),
  );
}

// A release has an application in each stage and no other identity; a cluster acts as identities that Azure makes.
function kindOf(identity: string, { settings }: StackFacts): "application" | "group" {
  const isStated = settings.kind !== "release" && Object.hasOwn(settings.identities, identity);
  return isStated ? settings.identities[identity].kind : "application";
}

/** Whether a condition is a cell's own. Where it is not known yet, an unprotected stack judges it during the update. */
export function isCondition(condition: Value, grant: StackGrant, { strict }: StackFacts): boolean {
  return (condition === unknown && !strict) || statedCondition(condition) === grant.condition;
}

/** The condition of an assignment; none is `undefined`, however the program writes that. */
export function statedCondition(condition: Value): Value {
  return condition === null || condition === "" ? undefined : condition;
}

// Left out, Azure looks the principal up; a user is no identity of the matrix.
function isKind(principalType: Value, kind: "application" | "group"): boolean {
  const stated = textOf(principalType)?.toLowerCase();
  return stated === undefined || stated === (kind === "group" ? "group" : "serviceprincipal");
}
