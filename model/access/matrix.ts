import type { Finding } from "../config/finding";
import { suggestion } from "../config/nearest";
import { UserError } from "../errors";
import {
  type Environment,
  predecessorOf,
  type PromotionPath,
  type RegistryOfEnvironment,
  registriesOn,
  standardColumn,
} from "../promotion-path";
import { type Reaches, readCells, namespacesOf, teamOf } from "./cells";
import { clusterColumn, environmentsWithCluster } from "./cluster-columns";
import { type DeployGrant, deployGrants } from "./cluster-roles";
import { refuseOtherDuties } from "./deployers";
import { customRoleGuid } from "./names";
import { askedOf } from "./operations";
import { type RoleGrant, type RoleReference, rolesForReaches } from "./role-grants";
import { roleGuids } from "./roles";
import type { CellTarget } from "./targets";
import type { Capability, Identity, PermissionMode } from "./types";

export { clusterColumn, environmentsWithCluster } from "./cluster-columns";
export { type RoleGrant, type RoleReference, rolesFor } from "./role-grants";
export { registryColumn } from "./targets";

/** Column of the signing vault, beside the environments. */
export const signingColumn = "signing";

/** What the matrix is made of; the settings of every stack have it. */
export interface MatrixSettings {
  readonly path: PromotionPath;
  /** Environment → the cluster that a proof of concept makes; its column is `<environment>.cluster`, as that of one on the path. */
  readonly clusters?: Readonly<Record<string, unknown>>;
  readonly identities: Readonly<Record<string, Identity>>;
  /**
   * Identity → column → cells. A column is an environment, `qa.standard` for the registry beside its own, `dev.cluster`, or
   * `signing`.
   * What an environment's column says holds in both of its registries, unless there is a column for the other one.
   */
  readonly access: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Team → namespaces (`iam/*`). */
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

/** One role assignment that cells ask for. No two have the same identity, target and role. */
export interface CellGrant extends RoleGrant {
  readonly identity: string;
  /** Column whose cells ask for it; an import asks for a right in the environment before its own. */
  readonly column: string;
  readonly target: CellTarget;
}

interface Row {
  readonly identity: string;
  readonly column: string;
  readonly where: string;
  readonly stated: readonly string[];
  readonly reaches: Reaches;
  /** No column says it: it follows from the environment's. */
  readonly inherited?: true;
}

/**
 * Turns the matrix into role assignments, in the order of the matrix.
 *
 * @throws UserError (2) for an unknown identity, column or capability, for what a registry's mode can't do, and for
 * what would open another door into a protected environment
 */
export function expandMatrix(settings: MatrixSettings): CellGrant[] {
  const stated = Object.entries(settings.access).flatMap(([identity, columns]) =>
    Object.entries(columns).map(([column, cells]) => row(settings, identity, column, cells)),
  );
  const rows = withInherited(settings, stated);
  return rows.flatMap((one) => grantsOf(settings, rows, one));
}

/** All for which `expandMatrix` would refuse a matrix. */
export function matrixFindings(settings: MatrixSettings): Finding[] {
  const findings: Finding[] = [];
  const attempt = <T>(path: readonly string[], judge: () => T): T[] => {
    try {
      return [judge()];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, fix } = error.problem;
      findings.push({ path, what, ...(fix && { fix }) });
      return [];
    }
  };
  const stated = Object.entries(settings.access).flatMap(([identity, columns]) =>
    attempt(["access", identity], () => knownNamespaces(settings, identity)).flatMap(() =>
      Object.entries(columns).flatMap(([column, cells]) =>
        attempt(["access", identity, column], () => row(settings, identity, column, cells)),
      ),
    ),
  );
  const rows = withInherited(settings, stated);
  for (const one of rows) {
    attempt(["access", one.identity, one.column], () => grantsOf(settings, rows, one));
  }
  return findings;
}

