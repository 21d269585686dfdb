import { repositoryCondition } from "../../../model/access/condition";
import { evaluate } from "../../../model/access/evaluate";
import { whoCan } from "../../../model/access/questions";
import { builtInRoles } from "../../../model/access/roles";
import { type AccessGraph, type Capability, capabilities, type Resource } from "../../../model/access/types";
import * as table from "./truth-table";
import {
  assign,
  cluster,
  guid,
  managementGroup,
  onestreamprod,
  registry,
  subscription,
  vault,
  world,
} from "./world";

interface Row {
  readonly given: string;
  readonly capability: Capability;
  readonly answer: "yes" | "-";
  readonly graph: AccessGraph;
  readonly principal: string;
  readonly resource: Resource;
  /** By changing access, instead of by a right that is held. */
  readonly within?: "reach";
}

/** Reads a table: the columns before the capabilities describe a case, `build` turns them into a graph. */
function rows(
  text: string,
  build: (fields: string[]) => Pick<Row, "graph" | "resource" | "within"> & { principal?: string },
): Row[] {
  const [head, ...lines] = text.trim().split("\n");
  const columns = head
    .split(/\s+/)
    .filter((word) => (capabilities as readonly string[]).includes(word)) as Capability[];
  return lines.flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const given = words.slice(0, -columns.length);
    const built = build(given);
    return columns.flatMap((capability, column): Row[] => {
      const answer = words[given.length + column];
      return answer === "."
        ? []
        : [
            {
              principal: "sp",
              ...built,
              given: given.join(" "),
              capability,
              answer: answer as Row["answer"],
            },
          ];
    });
  });
}

const inMode = (mode: "abac" | "rbac") => (fields: string[]) => {
  const role = fields.join(" ");
  return {
    graph: world({
      registries: [registry("onestreamprod", { mode })],
      assignments: role === "nothing" ? [] : [assign("sp", role, onestreamprod)],
    }),
    resource: { kind: "registry", id: onestreamprod } as const,
  };
};

const repositoryOf = (name: string): Resource => ({
  kind: "registry",
  id: onestreamprod,
  ...(name === "any" ? {} : { repository: name }),
});

const writer = "Container Registry Repository Writer";
const narrowed =
  (role: string) =>
  ([patterns, repository]: string[]) => {
    const { dataActions } = builtInRoles.find(({ name }) => name === role)!.permissions[0];
    const condition = repositoryCondition(dataActions, patterns.split(","));
    return {
      graph: world({ assignments: [assign("sp", role, onestreamprod, condition)] }),
      resource: repositoryOf(repository),
    };
  };
const token = ([actions, repository]: string[]) => ({
  principal: "token:onestreamprod/ci",
  graph: world({
    tokens: [{ registryId: onestreamprod, name: "ci", enabled: true, actions: actions.split(",") }],
  }),
  resource: repositoryOf(repository),
});

const onCluster = (fields: string[]) => ({
  graph: world({
    assignments: fields.join(" ") === "nothing" ? [] : [assign("sp", fields.join(" "), cluster)],
  }),
  resource: { kind: "cluster", id: cluster } as const,
});
const inCluster = ([action]: string[]) => {
  const dataActions = [`Microsoft.ContainerService/managedClusters/${action}`];
  const role = { actions: [], notActions: [], dataActions, notDataActions: [] };
  return {
    graph: world({
      roles: [{ guid: guid("one"), name: "one", permissions: [role] }],
      assignments: [assign("sp", "one", cluster)],
    }),
    resource: { kind: "cluster", id: cluster } as const,
    within: "reach" as const,
  };
};
const deployer = ([held, namespace]: string[]) => {
  const [place, ...rest] = held.split("/");
  const scope = [place.toLowerCase() === "cluster" ? cluster : `${cluster}-two`, ...rest].join("/");
  return {
    graph: world({ assignments: [assign("sp", "workloadDeployer", scope)] }),
    resource: { kind: "cluster", id: cluster, ...(namespace !== "any" && { namespace }) } as const,
  };
};

const all: Record<string, Row[]> = {
  "abac mode": rows(table.rolesInAbacMode, inMode("abac")),
  "rbac mode": rows(table.rolesInRbacMode, inMode("rbac")),
  "the vault": rows(table.rolesOnVault, (fields) => ({
    graph: world({
      assignments: fields.join(" ") === "nothing" ? [] : [assign("sp", fields.join(" "), vault)],
    }),
    resource: { kind: "vault", id: vault },
  })),
  "a narrowed writer": rows(table.narrowedWriters, narrowed(writer)),
  "a narrowed reader": rows(table.narrowedReaders, narrowed("Container Registry Repository Reader")),
  inheritance: rows(table.inheritance, ([scope]) => ({
    graph: world({
      assignments: [assign("sp", writer, scope)],
      managementGroups: [
        { id: managementGroup, children: [subscription] },
        { id: managementGroup.replace("platform", "elsewhere"), children: [] },
      ],
    }),
    resource: repositoryOf("iam/auth-service"),
  })),
  tokens: rows(table.tokens, token),
  "tokens of a release": rows(table.releaseTokens, token),
  "a cluster": rows(table.rolesOnCluster, onCluster),
  "reach of a cluster": rows(table.reachOfCluster, (fields) => ({ ...onCluster(fields), within: "reach" })),
  "reach of a cluster, by data actions": rows(table.actionsInCluster, inCluster),
  "namespaces of a cluster": rows(table.deployers, deployer),
};

describe.each(Object.entries(all))("in %s", (_, cases) => {
  test.each(cases.map((row) => [row.given, row.capability, row.answer, row] as const))(
    "%s: %s %s",
    (_given, capability, answer, { graph, principal, resource, within }) => {
      if (within === "reach") {
        const found = whoCan(graph, capability, resource).byChangingAccess;
        expect(found.map(({ principal: { id } }) => id)).toEqual(answer === "yes" ? [principal] : []);
        return;
      }
      const decision = evaluate(graph, principal, capability, resource);
      expect([decision.allowed ? "yes" : "-", decision.reasons.length > 0]).toEqual([answer, true]);
    },
  );
});

test("the table has not lost rows", () => {
  expect(Object.fromEntries(Object.entries(all).map(([part, { length }]) => [part, length]))).toEqual({
    "abac mode": 222,
    "rbac mode": 222,
    "the vault": 28,
    "a narrowed writer": 64,
    "a narrowed reader": 25,
    inheritance: 22,
    tokens: 65,
    "tokens of a release": 30,
    "a cluster": 44,
    "reach of a cluster": 44,
    "reach of a cluster, by data actions": 22,
    "namespaces of a cluster": 11,
  });
});
