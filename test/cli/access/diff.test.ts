import { accessDiff, grows, type AccessDiff } from "../../../cli/access/diff";
import type { Asked } from "../../../cli/access/declared";
import { diffMarkdown, diffText } from "../../../cli/access/render-diff";
import { wrap } from "../../../cli/access/wrap";
import { repositoryCondition } from "../../../model/access/condition";
import { accessGraph } from "../../../model/access/graph";
import { repositoryDataActions, roleGuids } from "../../../model/access/roles";
import type { AccessGraph, RoleAssignment } from "../../../model/access/types";

const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/onestreamprod";
const registry = {
  id,
  name: "onestreamprod",
  mode: "abac" as const,
  adminUserEnabled: false,
  anonymousPullEnabled: false,
  environment: "prod",
};
const iamPrincipal = { id: "1", name: "iam_team", kind: "group" as const };

function asked(parts: Partial<AccessGraph>): Asked {
  return {
    graph: accessGraph({ principals: [iamPrincipal], registries: [registry], ...parts }),
    columns: [
      { name: "prod", resource: { kind: "registry", id }, capabilities: ["pull", "push", "delete", "lock"] },
    ],
  };
}

function holds(roleGuid: string, patterns?: readonly string[]): RoleAssignment {
  const { contentRead, contentWrite, metadataRead, metadataWrite } = repositoryDataActions;
  const condition =
    patterns && repositoryCondition([contentRead, contentWrite, metadataRead, metadataWrite], patterns);
  return {
    id: `${roleGuid} ${patterns?.join()}`,
    principalId: "1",
    roleGuid,
    scope: id,
    ...(condition && { condition }),
  };
}

const brief = ({ changes }: AccessDiff) =>
  changes.map(
    ({ change, identity, capabilities, repositories }) =>
      `${change} ${identity} ${capabilities.join(" ")} in ${repositories?.join(" ")}`,
  );

const { repositoryReader, repositoryWriter } = roleGuids;

test("a wider condition gains what it adds, and loses nothing", () => {
  const narrow = asked({ assignments: [holds(repositoryWriter, ["iam/*"])] });
  const wide = asked({ assignments: [holds(repositoryWriter, ["iam/*", "aisg/*"])] });
  const all = asked({ assignments: [holds(repositoryWriter)] });
  expect(brief(accessDiff(narrow, wide))).toEqual(["gained iam_team pull push lock in aisg/*"]);
  expect(brief(accessDiff(wide, narrow))).toEqual(["lost iam_team pull push lock in aisg/*"]);
  expect(brief(accessDiff(narrow, all))).toEqual(["gained iam_team pull push lock in *"]);
  expect(brief(accessDiff(all, narrow))).toEqual(["lost iam_team pull push lock in *"]);
  expect(brief(accessDiff(wide, wide))).toEqual([]);
});

test("an assignment that lets nobody do more is a difference all the same, and says so", () => {
  const before = asked({ assignments: [holds(repositoryWriter)] });
  const diff = accessDiff(before, asked({ assignments: [holds(repositoryWriter), holds(repositoryReader)] }));
  expect(diff.changes).toEqual([]);
  expect(grows(diff)).toBe(true);
  const heading = { title: "Who can do what", none: "Nothing.", protectedEnvironments: ["prod"] };
  expect(diffText(diff, heading)).toBe(
    [
      "Who can do what",
      "Protected environment touched: prod",
      "",
      "Nobody can do more or less by it.",
      "",
      "What else differs:",
      '+ iam_team holds "Container Registry Repository Reader" on …/registries/onestreamprod',
      "",
    ].join("\n"),
  );
  expect(diffMarkdown(diff, heading)).toBe(
    [
      "### Who can do what",
      "",
      "**Protected environment touched: prod**",
      "",
      "Nobody can do more or less by it.",
      "",
      "What else differs:",
      "",
      "|  | what |",
      "| --- | --- |",
      '| + | iam_team holds "Container Registry Repository Reader" on …/registries/onestreamprod |',
      "",
    ].join("\n"),
  );
  expect(diffText(accessDiff(before, before), heading)).toBe("Nothing.\n");
});

test("a credential that is added is a gain, whoever it belongs to", () => {
  const federated = {
    principalId: "1",
    kind: "federated" as const,
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:evil/evil:environment:x",
    name: "x",
  };
  const before = asked({ assignments: [holds(repositoryReader)] });
  const diff = accessDiff(
    before,
    asked({ assignments: [holds(repositoryReader)], credentials: [federated] }),
  );
  expect(diff.facts).toEqual([
    {
      change: "gained",
      text: "iam_team signs in from repo:evil/evil:environment:x (github)",
      columns: ["prod"],
      grants: true,
    },
  ]);
  expect(grows(diff)).toBe(true);
});

test("a custom role that changes is told; one that is new gives nobody anything", () => {
  const role = (dataActions: string[]) => ({
    guid: "7",
    name: "contoso reader",
    permissions: [{ actions: [], notActions: [], dataActions, notDataActions: [] }],
  });
  const [reads, writes] = [
    asked({ roles: [role(["a/read"])] }),
    asked({ roles: [role(["a/read", "a/write"])] }),
  ];
  expect(accessDiff(reads, writes).facts.map(({ change, text }) => `${change}: ${text}`)).toEqual([
    'gained: role "contoso reader" grants 2 actions',
    'lost: role "contoso reader" grants 1 action',
  ]);
  expect(accessDiff(asked({}), writes).facts).toEqual([]);
});

test("a lock that is missing is no gain, but it shows", () => {
  const lock = {
    type: "azure-native:authorization:ManagementLockByScope",
    name: "lock",
    inputs: { scope: id, level: "CanNotDelete" },
    outputs: {},
  };
  const diff = accessDiff({ ...asked({}), resources: [lock] }, asked({}));
  expect(diff.facts.map(({ change, text }) => `${change}: ${text}`)).toEqual([
    "lost: …/registries/onestreamprod has a CanNotDelete lock",
  ]);
  expect(grows(accessDiff(asked({}), { ...asked({}), resources: [lock] }))).toBe(false);
});

test("lines break at spaces, and a word that is too long has its own", () => {
  expect(wrap("pull, push infrastructure/*\n(all)", 12)).toBe("pull, push\ninfrastructure/*\n(all)");
});

describe("namespaces of a cluster", () => {
  const cluster =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/aks";
  const writer = "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb";
  const deploys = (...namespaces: string[]): Asked => ({
    graph: accessGraph({
      principals: [iamPrincipal],
      assignments: namespaces.map((namespace) => ({
        id: `in ${namespace}`,
        principalId: "1",
        roleGuid: writer,
        scope: namespace === "*" ? cluster : `${cluster}/namespaces/${namespace}`,
      })),
    }),
    columns: [
      {
        name: "dev.cluster",
        resource: { kind: "cluster", id: cluster },
        capabilities: ["cluster-user", "deploy"],
      },
    ],
  });

  test.each([
    [["iam"], ["payments", "iam"], ["gained iam_team deploy in payments"]],
    [["payments", "iam"], ["iam"], ["lost iam_team deploy in payments"]],
    [["iam"], ["*"], ["gained iam_team deploy in *"]],
    [["*"], ["iam"], ["lost iam_team deploy in *"]],
    [["iam"], ["IAM"], []],
    [[], ["iam", "a"], ["gained iam_team deploy in a iam"]],
  ])("%j and then %j", (earlier, later, expected) => {
    expect(brief(accessDiff(deploys(...earlier), deploys(...later)))).toEqual(expected);
  });
});