/** GUID of a grant's role; custom roles are defined per subscription and organisation. */
export function roleGuidFor(role: RoleReference, subscriptionId: string, organization: string): string {
  return role.kind === "builtIn" ? role.guid : customRoleGuid(subscriptionId, organization, role.key);
}

/** What bare cells of an identity are narrowed to; undefined when it belongs to no team. */
function knownNamespaces(settings: MatrixSettings, identity: string): readonly string[] | undefined {
  const { identities, teams } = settings;
  if (!Object.hasOwn(identities, identity)) {
    throw wrong(
      `unknown identity "${identity}"`,
      `access.${identity}`,
      suggestion(identity, Object.keys(identities), "identities"),
    );
  }
  const team = teamOf(settings, identity);
  if (team !== undefined && !Object.hasOwn(teams, team)) {
    throw wrong(
      `unknown team "${team}"`,
      `identities.${identity}.team`,
      suggestion(team, Object.keys(teams), "teams"),
    );
  }
  return namespacesOf(settings, identity);
}

const belongsTo = {
  registry: "Write it in an environment's column",
  vault: `Write it in the column ${signingColumn}`,
  cluster: "Write it in the column of a cluster, such as dev.cluster",
};

function row(settings: MatrixSettings, identity: string, column: string, cells: readonly string[]): Row {
  const where = `access.${identity}.${column}`;
  const namespaces = knownNamespaces(settings, identity);
  const clusters = environmentsWithCluster(settings).map(clusterColumn);
  const registries = registriesOn(settings.path).map((registry) => registry.column);
  const columns = [...registries, ...clusters, signingColumn];
  if (!columns.includes(column)) {
    refuseWithoutCluster(settings, column, where);
    throw wrong(`unknown column "${column}"`, where, suggestion(column, columns, "columns"));
  }
  const reaches = readCells(cells, namespaces, where);
  for (const capability of reaches.keys()) {
    const kind = clusters.includes(column) ? "cluster" : column === signingColumn ? "vault" : "registry";
    if (askedOf(capability) === kind) continue;
    // Who refreshes what was made in a group reads there.
    if (capability === "read" && (kind === "vault" || ofExistingCluster(settings, column))) continue;
    throw wrong(`${capability} has no meaning in column ${column}`, where, belongsTo[askedOf(capability)]);
  }
  return { identity, column, where, stated: cells, reaches };
}

function ofExistingCluster({ path }: MatrixSettings, column: string): boolean {
  return path.environments.some(({ name, cluster }) => cluster && clusterColumn(name) === column);
}

function refuseWithoutCluster({ path, clusters }: MatrixSettings, column: string, where: string): void {
  const environment = path.environments.find(({ name }) => clusterColumn(name) === column);
  if (!environment) return;
  const fix = clusters
    ? `State one in clusters.${environment.name}, or leave the column out`
    : "Name one in the path, as cluster: { resourceGroup, name, kubelet }, or leave the column out";
  throw wrong(`${environment.name} has no cluster`, where, fix);
}

/** What a registry into which nothing is promoted has no use for. */
const ofPromotions: readonly Capability[] = ["import", "lock"];

/** The rows, each followed by what it says of the registry beside the path's own when no column does. */
function withInherited({ path }: MatrixSettings, stated: readonly Row[]): Row[] {
  return stated.flatMap((one) => {
    const beside = registriesOn(path).find(({ column }) => column === standardColumn(one.column));
    if (!beside || rowIn(stated, one.identity, beside.column)) return [one];
    const left = [...one.reaches].filter(
      ([capability]) =>
        // Who reads the settings of the group reads those of all that was made in it.
        !(capability === "read" && beside.existing === undefined) &&
        capability !== "tidy" &&
        !(ofPromotions.includes(capability) && !beside.promotions) &&
        !(capability === "lock" && beside.mode === "rbac"),
    );
    const where = `access.${one.identity}.${beside.column}`;
    return [one, { ...one, column: beside.column, where, reaches: new Map(left), inherited: true }];
  });
}

