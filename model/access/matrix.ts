import type { Finding } from "../config/finding";
import { suggestion } from "../config/nearest";
import { UserError } from "../errors";
import { predecessorOf, type Environment, type PromotionPath } from "../promotion-path";
import { type Reaches, readCells, namespacesOf, teamOf } from "./cells";
import { customRoleGuid } from "./names";
import { type RoleGrant, type RoleReference, rolesForReaches } from "./role-grants";
import { roleGuids } from "./roles";
import type { Capability, Identity } from "./types";

export { type RoleGrant, type RoleReference, rolesFor } from "./role-grants";

/** Column of the signing vault, beside the environments. */
export const signingColumn = "signing";

/** What the matrix is made of; the settings of every stack have it. */
export interface MatrixSettings {
  readonly path: PromotionPath;
  readonly identities: Readonly<Record<string, Identity>>;
  /** Identity → column (environment name or `signing`) → cells. */
  readonly access: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Team → namespaces (`iam/*`). */
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

/** One role assignment that cells ask for. No two have the same identity, target and role. */
export interface CellGrant extends RoleGrant {
  readonly identity: string;
  /** Column whose cells ask for it; an import asks for a right in the environment before its own. */
  readonly column: string;
  /** What the role is assigned on, by the stack that owns it. */
  readonly target:
    | { readonly kind: "registry"; readonly environment: string }
    | { readonly kind: "resourceGroup"; readonly environment: string }
    | { readonly kind: "vault" };
}

interface Row {
  readonly identity: string;
  readonly column: string;
  readonly where: string;
  readonly stated: readonly string[];
  readonly reaches: Reaches;
}

/**
 * Turns the matrix into role assignments, in the order of the matrix.
 *
 * @throws UserError (2) for an unknown identity, column or capability, for what a registry's mode can't do, and for
 * what would open another door into a protected environment
 */
export function expandMatrix(settings: MatrixSettings): CellGrant[] {
  const rows = Object.entries(settings.access).flatMap(([identity, columns]) =>
    Object.entries(columns).map(([column, cells]) => row(settings, identity, column, cells)),
  );
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
  const rows = Object.entries(settings.access).flatMap(([identity, columns]) =>
    attempt(["access", identity], () => knownNamespaces(settings, identity)).flatMap(() =>
      Object.entries(columns).flatMap(([column, cells]) =>
        attempt(["access", identity, column], () => row(settings, identity, column, cells)),
      ),
    ),
  );
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

function row(settings: MatrixSettings, identity: string, column: string, cells: readonly string[]): Row {
  const where = `access.${identity}.${column}`;
  const namespaces = knownNamespaces(settings, identity);
  const columns = [...settings.path.environments.map(({ name }) => name), signingColumn];
  if (!columns.includes(column)) {
    throw wrong(`unknown column "${column}"`, where, suggestion(column, columns, "columns"));
  }
  const reaches = readCells(cells, namespaces, where);
  for (const capability of reaches.keys()) {
    const ofVault = capability === "sign" || capability === "verify";
    if (capability !== "read" && ofVault !== (column === signingColumn)) {
      const fix = ofVault ? `Write it in the column ${signingColumn}` : "Write it in an environment's column";
      throw wrong(`${capability} has no meaning in column ${column}`, where, fix);
    }
  }
  return { identity, column, where, stated: cells, reaches };
}

function refuseOtherDoors(settings: MatrixSettings, { column, where, reaches }: Row): void {
  const environment = settings.path.environments.find(({ name }) => name === column);
  if (!environment) {
    return;
  }
  const has = (capability: Capability): boolean => reaches.has(capability);
  if (has("import") && !predecessorOf(settings.path, column)) {
    throw wrong(
      `nothing can be imported into ${column}`,
      where,
      "It is the first environment: its images are built there",
    );
  }
  if (environment.protected && has("push")) {
    throw wrong(`nobody pushes to ${column}`, where, "It is protected: images enter it by import alone");
  }
  if (environment.protected && has("import") && has("delete")) {
    throw wrong(
      `the promoter of ${column} can't delete there`,
      where,
      "It is protected: give delete to a custodian",
    );
  }
}

function grantsOf(settings: MatrixSettings, rows: readonly Row[], one: Row): CellGrant[] {
  refuseOtherDoors(settings, one);
  return one.column === signingColumn ? vaultGrants(one) : registryGrants(settings, rows, one);
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

function registryGrants(settings: MatrixSettings, rows: readonly Row[], one: Row): CellGrant[] {
  const { identity, column, where, reaches } = one;
  const environment = settings.path.environments.find(({ name }) => name === column)!;
  const own = rolesForReaches(environment.mode, reaches, where).map((grant): CellGrant => ({
    ...grant,
    identity,
    column,
    // A refresh reads the resource group too.
    target: { kind: isReader(grant.role) ? "resourceGroup" : "registry", environment: column },
  }));
  const source = reaches.has("import") ? predecessorOf(settings.path, column) : undefined;
  return source ? [...own, sourceGrant(rows, one, source)] : own;
}

function isReader(role: RoleReference): boolean {
  return role.kind === "builtIn" && role.guid === roleGuids.reader;
}

function sourceGrant(rows: readonly Row[], { identity, column, where }: Row, source: Environment): CellGrant {
  const denied = rows.find((other) => other.identity === identity && other.column === source.name);
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
