import { accessGraph, assignmentsOf } from "../../../model/access/graph";
import { evaluate } from "../../../model/access/evaluate";
import { expandMatrix, type MatrixSettings } from "../../../model/access/matrix";
import { customRoleDefinition, customRoles } from "../../../model/access/custom-roles";
import type { AccessGraph, Capability } from "../../../model/access/types";
import type { Benchmark } from "../benchmark";
import { bestOf } from "../statistics";
import { seconds } from "../units";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const organization = "onestream";
const teams = 40;
const repositories = 1000;

/** The access model on a large organisation: who may pull, push, … each repository. */
export const access: Benchmark = {
  name: "access",
  title: "Effective access of a large organisation",
  measures:
    `\`evaluate\` for ${repositories} repositories × 50 identities of one registry, in this process: ${teams} teams with a namespace ` +
    "each and a developers' row in the matrix, and ten pipelines, auditors and custodians. The graph is new each time. The best of " +
    "three: whatever else runs only adds.",
  async run() {
    const identities = Object.keys(matrix.identities);
    const names = Array.from({ length: repositories }, (_, index) => `team${index % teams}/service-${index}`);
    const questions = names.length * identities.length;
    const rows = (["pull", "push", "delete", "import"] as const).map((capability) => {
      let allowed = 0;
      const taken =
        bestOf(3, () => (allowed = countAllowed(graphOf(), identities, names, capability))) / 1000;
      return { capability, allowed, taken };
    });
    const slowest = Math.max(...rows.map(({ taken }) => taken));
    return {
      claims: [
        {
          what: `${repositories} repositories × 50 identities, \`evaluate\`, the slowest capability`,
          measured: slowest,
          limit: 1,
          unit: "s",
        },
      ],
      tables: [
        {
          columns: [`${questions} questions`, "time", "a question", "answered yes"],
          rows: rows.map(({ capability, allowed, taken }) => [
            capability,
            seconds(taken),
            `${((taken / questions) * 1e6).toFixed(1)} µs`,
            String(allowed),
          ]),
        },
      ],
    };
  },
};

const team = (index: number): string => `team${index}`;
const teamNames = Array.from({ length: teams }, (_, index) => team(index));
const others: Record<string, readonly Capability[]> = {
  "sp-dev-pipeline": ["pull", "push", "delete"],
  "sp-second-pipeline": ["pull", "push"],
  "sp-preview": ["read", "pull"],
  "sp-drift": ["read", "pull"],
  "sp-custodian": ["delete"],
  qa: ["pull"],
  sre: ["pull"],
  "sp-deploy": ["pull"],
  "sp-scanner": ["pull"],
  "sp-backup": ["pull"],
};

const matrix: MatrixSettings = {
  path: {
    environments: [
      {
        name: "dev",
        registry: "onestreamdev",
        host: "onestreamdev.azurecr.io",
        mode: "abac",
        protected: false,
        retentionDays: 30,
        network: { access: "public", ipRules: [] },
        lockManifestWrites: false,
      },
    ],
  },
  teams: Object.fromEntries(teamNames.map((name) => [name, [`${name}/*`]])),
  identities: Object.fromEntries([
    ...teamNames.map((name) => [name, { kind: "group" }]),
    ...Object.keys(others).map((name) => [name, { kind: "application", githubEnvironment: name }]),
  ]) as MatrixSettings["identities"],
  access: Object.fromEntries([
    ...teamNames.map((name) => [name, { dev: ["pull", "push"] }]),
    ...Object.entries(others).map(([name, cells]) => [name, { dev: cells }]),
  ]) as MatrixSettings["access"],
};

const registry = `/subscriptions/${subscriptionId}/resourceGroups/onestream-dev-rg/providers/Microsoft.ContainerRegistry/registries/onestreamdev`;

/** What the matrix comes to; an identity's object id is its name. */
function graphOf(): AccessGraph {
  const names = Object.keys(matrix.identities);
  const targets = {
    subscriptionId,
    organization,
    principals: Object.fromEntries(names.map((name) => [name, name])),
    registries: { dev: registry },
    vault: "",
  };
  return accessGraph({
    principals: names.map((name) => ({ id: name, name, kind: matrix.identities[name].kind })),
    roles: customRoles(organization).map((role) => customRoleDefinition(subscriptionId, organization, role)),
    assignments: assignmentsOf(expandMatrix(matrix), targets),
    registries: [
      {
        id: registry,
        name: "onestreamdev",
        mode: "abac",
        adminUserEnabled: false,
        anonymousPullEnabled: false,
      },
    ],
  });
}

function countAllowed(
  graph: AccessGraph,
  identities: readonly string[],
  names: readonly string[],
  capability: Capability,
): number {
  let allowed = 0;
  for (const identity of identities) {
    for (const repository of names) {
      if (evaluate(graph, identity, capability, { kind: "registry", id: registry, repository }).allowed)
        allowed++;
    }
  }
  return allowed;
}
