import type { DeclaredAccess } from "../../../cli/access/declared";
import { grows } from "../../../cli/access/diff";
import { compareWithCloud, type LiveReport } from "../../../cli/live/live-access";
import { readCloud } from "../../../cli/live/read-cloud";
import { liveText } from "../../../cli/live/render-live";
import { accessGraph } from "../../../model/access/graph";
import { roleGuids } from "../../../model/access/roles";
import type { Settings } from "../../../model/settings";
import { armAnswers, graphAnswers, recorded, registry } from "./recorded";

const settings = {
  organization: "onestream",
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  path: {
    environments: [{ name: "prod", registry: "onestreamprod", mode: "abac", protected: true }],
  },
  github: { owner: "onestream", repository: "platform" },
  identities: { "sp-onestream-prod-pipeline": { kind: "application", githubEnvironment: "prod" } },
} as unknown as Settings;

// The program has a group that pulls, and nothing more.
const declared: DeclaredAccess = {
  settings,
  columns: [{ name: "prod", resource: { kind: "registry", id: registry }, capabilities: ["pull", "push"] }],
  graph: accessGraph({
    principals: [{ id: "declared-sre", name: "sre", kind: "group" }],
    registries: [
      {
        id: registry,
        name: "onestreamprod",
        mode: "abac",
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        environment: "prod",
      },
    ],
    assignments: [
      { id: "declared", principalId: "declared-sre", roleGuid: roleGuids.repositoryReader, scope: registry },
    ],
  }),
};

async function report(
  arm: Record<string, unknown> = {},
  graph: Record<string, unknown> = {},
  administrators: readonly string[] = [],
): Promise<LiveReport> {
  const clouds = [
    recorded("https://management.example.org", { ...armAnswers, ...arm }),
    recorded("https://graph.example.org", { ...graphAnswers, ...graph }),
  ] as const;
  const standing = await readCloud(...clouds, settings);
  return compareWithCloud(declared, standing, [...clouds[0].unread, ...clouds[1].unread], administrators);
}

describe("a registry that was there before", () => {
  const id =
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/legacy/providers/Microsoft.ContainerRegistry/registries/oldimages";
  const [prod] = settings.path.environments;
  const standard = {
    registry: "oldimages",
    mode: "rbac",
    promotions: false,
    existing: { resourceGroup: "legacy" },
  };
  const adopting = { ...settings, path: { environments: [{ ...prod, standard }] } } as unknown as Settings;
  const old = {
    name: "oldimages",
    mode: "rbac" as const,
    adminUserEnabled: false,
    anonymousPullEnabled: false,
  };
  const program: DeclaredAccess = {
    ...declared,
    settings: adopting,
    columns: [
      ...declared.columns,
      { name: "prod.standard", resource: { kind: "registry", id }, capabilities: ["pull", "push"] },
    ],
    graph: {
      ...declared.graph,
      registries: [...declared.graph.registries, { ...old, id, environment: "prod.standard" }],
    },
  };
  const against = async (arm: Record<string, unknown>) => {
    const clouds = [
      recorded("https://management.example.org", { ...armAnswers, ...arm }),
      recorded("https://graph.example.org", graphAnswers),
    ] as const;
    const standing = await readCloud(...clouds, adopting);
    return compareWithCloud(program, standing, [...clouds[0].unread, ...clouds[1].unread], []);
  };
  const there = { id, name: "oldimages", properties: { adminUserEnabled: true } };

  test("is read where it stands, with its admin user and its tokens", async () => {
    const token = { id: `${id}/tokens/old`, name: "old", properties: { scopeMapId: `${id}/scopeMaps/all` } };
    const { diff, absent } = await against({ [id]: there, [`${id}/tokens`]: { value: [token] } });
    expect(absent).toEqual([]);
    const gained = diff.changes.filter(({ column }) => column === "prod.standard");
    expect(gained.map(({ change, identity }) => [change, identity])).toEqual([
      ["gained", "admin user of oldimages"],
      ["gained", "token old of oldimages"],
    ]);
  });

  test("is absent when it is not there, and not when it can't be read", async () => {
    expect((await against({})).absent).toEqual(["prod.standard"]);
    expect((await against({ [id]: 403 })).absent).toEqual([]);
  });
});

const lines = ({ diff }: LiveReport, change: "gained" | "lost"): string[] =>
  diff.facts.filter((fact) => fact.change === change).map(({ text }) => text);

