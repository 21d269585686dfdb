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

/** Check → graphs that break it, graphs that prove it, graphs that do neither. */
const table: Record<string, { breaks: PathFacts[]; proves: PathFacts[]; leavesOpen?: PathFacts[] }> = {
  promoter: {
    breaks: [
      at({ promoters: [] }),
      at({ promoters: [{ ...promoter, readsSource: false }] }),
      at({ promoters: [{ ...promoter, pulls: false }] }),
      at({ locks: true, promoters: [{ ...promoter, locks: false }] }),
    ],
    proves: [at({ promoters: [promoter] }), at({ promoters: [{ ...promoter, locks: false }] })],
    leavesOpen: [at({}), at({ promoters: [{ identity: "promoter", where: "access" }] })],
  },
  "import-not-narrowed": {
    breaks: [at({ promoters: [{ ...promoter, namespaces: ["iam/*"] }] })],
    proves: [at({ promoters: [promoter] })],
  },
  puller: {
    breaks: [
      at({ pullers: [] }),
      at({
        pullers: [{ identity: "iam", patterns: ["iam/*"] }],
        images: [{ where: "x", repository: "utility/x" }],
      }),
    ],
    proves: [
      at({ pullers: [{ identity: "iam", patterns: ["iam/*"] }], images: [image(true)] }),
      at({ pullers: [{ identity: "sre", patterns: "everywhere" }], images: [image(true)] }),
    ],
    leavesOpen: [at({})],
  },
  "tokens-forbidden": {
    breaks: [at({ tokens: ["v1-0-0-qa"], tokensForbidden: true })],
    proves: [at({ tokens: ["v1-0-0-qa"], tokensForbidden: false })],
    leavesOpen: [at({ tokens: ["v1-0-0-qa"] })],
  },
  "permission-mode": {
    breaks: [made({ mode: "rbac" }), made({ mode: "unstated" })],
    proves: [made({})],
    leavesOpen: [made({ mode: undefined }), made({ mode: "unstated" }, { mode: "rbac" })],
  },
  "ignored-role": {
    breaks: [
      assigned({ roleGuid: roleGuids.acrPull }),
      assigned({ roleGuid: roleGuids.acrPush }),
      assigned({ roleGuid: roleGuids.repositoryReader }, { mode: "rbac" }),
      assigned({ roleGuid: roleGuids.repositoryReader }, { registry: { ...registry, mode: "rbac" } }),
    ],
    proves: [
      assigned({ roleGuid: roleGuids.repositoryReader }),
      assigned({ roleGuid: roleGuids.acrPull }, { mode: "rbac" }),
      assigned({ roleGuid: roleGuids.reader }, { mode: undefined }),
    ],
    leavesOpen: [assigned({}), assigned({ roleGuid: roleGuids.acrPull }, { mode: undefined })],
  },
  "unconditioned-role": {
    breaks: [assigned({ roleGuid: roleGuids.repositoryReader, narrowedTo: ["iam/*"] })],
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
      assigned({ roleGuid: roleGuids.dataImporter, condition: narrow }),
      assigned({
        roleGuid: roleGuids.catalogLister,
        condition: repositoryCondition([metadataWrite], ["a/*"]),
      }),
    ],
    proves: [assigned({ roleGuid: roleGuids.repositoryReader, condition: narrow })],
    leavesOpen: [assigned({ condition: narrow })],
  },
  "permission-mode-flip": {
    breaks: [made({}, { standing: { mode: "rbac", assignments: [legacyPull] } })],
    proves: [
      made({}, { standing: { mode: "abac" } }),
      made({}, { standing: { mode: "rbac", assignments: [legacyPull, reader] } }),
      made({}, { standing: { mode: "rbac", assignments: [] } }),
    ],
    leavesOpen: [made({}, { standing: { mode: "rbac" } })],
  },
  "trusted-services": {
    breaks: [
      made({ trustedServices: false, privateEndpoints: 1 }),
      made({ trustedServices: false, deniesByDefault: true }),
      made({ trustedServices: false, publicNetwork: false }),
    ],
    proves: [
      made({ privateEndpoints: 1, publicNetwork: false }),
      made({ trustedServices: false }),
      made({ trustedServices: false, privateEndpoints: 1 }, { imports: false, isSource: false }),
    ],
    leavesOpen: [made({ trustedServices: undefined, privateEndpoints: 1 })],
  },
  "service-endpoints": {
    breaks: [made({ subnetRules: 1 })],
    proves: [made({}), made({ subnetRules: 1 }, { imports: false, isSource: false })],
    leavesOpen: [made({ subnetRules: undefined })],
  },
  "untagged-retention": {
    breaks: [
      made({ untaggedRetention: true }),
      made({ untaggedRetention: true }, { locks: true, images: [image(true), image(false)] }),
    ],
    proves: [made({}), made({ untaggedRetention: true }, { locks: true, images: [image(true)] })],
    leavesOpen: [made({ untaggedRetention: undefined }), made({ untaggedRetention: true }, { locks: true })],
  },
  "soft-delete": {
    breaks: [
      made({ softDelete: true, untaggedRetention: true }),
      made({ softDelete: true, replications: 1 }),
      made({ softDelete: true, cacheRules: 1 }),
    ],
    proves: [made({}), made({ softDelete: true })],
    leavesOpen: [made({ softDelete: true, replications: undefined }), made({ softDelete: undefined })],
  },
  "export-policy": {
    breaks: [
      made({ exports: false, publicNetwork: false }),
      made({ exports: false, publicNetwork: true }, { isSource: false }),
    ],
    proves: [made({}), made({ exports: false, publicNetwork: false }, { isSource: false })],
    leavesOpen: [
      made({ exports: undefined }),
      made({ exports: false, publicNetwork: undefined }, { isSource: false }),
    ],
  },
  "content-trust": {
    breaks: [made({ contentTrust: true })],
    proves: [made({})],
    leavesOpen: [made({ contentTrust: undefined })],
  },
  "sku-features": {
    breaks: [
      made({ sku: "Standard", privateEndpoints: 1 }),
      made({ sku: "Standard", ipRules: 1 }),
      made({ sku: "Basic", anonymousPull: true }),
      made({ sku: "Basic", replications: 1 }),
    ],
    proves: [
      made({ privateEndpoints: 1, ipRules: 1, replications: 1 }),
      made({ sku: "Standard", anonymousPull: true }),
      made({ sku: "Basic" }),
    ],
    leavesOpen: [made({ sku: undefined })],
  },
  "index-size": {
    breaks: [at({ images: [image(true, 51)] })],
    proves: [at({ images: [image(true, 50), image(true, 0)] })],
    leavesOpen: [at({ images: [image(true)] })],
  },
  "federated-credentials": {
    breaks: [credentials(21)],
    proves: [credentials(20)],
    leavesOpen: [credentials()],
  },
  "scope-map-actions": {
    breaks: [scopeMap(...actions(501))],
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
    ].map((action) => scopeMap(action)),
    proves: [
      "repositories/*/content/read",
      "repositories/a/*/content/write",
      "repositories/a/b/metadata/read",
    ].map((action) => scopeMap(action)),
    leavesOpen: [at({ scopeMaps: [{ where: "map" }] })],
  },
  "role-assignments": {
    breaks: [subscription(4000), subscription(40, 4000)],
    proves: [subscription(40, 3599)],
    leavesOpen: [subscription(40)],
  },
  names: {
    breaks: [
      named("registry", "dev1"),
      named("registry", "Contoso"),
      named("registry", "a".repeat(51)),
      named("registry", "contoso-dev"),
      named("resourceGroup", "a".repeat(91)),
      named("resourceGroup", "group."),
      named("vault", "kv"),
      named("vault", "a".repeat(25)),
      named("vault", "signing--kv"),
      named("roleAssignment", "sre-pulls-prod"),
      named("token", "v0.0.1-qa-acr-sa"),
      named("scopeMap", "map"),
      named("federatedCredential", "gh"),
      named("federatedCredential", "a".repeat(121)),
      named("repository", "IAM/auth"),
      named("digest", "sha256:abc"),
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

const rows = (kind: "breaks" | "proves" | "leavesOpen") =>
  Object.entries(table).flatMap(([id, graphs]) =>
    (graphs[kind] ?? []).map((facts, index) => [id, index + 1, facts] as const),
  );
const of = (id: string, said: readonly { readonly fact: string }[]) => said.filter(({ fact }) => fact === id);

test.each(rows("breaks"))("%s is broken by graph %i, with a fix and a source", (id, _, facts) => {
  const [problem] = of(id, provePath(facts).problems);
  expect(problem).toMatchObject({
    what: expect.stringMatching(/[^.]$/),
    fix: expect.stringMatching(/^[A-Z].*[^.]$/),
    source: expect.stringMatching(/./),
    where: expect.stringMatching(/./),
  });
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
