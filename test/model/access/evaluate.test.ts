import { administratorCondition, repositoryCondition } from "../../../model/access/condition";
import { can, canInRegistry, evaluate } from "../../../model/access/evaluate";
import { repositoryDataActions, roleGuids } from "../../../model/access/roles";
import {
  assign,
  guid,
  onestreamprod,
  registry,
  registryId,
  resourceGroup,
  subscription,
  world,
} from "./world";

const data = repositoryDataActions;
const writer = "Container Registry Repository Writer";
const narrowed = (...patterns: string[]): string =>
  repositoryCondition([data.contentRead, data.contentWrite, data.metadataRead, data.metadataWrite], patterns);
const prod = (repository?: string) => ({ kind: "registry", id: onestreamprod, repository }) as const;
const texts = (decision: { reasons: readonly { text: string }[] }): string[] =>
  decision.reasons.map(({ text }) => text);

describe("the chain of reasons", () => {
  const graph = world({
    principals: [
      { id: "1", name: "sp-iam", kind: "application" },
      { id: "2", name: "iam_team", kind: "group" },
      { id: "3", name: "everyone", kind: "group" },
    ],
    memberships: [
      { group: "2", member: "1" },
      { group: "3", member: "2" },
      { group: "2", member: "3" },
    ],
    assignments: [
      assign("2", writer, onestreamprod, narrowed("iam/*", "utility/clock")),
      assign("3", "Reader", resourceGroup),
    ],
  });

  test("names the group, the role, the scope and the pattern", () => {
    expect(evaluate(graph, "1", "push", prod())).toEqual({
      allowed: true,
      reasons: [
        {
          assignmentId: graph.assignments[0].id,
          role: writer,
          scope: onestreamprod,
          via: ["iam_team"],
          condition: graph.assignments[0].condition,
          text: 'sp-iam is in group iam_team, which holds "Container Registry Repository Writer" on …/registries/onestreamprod for iam/* and utility/clock',
        },
      ],
    });
  });

  test("follows nested groups, in spite of circles, and inherited scopes", () => {
    expect(texts(evaluate(graph, "1", "read", prod()))).toEqual([
      'sp-iam is in group iam_team, which is in group everyone, which holds "Reader" on …/resourceGroups/onestream-prod-rg, inherited by …/registries/onestreamprod',
    ]);
  });

  test("says what is missing", () => {
    expect(texts(evaluate(graph, "1", "push", prod("aisg/model")))).toEqual([
      'sp-iam is in group iam_team, which holds "Container Registry Repository Writer" on …/registries/onestreamprod for iam/* and utility/clock alone',
    ]);
    expect(texts(evaluate(graph, "1", "import", prod()))).toEqual([
      "sp-iam holds nothing on …/registries/onestreamprod that grants Microsoft.ContainerRegistry/registries/importImage/action",
    ]);
    expect(texts(evaluate(graph, "1", "sign", prod()))).toEqual([
      "sign is asked of a vault, not of a registry",
    ]);
    expect(texts(evaluate(graph, "1", "pull", { kind: "registry", id: registryId("elsewhere") }))).toEqual([
      "no registry …/registries/elsewhere is known",
    ]);
  });

  test("names a role that the permission mode does not honour", () => {
    const legacy = world({ assignments: [assign("sp", "AcrPush", onestreamprod)] });
    expect(texts(evaluate(legacy, "sp", "push", prod()))).toEqual([
      'sp holds "AcrPush" on …/registries/onestreamprod, which does not count: onestreamprod is in abac mode',
    ]);
  });
});