function rowIn(rows: readonly Row[], identity: string, column: string): Row | undefined {
  return rows.find((other) => other.identity === identity && other.column === column);
}

function refuseOtherDoors(
  { path }: MatrixSettings,
  { column, where, reaches }: Row,
  registry: RegistryOfEnvironment,
): void {
  const has = (capability: Capability): boolean => reaches.has(capability);
  if (has("import") && !predecessorOf(path, registry.name)) {
    throw wrong(
      `nothing can be imported into ${column}`,
      where,
      "It is the first environment: its images are built there",
    );
  }
  const idle = ofPromotions.find((capability) => has(capability) && !registry.promotions);
  if (idle) {
    throw wrong(
      `${idle} has no meaning in ${column}, into which nothing is promoted`,
      where,
      "Leave it out, or set promotions: true on that registry",
    );
  }
  if (registry.protected && has("push")) {
    throw wrong(`nobody pushes to ${column}`, where, "It is protected: images enter it by import alone");
  }
  if (has("tidy") && (registry.protected || column !== registry.name)) {
    const fix = registry.protected
      ? "It is protected: what releases leave over there is nobody's to delete"
      : `Write it in the column ${registry.name}, whose resource group it is about`;
    throw wrong(`tidy has no meaning in ${column}`, where, fix);
  }
  if (registry.protected && has("import") && has("delete")) {
    throw wrong(
      `the promoter of ${column} can't delete there`,
      where,
      "It is protected: give delete to a custodian",
    );
  }
}

function grantsOf(settings: MatrixSettings, rows: readonly Row[], one: Row): CellGrant[] {
  const registry = registriesOn(settings.path).find(({ column }) => column === one.column);
  if (!registry) return one.column === signingColumn ? vaultGrants(one) : clusterGrants(settings, rows, one);
  refuseOtherDoors(settings, one, registry);
  refuseUntrueNone(rows, one, registry);
  return [...registryGrants(one, registry), ...sourceGrants(settings, rows, one, registry)];
}

function vaultGrants({ identity, column, where, reaches }: Row): CellGrant[] {
  // A vault has no permission mode; the cells of this column ask for none of a registry's roles.
  return rolesForReaches("abac", reaches, where).map((grant) => ({
    ...grant,
    identity,
    column,
    // What all share stands in one group: who refreshes it reads all of that.
    target: isReader(grant.role) ? { kind: "resourceGroup", environment: "shared" } : { kind: "vault" },
  }));
}

function clusterGrants(settings: MatrixSettings, rows: readonly Row[], one: Row): CellGrant[] {
  const { identity, column, where, reaches } = one;
  const environment = environmentsWithCluster(settings).find((name) => clusterColumn(name) === column)!;
  const reads = reaches.has("read");
  if (reads) refuseSecondReader(settings, rows, one);
  const deployed = reaches.get("deploy") ?? [];
  if (reaches.has("deploy")) refuseOtherDuties(settings, environment, rows, one);
  const inCluster = new Map([...reaches].filter(([capability]) => capability !== "read"));
  const grants = [
    ...rolesForReaches("abac", inCluster, where),
    ...(deployed === "everywhere" || deployed.length === 0 ? [] : deployGrants(deployed)),
  ];
  return [
    ...grants.map(({ namespace, ...grant }: DeployGrant): CellGrant => ({
      ...grant,
      identity,
      column,
      target: { kind: "cluster", environment, ...(namespace !== undefined && { namespace }) },
    })),
    ...(reads ? [groupReader(identity, column, environment)] : []),
  ];
}

function groupReader(identity: string, column: string, environment: string): CellGrant {
  const role: RoleReference = { kind: "custom", key: "clusterReader" };
  return { role, identity, column, target: { kind: "clusterGroup", environment } };
}

