import { readCondition, repositoryPatterns } from "../../model/access/condition";
import { indexOf } from "../../model/access/graph-index";
import { registryRequest } from "../../model/access/operations";
import { listed } from "../../model/sentence";
import { builtInRoles } from "../../model/access/roles";
import { describeSignIn } from "../../model/access/sign-ins";
import { describeScope, normalizeScope, scopeCovers } from "../../model/access/scopes";
import type { AccessGraph, Registry, RoleAssignment, RoleDefinition } from "../../model/access/types";
import type { Asked } from "./declared";
import { lockFacts } from "./lock-facts";

/** One thing that stands or is declared, whether or not anybody can do more by it. */
export interface Fact {
  /** The same on both sides of a comparison, and different for whatever is different. */
  readonly key: string;
  /** As a line: `sre holds "AcrPull" on …/registries/contosoprod`. */
  readonly text: string;
  /** Columns that it bears upon; left out, those in which the identity can do something, and without one all. */
  readonly columns?: readonly string[];
  readonly identity?: string;
  /** What has to stand on both sides for this to be a difference: a role that is new gives nobody anything. */
  readonly of?: string;
  /** Whether anybody may do more because it stands. */
  readonly grants: boolean;
}

/** Everything in a graph that bears upon access, one by one. Principals are known by their names. */
export function factsOf({ graph, columns, resources }: Asked): Fact[] {
  const index = indexOf(graph);
  const nameOf = (id: string) => index.principal(id).name;
  const look = (id: string) => `${index.principal(id).kind} ${nameOf(id)}`;
  const touched = (scope: string) =>
    columns
      .filter(({ resource }) => scopeCovers(scope, resource.id) || scopeCovers(resource.id, scope))
      .map(({ name }) => name);
  const fact = (
    parts: readonly unknown[],
    text: string,
    about: Pick<Fact, "columns" | "identity" | "of">,
  ): Fact => ({
    key: JSON.stringify(parts),
    text,
    ...about,
    grants: true,
  });
  return [
    ...graph.assignments.map((assignment) => {
      const { principalId, roleGuid, scope, condition } = assignment;
      const role = index.role(roleGuid)?.name ?? `unknown role ${roleGuid}`;
      return fact(
        ["assignment", look(principalId), roleGuid.toLowerCase(), normalizeScope(scope), tidy(condition)],
        `${nameOf(principalId)} holds "${role}" on ${describeScope(scope)}${narrowing(graph, assignment)}`,
        { columns: touched(scope) },
      );
    }),
    ...graph.memberships.map(({ group, member }) =>
      fact(["member", look(group), look(member)], `${nameOf(member)} is in group ${nameOf(group)}`, {
        identity: nameOf(group),
      }),
    ),
    ...graph.registries.map((registry) =>
      fact(["registry", normalizeScope(registry.id)], `registry ${registry.name} stands`, {
        columns: touched(registry.id),
      }),
    ),
    ...graph.registries.flatMap((registry) =>
      settingsOf(registry).map((setting) =>
        fact(["setting", normalizeScope(registry.id), setting], setting, { columns: touched(registry.id) }),
      ),
    ),
    ...graph.vaults.map(({ id, name }) =>
      fact(["vault", normalizeScope(id)], `vault ${name} stands`, { columns: touched(id) }),
    ),
    ...(graph.clusters ?? []).map(({ id, name, kubelet, column }) =>
      fact(
        ["nodes", normalizeScope(id), kubelet],
        `nodes of ${name} (${resourceGroupIn(id)}) pull as ${kubelet}`,
        { columns: [column] },
      ),
    ),
    ...graph.tokens.map((token) => {
      const { name } = index.tokenPrincipal(token);
      const actions = [...token.actions].sort();
      const able = token.enabled ? `${name} may ${listed(actions) || "do nothing"}` : `${name} is disabled`;
      return fact(["token", name, token.enabled, actions], able, { columns: touched(token.registryId) });
    }),
    ...graph.roles.filter(isCustom).map((role) => {
      const blocks = role.permissions.map((block) => [
        [...block.actions].sort(),
        [...block.notActions].sort(),
        [...block.dataActions].sort(),
        [...block.notDataActions].sort(),
      ]);
      const held = graph.assignments.filter(({ roleGuid }) => roleGuid.toLowerCase() === role.guid);
      const at = [...new Set(held.flatMap(({ scope }) => touched(scope)))];
      return fact(["role", role.guid, role.name, blocks], `role "${role.name}" grants ${grants(role)}`, {
        columns: at,
        of: role.guid,
      });
    }),
    ...(graph.directoryAdministrators ?? []).map((id) =>
      fact(["directory", look(id)], `${nameOf(id)} may change applications and groups in Entra`, {}),
    ),
    ...(graph.owners ?? []).map(({ owner, of }) =>
      fact(["owner", look(owner), look(of)], `${nameOf(owner)} owns ${nameOf(of)}`, { identity: nameOf(of) }),
    ),
    ...credentialFacts(graph),
    ...lockFacts(resources ?? [], columns),
  ];
}

function credentialFacts(graph: AccessGraph): Fact[] {
  const alike = new Map<string, number>();
  return (graph.credentials ?? []).map((credential): Fact => {
    const { name, kind } = indexOf(graph).principal(credential.principalId);
    const federated = credential.kind === "federated";
    const what = federated ? [credential.issuer, credential.subject] : [credential.name];
    const key = JSON.stringify(["credential", kind, name, credential.kind, ...what]);
    // Several passwords may be called the same.
    alike.set(key, (alike.get(key) ?? 0) + 1);
    return {
      key: federated ? key : `${key} ${alike.get(key)}`,
      text: `${name} ${describeSignIn(credential)}`,
      identity: name,
      grants: true,
    };
  });
}

function settingsOf({ name, mode, adminUserEnabled, anonymousPullEnabled }: Registry): string[] {
  return [
    ...(adminUserEnabled ? [`the admin user of ${name} is on`] : []),
    ...(anonymousPullEnabled ? [`anonymous pull of ${name} is on`] : []),
    `${name} is in ${mode} mode`,
  ];
}

function narrowing(graph: AccessGraph, { scope, roleGuid, condition }: RoleAssignment): string {
  if (condition === undefined) return "";
  const registry = indexOf(graph).registryAt(scope);
  const role = indexOf(graph).role(roleGuid);
  const parsed = readCondition(condition);
  if (!registry || !role || !parsed) return " under a condition";
  const patterns = repositoryPatterns(parsed, registryRequest(registry, "content/read"));
  return patterns.length > 0
    ? ` for ${listed(patterns.map(({ pattern }) => pattern))}`
    : " under a condition";
}

function grants({ permissions }: RoleDefinition): string {
  const all = permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
  return `${all.length} ${all.length === 1 ? "action" : "actions"}`;
}

const isCustom = (role: RoleDefinition): boolean =>
  !builtInRoles.some(({ guid }) => guid === role.guid.toLowerCase());
const resourceGroupIn = (id: string): string => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? id;
const tidy = (condition: string | undefined): string => (condition ?? "").replace(/\s+/g, " ").trim();
