import { repositoryCondition } from "../../../model/access/condition";
import { repositoryDataActions, roleGuids } from "../../../model/access/roles";
import {
  type AssignmentFacts,
  checks,
  type EnvironmentFacts,
  type PathFacts,
  provePath,
  type RegistryFacts,
} from "../../../model/proof";

const registry: RegistryFacts = {
  where: "staging",
  sku: "Premium",
  mode: "abac",
  publicNetwork: true,
  deniesByDefault: false,
  ipRules: 0,
  subnetRules: 0,
  privateEndpoints: 0,
  trustedServices: true,
  exports: true,
  untaggedRetention: false,
  softDelete: false,
  contentTrust: false,
  anonymousPull: false,
  dataEndpoint: false,
  customerKey: false,
  replications: 0,
  cacheRules: 0,
};
const middle = { name: "staging", imports: true, isSource: true, locks: false, mode: "abac" } as const;
const at = (facts: Partial<EnvironmentFacts>): PathFacts => ({ environments: [{ ...middle, ...facts }] });
const made = (changed: Partial<RegistryFacts>, more: Partial<EnvironmentFacts> = {}): PathFacts =>
  at({ registry: { ...registry, ...changed }, ...more });
const assigned = (assignment: Partial<AssignmentFacts>, more: Partial<EnvironmentFacts> = {}): PathFacts =>
  at({ assignments: [{ where: "grant", principal: "sre", condition: null, ...assignment }], ...more });
const image = (locked: boolean | undefined, manifests?: number) => ({
  where: "image",
  repository: "iam/auth-service",
  ...(locked !== undefined && { locked }),
  ...(manifests !== undefined && { manifests }),
});
const promoter = { identity: "promoter", where: "access", readsSource: true, pulls: true, locks: true };
const { contentRead, metadataRead, metadataWrite } = repositoryDataActions;
const narrow = repositoryCondition([contentRead, metadataRead], ["iam/*"]);
const actions = (count: number) =>
  Array.from({ length: count }, (_, index) => `repositories/iam/r${index}/content/read`);
const tokens = (count: number) => Array.from({ length: count }, (_, index) => `v0-0-${index}-qa-acr-sa`);
const scopeMap = (...list: string[]): PathFacts => at({ scopeMaps: [{ where: "map", actions: list }] });
const credentials = (federatedCredentials?: number): PathFacts => ({
  identities: [
    { identity: "promoter", where: "promoter", ...(federatedCredentials && { federatedCredentials }) },
  ],
});
const subscription = (declared: number, standing?: number): PathFacts => ({
  subscription: { id: "one", declared, ...(standing !== undefined && { standing }) },
});
const named = (kind: NonNullable<PathFacts["names"]>[number]["kind"], name: string): PathFacts => ({
  names: [{ kind, name, where: "it" }],
});
const legacyPull = { where: "a", principal: "sre", roleGuid: roleGuids.acrPull };
const reader = { where: "b", principal: "sre", roleGuid: roleGuids.repositoryReader };

/** Check → graphs that break it with what is said of them, graphs that prove it, graphs that do neither. */
const table: Record<
  string,
  { breaks: [PathFacts, said: string][]; proves: PathFacts[]; leavesOpen?: PathFacts[] }