// The reader's role is on the group, and so about every cluster in there; to Azure, said twice it is the same assignment.
function refuseSecondReader({ path }: MatrixSettings, rows: readonly Row[], one: Row): void {
  const groupOf = ({ cluster }: Environment) => cluster?.resourceGroup.toLowerCase();
  const own = path.environments.findIndex(({ name }) => clusterColumn(name) === one.column);
  for (const [index, other] of path.environments.entries()) {
    if (index === own || groupOf(other) !== groupOf(path.environments[own])) continue;
    const row = rowIn(rows, one.identity, clusterColumn(other.name));
    if (row?.stated.includes("none")) {
      const what = `"none" in ${row.where} is not true: read in ${one.where} is of every cluster in the group`;
      throw wrong(what, one.where, "Leave one of the two out");
    }
    if (row?.reaches.has("read") && index < own) {
      const what = `read in ${row.where} is of every cluster in the group, this one included`;
      throw wrong(what, one.where, "Leave it out here");
    }
  }
}

function registryGrants(one: Row, { mode, name, column: own }: RegistryOfEnvironment): CellGrant[] {
  const { identity, column } = one;
  const beside = own !== name;
  return rolesInMode(mode, one).map((grant): CellGrant => ({
    ...grant,
    identity,
    column,
    // A refresh reads the resource group too.
    target:
      (isReader(grant.role) || isTidier(grant.role)) && !beside
        ? { kind: "resourceGroup", environment: name }
        : { kind: "registry", environment: name, ...(beside && { standard: true }) },
  }));
}

/** What follows from an environment's column may be more than the other registry's mode can do. */
function rolesInMode(mode: PermissionMode, { where, reaches, inherited }: Row): RoleGrant[] {
  try {
    return rolesForReaches(mode, reaches, where);
  } catch (error) {
    if (!inherited || !(error instanceof UserError)) throw error;
    throw wrong(
      error.problem.what,
      where,
      "State there what the identity may do in that registry, or [none]",
    );
  }
}

// The reader's role is on the group, and with it on whatever was made in there.
function refuseUntrueNone(rows: readonly Row[], one: Row, registry: RegistryOfEnvironment): void {
  if (!one.stated.includes("none") || registry.column === registry.name || registry.existing) return;
  const own = rowIn(rows, one.identity, registry.name);
  if (!own?.reaches.has("read")) return;
  const what = `"none" in ${one.where} is not true: read in ${own.where} is of everything in the group`;
  throw wrong(what, one.where, "Write pull there, or leave the column out");
}

function isReader(role: RoleReference): boolean {
  return role.kind === "builtIn" && role.guid === roleGuids.reader;
}

function isTidier(role: RoleReference): boolean {
  return role.kind === "custom" && role.key === "tidier";
}

// Once, however many registries the import is into.
function sourceGrants(
  settings: MatrixSettings,
  rows: readonly Row[],
  one: Row,
  registry: RegistryOfEnvironment,
): CellGrant[] {
  const source = predecessorOf(settings.path, registry.name);
  if (!source || !one.reaches.has("import")) return [];
  const own = rowIn(rows, one.identity, registry.name);
  return own !== one && own?.reaches.has("import") ? [] : [sourceGrant(rows, one, source)];
}

function sourceGrant(rows: readonly Row[], { identity, column, where }: Row, source: Environment): CellGrant {
  const denied = rowIn(rows, identity, source.name);
  if (denied?.stated.includes("none")) {
    const what = `"none" in ${denied.where} is not true: an import into ${column} reads ${source.name}`;
    throw wrong(what, where, `Leave the cell out, or write pull`);
  }
  return {
    role: { kind: "custom", key: "sourceReader" },
    identity,
    column,
    target: { kind: "registry", environment: source.name },
  };
}

function wrong(what: string, where: string, fix: string): UserError {
  return new UserError({ what, where, fix, exitCode: 2 });
}
