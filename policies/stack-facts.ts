import { clusterRoles } from "../model/access/cluster-roles";
import { customRoleDefinition, customRoles } from "../model/access/custom-roles";
import { type CellGrant, expandMatrix } from "../model/access/matrix";
import { type ReleaseGrant, releaseGrants } from "../model/access/release-access";
import type { RoleDefinition } from "../model/access/types";
import { grantsOfClusters } from "../model/cluster/grants";
import type { Settings } from "../model/config";
import { type PasswordGrant, passwordGrants } from "../model/poc/password";
import {
  type Environment,
  environmentNamed,
  type RegistryOfEnvironment,
  registriesOf,
  registriesOn,
} from "../model/promotion-path";
import type { Value } from "./values";

/** A role assignment that cells account for, an open stage of a release, or a password of a proof of concept. */
export type StackGrant = CellGrant | ReleaseGrant | PasswordGrant;

/** What the rules know: all of it from the stack's configuration, nothing from what the program passes around. */
export interface StackFacts {
  readonly settings: Settings;
  /** The stack's own environment; other kinds of stack have none. */
  readonly environment?: Environment;
  /** What can't be judged is refused: in a protected environment, and in stacks on which all environments rest. */
  readonly strict: boolean;
  /** What the access matrix gives, and in a release's stack what its open stages give; one expansion for all resources of a run. @throws UserError (2) when the matrix itself is wrong */
  readonly grants: () => readonly StackGrant[];
  /** The custom roles that every project of this library has. Their GUIDs are hashes: once for all resources of a run. */
  readonly projectRoles: () => readonly RoleDefinition[];
  /** The day of the run, `YYYY-MM-DD` in UTC: exemptions end by it. */
  readonly today: string;
}

/** @throws UserError (2) when the stack's environment is not on the path. */
export function stackFacts(settings: Settings, today: string): StackFacts {
  const { organization, subscriptionId } = settings;
  const known = {
    settings,
    grants: once<readonly StackGrant[]>(() => grantsOf(settings)),
    projectRoles: once(() =>
      [...customRoles(organization), ...clusterRoles(organization)].map((role) =>
        customRoleDefinition(subscriptionId, organization, role),
      ),
    ),
    today,
  };
  if (settings.kind !== "environment" && settings.kind !== "delivery") return { ...known, strict: true };
  const environment = environmentNamed(settings.path, settings.environment ?? "");
  return { ...known, environment, strict: environment.protected || settings.kind === "delivery" };
}

function grantsOf(settings: Settings): StackGrant[] {
  switch (settings.kind) {
    case "release":
      return releaseGrants(settings);
    // What runs in a cluster gives nobody access.
    case "delivery":
      return [];
    default:
      return [...expandMatrix(settings), ...grantsOfClusters(settings), ...passwordGrants(settings)];
  }
}

/** The same answer for every question of one run: configuration can't change under it. */
export function once<T>(read: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: read() }).value;
}

/** Whether a stack makes an environment, and assigns the roles on its registries. */
export function makes({ settings, environment }: StackFacts, name: string): boolean {
  if (settings.kind === "delivery") return false;
  return environment?.name === name || settings.kind === "poc";
}

/** The environment that an image enters by way of this host: the stack's own, or in a proof of concept the one whose registry it is. */
export function entered({ settings, environment }: StackFacts, host: Value): Environment | undefined {
  if (settings.kind === "delivery") return undefined;
  if (settings.kind !== "poc") return environment;
  return settings.path.environments.find((one) =>
    registriesOf(one).some((registry) => registry.promotions && registry.host === host),
  );
}

/** The registries into which nobody may push: all of the protected environments. */
export function protectedRegistries({ settings }: StackFacts): readonly RegistryOfEnvironment[] {
  return registriesOn(settings.path).filter((registry) => registry.protected);
}