> = {
  promoter: {
    breaks: [
      [
        at({ promoters: [] }),
        "access: nobody can import into staging: no image is ever promoted there. Give one identity [pull, import, lock] in the column staging",
      ],
      [
        at({ promoters: [{ ...promoter, readsSource: false }] }),
        "access: promoter imports into staging, but neither it nor a role of it reads the registry before it. Give it [pull, import, lock] in the column staging; import brings the right to read the source along",
      ],
      [
        at({ promoters: [{ ...promoter, pulls: false }] }),
        "access: promoter imports into staging, but neither it nor a role of it pulls what arrived, to verify it. Give it [pull, import, lock] in the column staging; import brings the right to read the source along",
      ],
      [
        at({ locks: true, promoters: [{ ...promoter, locks: false }] }),
        "access: promoter imports into staging, but neither it nor a role of it locks what arrived. Give it [pull, import, lock] in the column staging; import brings the right to read the source along",
      ],
    ],
    proves: [at({ promoters: [promoter] }), at({ promoters: [{ ...promoter, locks: false }] })],
    leavesOpen: [at({}), at({ promoters: [{ identity: "promoter", where: "access" }] })],
  },
  "import-not-narrowed": {
    breaks: [
      [
        at({ promoters: [{ ...promoter, namespaces: ["iam/*"] }] }),
        "access: promoter is trusted with iam/* alone, and imports into all of staging: an import can't be narrowed. Give import to an identity without a team, or use a registry of its own for the namespace",
      ],
    ],
    proves: [at({ promoters: [promoter] })],
  },
  puller: {
    breaks: [
      [
        at({ pullers: [] }),
        "access: nobody can pull from staging: nothing is ever deployed from it. Give the deployer [pull] in the column staging",
      ],
      [
        at({
          pullers: [{ identity: "iam", patterns: ["iam/*"] }],
          images: [{ where: "x", repository: "utility/x" }],
        }),
        "x: staging runs utility/x, which nobody there can pull. Give the deployer pull for utility/x in the column staging",
      ],
    ],
    proves: [
      at({ pullers: [{ identity: "iam", patterns: ["iam/*"] }], images: [image(true)] }),
      at({ pullers: [{ identity: "sre", patterns: "everywhere" }], images: [image(true)] }),
    ],
    leavesOpen: [at({})],
  },
  "tokens-forbidden": {
    breaks: [
      [
        at({ tokens: ["v1-0-0-qa"], tokensForbidden: true }),
        "v1-0-0-qa: an Azure Policy assignment of this project forbids registry tokens, and v1-0-0-qa is one. Exempt the registry from that policy, or use federated identities instead of tokens",
      ],
    ],
    proves: [at({ tokens: ["v1-0-0-qa"], tokensForbidden: false })],
    leavesOpen: [at({ tokens: ["v1-0-0-qa"] })],
  },
  "permission-mode": {
    breaks: [
      [
        made({ mode: "rbac" }),
        "staging: the registry of staging is in rbac mode, and the roles of the path are those of abac mode: it ignores them. Set roleAssignmentMode to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
      ],
      [
        made({ mode: "unstated" }),
        "staging: the registry of staging leaves its permission mode to Azure, and the roles of the path are those of abac mode: it ignores them. Set roleAssignmentMode to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
      ],
    ],
    proves: [made({})],
    leavesOpen: [made({ mode: undefined }), made({ mode: "unstated" }, { mode: "rbac" })],
  },
  "ignored-role": {
    breaks: [
      [
        assigned({ roleGuid: roleGuids.acrPull }),
        "grant: sre gets AcrPull, which a registry in abac mode ignores. Assign Container Registry Repository Reader, and Catalog Lister to list",
      ],
      [
        assigned({ roleGuid: roleGuids.acrPush }),
        "grant: sre gets AcrPush, which a registry in abac mode ignores. Assign Container Registry Repository Writer",
      ],
      [
        assigned({ roleGuid: roleGuids.repositoryReader }, { mode: "rbac" }),
        "grant: sre gets Container Registry Repository Reader, which a registry in rbac mode ignores. Assign AcrPull",
      ],
      [
        assigned({ roleGuid: roleGuids.repositoryReader }, { registry: { ...registry, mode: "rbac" } }),
        "grant: sre gets Container Registry Repository Reader, which a registry in rbac mode ignores. Assign AcrPull",
      ],
    ],
    proves: [
      assigned({ roleGuid: roleGuids.repositoryReader }),
      assigned({ roleGuid: roleGuids.acrPull }, { mode: "rbac" }),
      assigned({ roleGuid: roleGuids.reader }, { mode: undefined }),
    ],
    leavesOpen: [assigned({}), assigned({ roleGuid: roleGuids.acrPull }, { mode: undefined })],
  },
  "unconditioned-role": {
    breaks: [
      [
        assigned({ roleGuid: roleGuids.repositoryReader, narrowedTo: ["iam/*"] }),
        "grant: sre reaches all of staging: the cell is narrowed to iam/*, and the role has no condition. Add the condition that `airlock access` shows for the cell",
      ],
    ],
    proves: [
      assigned({ roleGuid: roleGuids.repositoryReader, narrowedTo: ["iam/*"], condition: narrow }),
      assigned({ roleGuid: roleGuids.repositoryReader, narrowedTo: null }),
    ],
    leavesOpen: [
      assigned({ roleGuid: roleGuids.repositoryReader }),
      assigned({ roleGuid: roleGuids.repositoryReader, narrowedTo: ["iam/*"], condition: undefined }),
    ],
  },
  "condition-not-honoured": {
    breaks: [
      [
        assigned({ roleGuid: roleGuids.dataImporter, condition: narrow }),
        "grant: the condition on Container Registry Data Importer and Data Reader of sre narrows nothing: the role reaches all of staging. Use a repository role, or take the condition away and trust the identity with the whole registry",
      ],
      [
        assigned({
          roleGuid: roleGuids.catalogLister,
          condition: repositoryCondition([metadataWrite], ["a/*"]),
        }),
        "grant: the condition on Container Registry Repository Catalog Lister of sre narrows nothing: the role reaches all of staging. Use a repository role, or take the condition away and trust the identity with the whole registry",
      ],
    ],
    proves: [assigned({ roleGuid: roleGuids.repositoryReader, condition: narrow })],
    leavesOpen: [assigned({ condition: narrow })],
  },
  "permission-mode-flip": {
    breaks: [
      [
        made({}, { standing: { mode: "rbac", assignments: [legacyPull] } }),
        "staging: the registry of staging changes from rbac to abac mode, and sre can do nothing until it has a role of abac mode. Two steps: add the roles of abac mode beside those of rbac mode and prove them; then flip, restart what holds a token, and remove the old roles",
      ],
    ],
    proves: [
      made({}, { standing: { mode: "abac" } }),
      made({}, { standing: { mode: "rbac", assignments: [legacyPull, reader] } }),
      made({}, { standing: { mode: "rbac", assignments: [] } }),
    ],
    leavesOpen: [made({}, { standing: { mode: "rbac" } })],
  },
  "trusted-services": {
    breaks: [
      [
        made({ trustedServices: false, privateEndpoints: 1 }),
        "staging: trusted services may not bypass the network rules of staging, so no image is imported into or out of its registry. Set networkRuleBypassOptions to AzureServices",
      ],
      [
        made({ trustedServices: false, deniesByDefault: true }),
        "staging: trusted services may not bypass the network rules of staging, so no image is imported into or out of its registry. Set networkRuleBypassOptions to AzureServices",
      ],
      [
        made({ trustedServices: false, publicNetwork: false }),
        "staging: trusted services may not bypass the network rules of staging, so no image is imported into or out of its registry. Set networkRuleBypassOptions to AzureServices",
      ],
    ],
    proves: [
      made({ privateEndpoints: 1, publicNetwork: false }),
      made({ trustedServices: false }),
      made({ trustedServices: false, privateEndpoints: 1 }, { imports: false, isSource: false }),
    ],
    leavesOpen: [made({ trustedServices: undefined, privateEndpoints: 1 })],
  },
  "service-endpoints": {
    breaks: [
      [
        made({ subnetRules: 1 }),
        "staging: the registry of staging is restricted by service endpoints, which an import does not pass. Take the subnet rules away and use a private endpoint, or IP rules",
      ],
    ],
    proves: [made({}), made({ subnetRules: 1 }, { imports: false, isSource: false })],
    leavesOpen: [made({ subnetRules: undefined })],
  },
  "untagged-retention": {
    breaks: [
      [
        made({ untaggedRetention: true }),
        "staging: untagged retention is on in staging, and images, pinned by digest, can be deleted: not locked. Disable the retention policy; airlock's own sweep spares what runs",
      ],
      [
        made({ untaggedRetention: true }, { locks: true, images: [image(true), image(false)] }),
        "staging: untagged retention is on in staging, and iam/auth-service, pinned by digest, can be deleted: not locked. Disable the retention policy; airlock's own sweep spares what runs",
      ],
    ],
    proves: [made({}), made({ untaggedRetention: true }, { locks: true, images: [image(true)] })],
    leavesOpen: [made({ untaggedRetention: undefined }), made({ untaggedRetention: true }, { locks: true })],
  },
  "soft-delete": {
    breaks: [
      [
        made({ softDelete: true, untaggedRetention: true }),
        "staging: soft delete is on in staging together with the retention policy, which Azure refuses. Disable soft delete, or the other; locks protect what runs",
      ],
      [
        made({ softDelete: true, replications: 1 }),
        "staging: soft delete is on in staging together with geo-replication, which Azure refuses. Disable soft delete, or the other; locks protect what runs",
      ],
      [
        made({ softDelete: true, cacheRules: 1 }),
        "staging: soft delete is on in staging together with cache rules, which Azure refuses. Disable soft delete, or the other; locks protect what runs",
      ],
    ],
    proves: [made({}), made({ softDelete: true })],
    leavesOpen: [made({ softDelete: true, replications: undefined }), made({ softDelete: undefined })],
  },
  "export-policy": {
    breaks: [
      [
        made({ exports: false, publicNetwork: false }),
        "staging: staging forbids exports, so the environment after it can't import from its registry. Enable the export policy; only the last environment of the path can forbid exports",
      ],
      [
        made({ exports: false, publicNetwork: true }, { isSource: false }),
        "staging: staging forbids exports while its public network access is on, which Azure refuses. Disable public network access, or enable the export policy",
      ],
    ],
    proves: [made({}), made({ exports: false, publicNetwork: false }, { isSource: false })],
    leavesOpen: [
      made({ exports: undefined }),
      made({ exports: false, publicNetwork: undefined }, { isSource: false }),
    ],
  },
  "content-trust": {
    breaks: [
      [
        made({ contentTrust: true }),
        "staging: staging asks for content trust, which can't be enabled any more. Disable the trust policy; images are signed with cosign, and the signature travels along",
      ],
    ],
    proves: [made({})],
    leavesOpen: [made({ contentTrust: undefined })],
  },
  "sku-features": {
    breaks: [
      [
        made({ sku: "Standard", privateEndpoints: 1 }),
        "staging: the registry of staging is Standard and uses private endpoints. Make it Premium",
      ],
      [
        made({ sku: "Standard", ipRules: 1 }),
        "staging: the registry of staging is Standard and uses network rules. Make it Premium",
      ],
      [
        made({ sku: "Basic", anonymousPull: true }),
        "staging: the registry of staging is Basic and uses anonymous pull. Make it Standard or Premium",
      ],
      [
        made({ sku: "Basic", replications: 1 }),
        "staging: the registry of staging is Basic and uses geo-replication. Make it Premium",
      ],
    ],
    proves: [
      made({ privateEndpoints: 1, ipRules: 1, replications: 1 }),
      made({ sku: "Standard", anonymousPull: true }),
      made({ sku: "Basic" }),
    ],
    leavesOpen: [made({ sku: undefined })],
  },
  "index-size": {
    breaks: [
      [
        at({ images: [image(true, 51)] }),
        "image: iam/auth-service lists 51 manifests, and Azure imports 50 of an image at most. Split the index: publish one image for each group of platforms",
      ],
    ],
    proves: [at({ images: [image(true, 50), image(true, 0)] })],
    leavesOpen: [at({ images: [image(true)] })],
  },
  "federated-credentials": {
    breaks: [
      [
        credentials(21),
        "promoter: promoter has 21 federated credentials; Entra ID allows 20. Shard it: one identity for each group of workflows, with the same cells",
      ],
    ],
    proves: [credentials(20)],
    leavesOpen: [credentials()],
  },
  "scope-map-actions": {
    breaks: [
      [
        scopeMap(...actions(501)),
        "map: scope map map has 501 actions; Azure allows 500. Write namespace/* instead of single repositories, or use a token for each half",
      ],
    ],
    proves: [scopeMap(...actions(500))],
    leavesOpen: [at({ scopeMaps: [{ where: "map" }] })],
  },
  "scope-map-wildcards": {
    breaks: [
      "repositories/a*/content/read",
      "repositories/a/*/b/content/read",
      "repositories/*/*/content/read",
      "repositories/a/content/pull",
      "pull",
      "repositories//*/x/content/read",
    ].map((action) => [
      scopeMap(action),
      `map: Azure refuses the action ${action} of scope map map. Name a repository, namespace/*, or * for all of them`,
    ]),
    proves: [
      "repositories/*/content/read",
      "repositories/a/*/content/write",
      "repositories/a/b/metadata/read",
    ].map((action) => scopeMap(action)),
    leavesOpen: [at({ scopeMaps: [{ where: "map" }] })],
  },
  "registry-tokens": {
    breaks: [
      [
        made({ sku: "Standard" }, { tokens: tokens(501) }),
        "staging: the registry of staging has 501 tokens; its SKU allows 500. Delete the accounts of releases that ended: airlock release sweep",
      ],
      [
        made({ sku: "premium" }, { tokens: tokens(50_001) }),
        "staging: the registry of staging has 50001 tokens; its SKU allows 50000. Delete the accounts of releases that ended: airlock release sweep",
      ],
    ],
    proves: [made({ sku: "Basic" }, { tokens: tokens(100) })],
    leavesOpen: [made({ sku: undefined }, { tokens: tokens(1) })],
  },
  "condition-length": {
    breaks: [
      [
        assigned({
          roleGuid: roleGuids.repositoryReader,
          condition: `${narrow}${" ".repeat(8193 - narrow.length)}`,
        }),
        "grant: the condition of grant has 8193 bytes; Azure allows 8192. Name a namespace instead of its repositories, or give some of them to another identity or release",
      ],
    ],
    proves: [
      assigned({
        roleGuid: roleGuids.repositoryReader,
        condition: `${narrow}${" ".repeat(8192 - narrow.length)}`,
      }),
    ],
    leavesOpen: [],
  },
  "role-assignments": {
    breaks: [
      [
        subscription(4000),
        "subscription one: subscription one has 4000 of 4000 role assignments. Assign roles to groups instead of their members, or give an environment a subscription of its own",
      ],
      [
        subscription(40, 4000),
        "subscription one: subscription one has 4000 of 4000 role assignments. Assign roles to groups instead of their members, or give an environment a subscription of its own",
      ],
    ],
    proves: [subscription(40, 3599)],
    leavesOpen: [subscription(40)],
  },
  names: {
    breaks: [
      [
        named("registry", "dev1"),
        'it: registry name "dev1" is not usable. Expected 5 to 50 lower-case letters and digits',
      ],
      [
        named("registry", "Contoso"),
        'it: registry name "Contoso" is not usable. Expected 5 to 50 lower-case letters and digits',
      ],
      [
        named("registry", "a".repeat(51)),
        'it: registry name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not usable. Expected 5 to 50 lower-case letters and digits',
      ],
      [
        named("registry", "contoso-dev"),
        'it: registry name "contoso-dev" is not usable. Expected 5 to 50 lower-case letters and digits',
      ],
      [
        named("resourceGroup", "a".repeat(91)),
        'it: resource group name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not usable. Expected 1 to 90 letters, digits, "-_.()", without a dot at the end',
      ],
      [
        named("resourceGroup", "group."),
        'it: resource group name "group." is not usable. Expected 1 to 90 letters, digits, "-_.()", without a dot at the end',
      ],
      [
        named("vault", "kv"),
        'it: vault name "kv" is not usable. Expected 3 to 24 letters, digits and single dashes, with a letter first and no dash last',
      ],
      [
        named("vault", "a".repeat(25)),
        'it: vault name "aaaaaaaaaaaaaaaaaaaaaaaaa" is not usable. Expected 3 to 24 letters, digits and single dashes, with a letter first and no dash last',
      ],
      [
        named("vault", "signing--kv"),
        'it: vault name "signing--kv" is not usable. Expected 3 to 24 letters, digits and single dashes, with a letter first and no dash last',
      ],
      [
        named("roleAssignment", "sre-pulls-prod"),
        'it: name of a role assignment "sre-pulls-prod" is not usable. Expected a GUID',
      ],
      [
        named("token", "v0.0.1-qa-acr-sa"),
        'it: token name "v0.0.1-qa-acr-sa" is not usable. Expected 5 to 50 letters, digits and dashes; a dot is none of them',
      ],
      [
        named("scopeMap", "map"),
        'it: scope map name "map" is not usable. Expected 5 to 50 letters, digits, "-" and "_"; a dot is none of them',
      ],
      [
        named("federatedCredential", "gh"),
        'it: federated credential name "gh" is not usable. Expected 3 to 120 letters, digits, "-" and "_", with a letter or digit first',
      ],
      [
        named("federatedCredential", "a".repeat(121)),
        'it: federated credential name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not usable. Expected 3 to 120 letters, digits, "-" and "_", with a letter or digit first',
      ],
      [
        named("repository", "IAM/auth"),
        'it: repository "IAM/auth" is not usable. Expected lower-case path components joined by slashes',
      ],
      [
        named("digest", "sha256:abc"),
        'it: digest "sha256:abc" is not usable. Expected "sha256:" and 64 lower-case hexadecimal digits',
      ],
    ],
    proves: [
      named("registry", "conto"),
      named("registry", "a".repeat(50)),
      named("resourceGroup", "a".repeat(90)),
      named("vault", "contoso-signing-kv"),
      named("roleAssignment", "22222222-2222-4222-8222-222222222222"),
      named("token", "v0-0-1-qa-acr-sa"),
      named("scopeMap", "release_1"),
      named("federatedCredential", "github-environment"),
    ],
  },
};