test("everything that stands and is declared nowhere is named, and what is declared is not", async () => {
  const found = await report();
  expect(lines(found, "gained")).toEqual([
    'sp-onestream-prod-pipeline holds "Container Registry Repository Writer" on …/registries/onestreamprod',
    'gone holds "Image Puller Of Everything" on management group root',
    "kim@example.org is in group sre",
    "vm-identity is in group sre",
    "the admin user of onestreamprod is on",
    "vault legacy stands",
    "token old of onestreamprod may repositories/iam/auth-service/content/write",
    "robin@example.org owns sre",
    "kim@example.org owns sp-onestream-prod-pipeline",
    "sp-onestream-prod-pipeline signs in from repo:onestream/platform:environment:prod (github)",
    "sp-onestream-prod-pipeline signs in with a password, temporary: whoever has it, a credential that the configuration does not state",
    "…/registries/onestreamprod has a CanNotDelete lock",
  ]);
  expect(lines(found, "lost")).toEqual([]);
  const gained = found.diff.changes.map(
    ({ change, identity, way, capabilities, repositories }) =>
      `${change} ${identity} ${way} ${capabilities.join(" ")} ${repositories?.join(" ") ?? ""}`,
  );
  expect(gained).toEqual([
    "gained admin user of onestreamprod direct pull push delete lock *",
    "gained gone direct pull *",
    "gained kim@example.org direct pull *",
    "gained kim@example.org byChangingAccess pull push lock ",
    "gained robin@example.org byChangingAccess pull ",
    "gained sp-onestream-prod-pipeline direct pull push lock *",
    "gained token old of onestreamprod direct push iam/auth-service",
    "gained vm-identity direct pull *",
  ]);
  expect(grows(found.diff)).toBe(true);
});

test("what can't be judged is said: access policies, and who signs in outside of this directory", async () => {
  const { unjudged } = await report();
  expect(unjudged).toEqual([
    { type: "vault", name: "legacy", why: "it decides by access policies and not by roles" },
    {
      type: "Application",
      name: "vm-identity",
      why: "how it signs in is kept by Azure or by another tenant, and was not read",
    },
  ]);
});

test("what could not be read is neither there nor absent", async () => {
  const found = await report({
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg/providers/Microsoft.Authorization/roleAssignments": 403,
    [`${registry}/providers/Microsoft.Authorization/roleAssignments`]: 403,
  });
  expect(lines(found, "lost")).toEqual([]);
  expect(found.diff.changes.filter(({ change }) => change === "lost")).toEqual([]);
  expect(liveText(found, [])).toContain(
    "Not read, so neither there nor absent:\n  onestream-prod-rg: role assignments (403 AuthorizationFailed)\n  onestreamprod: role assignments (403 AuthorizationFailed)\n",
  );
});

test("a registry that isn't there is said once, not right by right", async () => {
  const found = await report({
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries":
      { value: [] },
  });
  expect(found.absent).toEqual(["prod"]);
  expect(lines(found, "lost")).toEqual([]);
});

test("without names nothing can be compared", async () => {
  await expect(report({}, { "/v1.0/directoryObjects/getByIds": 403 })).rejects.toThrow(
    "Microsoft Graph doesn't say who holds the roles: 403 AuthorizationFailed. Grant this identity the application permission Directory.Read.All",
  );
});

test("a namesake in the cloud does not pass for the declared one", async () => {
  const { value } = graphAnswers["/v1.0/directoryObjects/getByIds"] as { value: object[] };
  const namesake = { "@odata.type": "#microsoft.graph.group", id: "gone", displayName: "sre" };
  const found = await report({}, { "/v1.0/directoryObjects/getByIds": { value: [...value, namesake] } });
  expect(lines(found, "gained")).toContain(
    'sre (group-sre) holds "Container Registry Repository Reader" on …/registries/onestreamprod',
  );
  expect(lines(found, "lost")).toEqual([
    'sre holds "Container Registry Repository Reader" on …/registries/onestreamprod',
  ]);
});

test("an administrator's role above the registries is accounted for, and nothing else of theirs", async () => {
  const { value } = graphAnswers["/v1.0/directoryObjects/getByIds"] as { value: object[] };
  const person = {
    "@odata.type": "#microsoft.graph.user",
    id: "gone",
    userPrincipalName: "alex@example.org",
  };
  const named = { "/v1.0/directoryObjects/getByIds": { value: [...value, person] } };
  const role = 'alex@example.org holds "Image Puller Of Everything" on management group root';
  expect(lines(await report({}, named), "gained")).toContain(role);
  const found = await report({}, named, ["alex@example.org", "kim@example.org"]);
  expect(lines(found, "gained")).not.toContain(role);
  expect(lines(found, "gained")).toContain("kim@example.org is in group sre");
});

test("a member that the configuration states is accounted for, by name or object id, and no other", async () => {
  const identities = { sre: { kind: "group" as const, members: ["KIM@example.org"] } };
  const clouds = [
    recorded("https://management.example.org", armAnswers),
    recorded("https://graph.example.org", graphAnswers),
  ] as const;
  const standing = await readCloud(...clouds, settings);
  const stating = { ...declared, settings: { ...settings, identities } };
  const members = lines(compareWithCloud(stating, standing, [], []), "gained").filter((text) =>
    text.endsWith("is in group sre"),
  );
  expect(members).toEqual(["vm-identity is in group sre"]);
});