describe("what can't be read", () => {
  const odd = "@Resource[Microsoft.Odd:thing] DateTimeAfter '2026-01-01'";
  const graph = world({
    assignments: [assign("sp", writer, onestreamprod, odd), assign("other", "Owner", "/")],
  });

  test("an unreadable condition grants nothing when enforced and narrows nothing in the worst case", () => {
    expect(evaluate(graph, "sp", "push", prod("iam/x"))).toMatchObject({
      allowed: false,
      reasons: [
        {
          text: 'sp holds "Container Registry Repository Writer" on …/registries/onestreamprod, but its condition can\'t be read',
        },
      ],
    });
    expect(evaluate(graph, "sp", "push", prod("iam/x"), "worstCase")).toMatchObject({
      allowed: true,
      reasons: [
        {
          text: 'sp holds "Container Registry Repository Writer" on …/registries/onestreamprod, counted as not narrowed: its condition can\'t be read',
        },
      ],
    });
  });

  test("an unknown role grants nothing when enforced and everything in the worst case", () => {
    const unknown = {
      ...assign("sp", "Reader", onestreamprod),
      roleGuid: "99999999-9999-4999-8999-999999999999",
    };
    const strange = world({ assignments: [unknown] });
    expect(evaluate(strange, "sp", "push", prod()).allowed).toBe(false);
    expect(texts(evaluate(strange, "sp", "push", prod(), "worstCase"))).toEqual([
      'sp holds "unknown role 99999999-9999-4999-8999-999999999999" on …/registries/onestreamprod, counted as granting: its definition is not known',
    ]);
  });

  test("a condition on a role for which Azure honours none narrows nothing in the worst case", () => {
    const locker = world({ assignments: [assign("sp", "locker", onestreamprod, narrowed("iam/*"))] });
    expect(evaluate(locker, "sp", "lock", prod("utility/clock")).allowed).toBe(false);
    expect(evaluate(locker, "sp", "lock", prod("utility/clock"), "worstCase").allowed).toBe(true);
  });

  test("a low-level request that leaves the repository out is refused by a condition on it", () => {
    const narrow = world({ assignments: [assign("sp", writer, onestreamprod, narrowed("iam/*"))] });
    const request = { plane: "data", action: data.contentWrite, scope: onestreamprod } as const;
    expect(can(narrow, "sp", request).allowed).toBe(false);
    expect(can(narrow, "sp", { ...request, repository: "iam/x" }).allowed).toBe(true);
    expect(can(narrow, "sp", { ...request, action: data.catalogRead }).allowed).toBe(false);
  });
});

test("a request of the other permission mode is refused whoever makes it", () => {
  const assignments = [assign("sp", "Owner", onestreamprod), assign("sp", writer, onestreamprod)];
  const legacyPush = "Microsoft.ContainerRegistry/registries/push/write";
  const inMode = (mode: "abac" | "rbac") =>
    world({ registries: [registry("onestreamprod", { mode })], assignments });
  const push = { plane: "control", action: legacyPush, scope: onestreamprod } as const;
  const write = {
    plane: "data",
    action: data.contentWrite,
    scope: onestreamprod,
    repository: "iam/x",
  } as const;
  expect(texts(can(inMode("abac"), "sp", push))).toEqual([
    `onestreamprod is in abac mode, which pays no attention to ${legacyPush}`,
  ]);
  expect(texts(can(inMode("rbac"), "sp", write))).toEqual([
    `onestreamprod is in rbac mode, which pays no attention to ${data.contentWrite}`,
  ]);
  expect(can(inMode("rbac"), "sp", push).allowed).toBe(true);
  expect(can(inMode("abac"), "sp", write).allowed).toBe(true);
});

describe("role assignments", () => {
  const administrator = world({
    assignments: [
      assign(
        "sp",
        "Role Based Access Control Administrator",
        subscription,
        administratorCondition([roleGuids.repositoryReader, guid("importer").toUpperCase()]),
      ),
    ],
  });
  const request = (verb: string, roleGuid: string) => ({
    plane: "control" as const,
    action: `Microsoft.Authorization/roleAssignments/${verb}`,
    scope: onestreamprod,
    roleAssignment: { roleGuid, principalId: "x", principalType: "ServicePrincipal" },
  });

  test.each(["write", "delete"])("are narrowed to the administrator's roles on %s", (verb) => {
    expect(can(administrator, "sp", request(verb, roleGuids.repositoryReader)).allowed).toBe(true);
    expect(can(administrator, "sp", request(verb, guid("importer"))).allowed).toBe(true);
    expect(can(administrator, "sp", request(verb, roleGuids.repositoryWriter)).allowed).toBe(false);
    expect(can(administrator, "sp", request(verb, roleGuids.owner))).toMatchObject({
      allowed: false,
      reasons: [
        {
          text: 'sp holds "Role Based Access Control Administrator" on subscription 22222222-2222-4222-8222-222222222222, inherited by …/registries/onestreamprod under a condition that does not hold for this',
        },
      ],
    });
  });

  test("are refused to Contributor by its notActions, whatever else `*` covers", () => {
    const graph = world({ assignments: [assign("sp", "Contributor", subscription)] });
    expect(can(graph, "sp", request("write", roleGuids.reader)).allowed).toBe(false);
    expect(can(graph, "sp", { ...request("read", roleGuids.reader) }).allowed).toBe(true);
  });

  test("another role may grant what one role's notActions exclude", () => {
    const graph = world({
      assignments: [
        assign("sp", "Contributor", subscription),
        assign("sp", "User Access Administrator", resourceGroup),
      ],
    });
    expect(can(graph, "sp", request("write", roleGuids.reader)).allowed).toBe(true);
  });
});