test("every check has a graph that breaks it and one that proves it", () => {
  expect(checks.map(({ id }) => id)).toEqual(Object.keys(table));
});

const rows = (kind: "proves" | "leavesOpen") =>
  Object.entries(table).flatMap(([id, graphs]) =>
    (graphs[kind] ?? []).map((facts, index) => [id, index + 1, facts] as const),
  );
const of = <One extends { readonly fact: string }>(id: string, said: readonly One[]): One[] =>
  said.filter(({ fact }) => fact === id);

test.each(
  Object.entries(table).flatMap(([id, { breaks }]) =>
    breaks.map(([facts, said], index) => [id, index + 1, facts, said] as const),
  ),
)("%s is broken by graph %i, with a fix and a source", (id, _, facts, said) => {
  const [problem] = of(id, provePath(facts).problems);
  expect(`${problem.where}: ${problem.what}. ${problem.fix}`).toBe(said);
  expect(problem.source).not.toBe("");
});

test.each(rows("proves"))("%s is proven by graph %i", (id, _, facts) => {
  const proof = provePath(facts);
  expect(of(id, [...proof.problems, ...proof.warnings, ...proof.unproven])).toEqual([]);
  expect(of(id, proof.proven)).not.toEqual([]);
});

test.each(rows("leavesOpen"))("%s is neither broken nor proven by graph %i", (id, _, facts) => {
  const proof = provePath(facts);
  expect(of(id, [...proof.problems, ...proof.proven])).toEqual([]);
  expect(of(id, proof.unproven)).not.toEqual([]);
});

test("what nobody told proves nothing and breaks nothing", () => {
  expect(provePath({})).toEqual({ problems: [], warnings: [], unproven: [], proven: [] });
});

test("a subscription that gets full, and a role that stops counting beside one that counts, are warnings", () => {
  expect(provePath(subscription(3600)).warnings).toMatchObject([{ fact: "role-assignments" }]);
  const { problems, warnings } = provePath(at({ assignments: [legacyPull, reader] }));
  expect(of("ignored-role", problems)).toEqual([]);
  expect(of("ignored-role", warnings)).toHaveLength(1);
});

test("a problem names environment, resource, property, fix and source", () => {
  expect(provePath(made({ exports: false, publicNetwork: false })).problems).toStrictEqual([
    {
      fact: "export-policy",
      environment: "staging",
      where: "staging",
      property: "policies.exportPolicy.status",
      what: "staging forbids exports, so the environment after it can't import from its registry",
      fix: "Enable the export policy; only the last environment of the path can forbid exports",
      why: "A registry that forbids exports can't be imported from; forbidding them also takes Premium and public access off",
      source: "data-loss-prevention",
    },
  ]);
});