describe("the doors beside Azure RBAC", () => {
  const open = registry("onestreamdev", { anonymousPullEnabled: true, adminUserEnabled: true });
  const graph = world({
    registries: [open, registry("onestreamprod")],
    tokens: [
      { registryId: onestreamprod, name: "off", enabled: false, actions: ["repositories/*/content/read"] },
      { registryId: onestreamprod, name: "on", enabled: true, actions: ["repositories/*/content/read"] },
    ],
  });

  test.each([
    [
      "anonymous",
      open.id,
      "content/read",
      "iam/x",
      true,
      "onestreamdev lets anyone pull every repository: anonymous pull is on",
    ],
    [
      "sp",
      open.id,
      "metadata/read",
      "iam/x",
      true,
      "onestreamdev lets anyone pull every repository: anonymous pull is on",
    ],
    [
      "anonymous",
      open.id,
      "content/write",
      "iam/x",
      false,
      "onestreamdev asks for a sign-in: anonymous pull is off or does not cover content/write",
    ],
    [
      "anonymous",
      open.id,
      "catalog/read",
      undefined,
      false,
      "onestreamdev asks for a sign-in: anonymous pull is off or does not cover catalog/read",
    ],
    [
      "anonymous",
      onestreamprod,
      "content/read",
      "iam/x",
      false,
      "onestreamprod asks for a sign-in: anonymous pull is off or does not cover content/read",
    ],
    [
      "admin:onestreamdev",
      open.id,
      "content/delete",
      "iam/x",
      true,
      "the admin user of onestreamdev is enabled and may do everything in it",
    ],
    [
      "admin:onestreamprod",
      onestreamprod,
      "content/read",
      "iam/x",
      false,
      "the admin user of onestreamprod is disabled",
    ],
    [
      "admin:onestreamdev",
      onestreamprod,
      "content/read",
      "iam/x",
      false,
      "onestreamdev's admin user is no user of onestreamprod",
    ],
    [
      "token:onestreamprod/on",
      onestreamprod,
      "content/read",
      "iam/x",
      true,
      "token on of onestreamprod has content/read on * in its scope map",
    ],
    [
      "token:onestreamprod/on",
      onestreamprod,
      "content/write",
      "iam/x",
      false,
      "the scope map of token on of onestreamprod does not allow content/write on iam/x",
    ],
    [
      "token:onestreamprod/on",
      onestreamprod,
      "catalog/read",
      undefined,
      false,
      "the scope map of token on of onestreamprod does not allow catalog/read on any repository",
    ],
    [
      "token:onestreamprod/off",
      onestreamprod,
      "content/read",
      "iam/x",
      false,
      "token off of onestreamprod is disabled",
    ],
    [
      "token:onestreamprod/on",
      open.id,
      "content/write",
      "iam/x",
      false,
      "token on of onestreamprod is no token of onestreamdev",
    ],
    [
      "sp",
      registryId("nowhere"),
      "content/read",
      "iam/x",
      false,
      "no registry …/registries/nowhere is known",
    ],
  ] as const)("%s on %s: %s %s", (principal, id, operation, repository, allowed, text) => {
    expect(canInRegistry(graph, principal, id, operation, repository)).toEqual({
      allowed,
      reasons: [{ text }],
    });
  });

  test("the catalog needs the lister's role", () => {
    const listing = world({
      assignments: [
        assign("lister", "Container Registry Repository Catalog Lister", onestreamprod),
        assign("reader", "Container Registry Repository Reader", onestreamprod),
      ],
    });
    expect(canInRegistry(listing, "lister", onestreamprod, "catalog/read", undefined).allowed).toBe(true);
    expect(canInRegistry(listing, "reader", onestreamprod, "catalog/read", undefined).allowed).toBe(false);
  });
});
