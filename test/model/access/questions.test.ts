import { administratorCondition, repositoryCondition } from "../../../model/access/condition";
import { platformCondition } from "../../../model/access/custom-roles";
import { type Answers, whoCan } from "../../../model/access/questions";
import { roleGuids } from "../../../model/access/roles";
import type { AccessGraph, Capability } from "../../../model/access/types";
import {
  assign,
  onestreamprod,
  organization,
  registry,
  resourceGroup,
  subscription,
  subscriptionId,
  vault,
  world,
} from "./world";

const administrator = "Role Based Access Control Administrator";

function ask(
  graph: AccessGraph,
  capability: Capability,
  repository?: string,
): { [door in keyof Answers]: string[] } {
  const answers = whoCan(graph, capability, { kind: "registry", id: onestreamprod, repository });
  const texts = (door: keyof Answers): string[] =>
    answers[door].flatMap(({ reasons }) => reasons.map(({ text }) => text));
  return {
    direct: texts("direct"),
    byChangingAccess: texts("byChangingAccess"),
    byImport: texts("byImport"),
  };
}

describe("a production registry as the project makes it", () => {
  const graph = world({
    principals: [
      { id: "1", name: "sp-prod-pipeline", kind: "application" },
      { id: "2", name: "sre", kind: "group" },
      { id: "3", name: "sp-platform", kind: "application" },
      { id: "4", name: "sp-dev-pipeline", kind: "application" },
    ],
    assignments: [
      assign("1", "importer", onestreamprod),
      assign("1", "locker", onestreamprod),
      assign("1", "Container Registry Repository Reader", onestreamprod),
      assign("2", "Container Registry Repository Reader", onestreamprod),
      assign("3", "platform", subscription),
      assign("3", administrator, subscription, platformCondition(subscriptionId, organization, ["abac"])),
    ],
  });

  const inherited =
    "on subscription 22222222-2222-4222-8222-222222222222, inherited by …/registries/onestreamprod: it can";

  test("nobody pushes directly, the platform could give itself the right, the promoter could import", () => {
    expect(ask(graph, "push")).toEqual({
      direct: [],
      byChangingAccess: [
        `sp-platform holds "${administrator}" ${inherited} assign "Container Registry Repository Writer" and "Container Registry Repository Contributor"`,
        `sp-platform holds "onestream platform" ${inherited} widen a custom role, make or enable a registry token, widen the scope map of a registry token, make itself a password of a registry token and enable the admin user or change the permission mode`,
      ],
      byImport: [
        `sp-prod-pipeline holds "onestream image importer" on …/registries/onestreamprod: it can import any image, and Azure can't say from where`,
      ],
    });
  });

  test("the promoter alone imports", () => {
    expect(ask(graph, "import")).toEqual({
      direct: ['sp-prod-pipeline holds "onestream image importer" on …/registries/onestreamprod'],
      byChangingAccess: [
        `sp-platform holds "${administrator}" ${inherited} assign "onestream image importer"`,
        `sp-platform holds "onestream platform" ${inherited} widen a custom role`,
      ],
      byImport: [],
    });
  });

  test("who reads is told by name", () => {
    const { direct } = whoCan(graph, "pull", { kind: "registry", id: onestreamprod });
    expect(direct.map(({ principal }) => principal.name)).toEqual(["sp-prod-pipeline", "sre"]);
  });

  test("Entra's administrators can become any of them", () => {
    expect(ask({ ...graph, directoryAdministrators: ["9"] }, "push").byChangingAccess[0]).toBe(
      "9 may change applications and groups in Entra: it can add credentials or members to sp-platform and sp-prod-pipeline and so push on …/registries/onestreamprod",
    );
  });
});

describe("by changing access", () => {
  const changing = (role: string, scope = onestreamprod, condition?: string, settings = {}): string[] =>
    ask(
      world({
        registries: [registry("onestreamprod", settings)],
        assignments: [assign("sp", role, scope, condition)],
      }),
      "push",
    ).byChangingAccess.map((text) => text.replace(/^.*: it can /, ""));

  test.each([
    ["Reader", []],
    ["Container Registry Repository Contributor", []],
    ["User Access Administrator", ["assign any role", "widen a custom role"]],
    [administrator, ["assign any role"]],
    [
      "Owner",
      [
        "assign any role",
        "widen a custom role, make or enable a registry token, widen the scope map of a registry token, make itself a password of a registry token and enable the admin user or change the permission mode",
      ],
    ],
    [
      "Contributor",
      [
        "make or enable a registry token, widen the scope map of a registry token, make itself a password of a registry token and enable the admin user or change the permission mode",
      ],
    ],
    ["Container Registry Configuration Reader and Data Access Configuration Reader", []],
  ])("%s: %j", (role, expected) => {
    expect(changing(role)).toEqual(expected);
    expect(changing(role, resourceGroup)).toEqual(expected);
    expect(changing(role, `${subscription}/resourceGroups/onestream-dev-rg`)).toEqual([]);
  });

  test("a condition that leads nowhere is no way", () => {
    expect(
      changing(administrator, subscription, administratorCondition([roleGuids.repositoryReader])),
    ).toEqual([]);
  });

  test("a role that can be assigned and that itself assigns roles is a way", () => {
    expect(
      changing(administrator, subscription, administratorCondition([roleGuids.accessControlAdministrator])),
    ).toEqual([`assign "${administrator}"`]);
  });

  test("a condition that can't be read is none", () => {
    const all = changing(administrator, subscription, "nonsense (");
    expect(all[0]).toContain('"Owner"');
  });

  test("the admin user's password counts once the admin user is enabled", () => {
    const reader = "Container Registry Configuration Reader and Data Access Configuration Reader";
    expect(changing(reader, onestreamprod, undefined, { adminUserEnabled: true })).toEqual([
      "read the password of the admin user",
    ]);
  });

  test("a task acts with the registry's rights in rbac mode alone", () => {
    const tasks = "Container Registry Tasks Contributor";
    expect(changing(tasks)).toEqual([]);
    expect(changing(tasks, onestreamprod, undefined, { mode: "rbac" })).toEqual([
      "run a task with the registry's own rights",
    ]);
  });

  test("on a token's own scope, only that token is a way", () => {
    const token = `${onestreamprod}/tokens/ci`;
    expect(changing("Owner", token)).toEqual([
      "make or enable a registry token and widen the scope map of a registry token",
    ]);
  });
});

describe("directly", () => {
  test("tokens, the admin user, anonymous pull and undeclared principals are told too", () => {
    const graph = world({
      registries: [registry("onestreamprod", { adminUserEnabled: true, anonymousPullEnabled: true })],
      tokens: [
        {
          registryId: onestreamprod,
          name: "ci",
          enabled: true,
          actions: ["repositories/iam/*/content/read"],
        },
        { registryId: onestreamprod, name: "off", enabled: false, actions: ["repositories/*/content/read"] },
      ],
      assignments: [assign("undeclared", "Container Registry Repository Reader", onestreamprod)],
    });
    expect(whoCan(graph, "pull", { kind: "registry", id: onestreamprod }).direct).toMatchObject([
      { principal: { kind: "anonymous" }, reasons: [{ text: "anonymous pull is on in onestreamprod" }] },
      {
        principal: { id: "admin:onestreamprod", kind: "admin" },
        reasons: [{ text: "the admin user of onestreamprod is enabled and may do everything in it" }],
      },
      {
        principal: { id: "token:onestreamprod/ci", kind: "token" },
        reasons: [{ text: "token ci of onestreamprod has content/read on iam/* in its scope map" }],
      },
      { principal: { id: "undeclared", kind: "unknown" } },
    ]);
  });

  test("a condition narrows the answer to the repository that is asked about", () => {
    const writer = "Container Registry Repository Writer";
    const condition = repositoryCondition(
      ["Microsoft.ContainerRegistry/registries/repositories/content/write"],
      ["iam/*"],
    );
    const graph = world({ assignments: [assign("sp", writer, onestreamprod, condition)] });
    expect(ask(graph, "push", "utility/clock").direct).toEqual([]);
    expect(ask(graph, "push", "iam/auth-service").direct).toEqual([
      `sp holds "${writer}" on …/registries/onestreamprod for iam/*`,
    ]);
  });
});

test("who signs: on the vault and on its keys", () => {
  const graph = world({
    principals: [{ id: "1", name: "sp-dev-pipeline", kind: "application" }],
    assignments: [
      assign("1", "Key Vault Crypto User", `${vault}/keys/cosign`),
      assign("2", "verifier", vault),
      assign("3", "Key Vault Data Access Administrator", vault),
    ],
  });
  const answers = whoCan(graph, "sign", { kind: "vault", id: vault });
  const texts = (list: typeof answers.direct): string[] =>
    list.flatMap(({ reasons }) => reasons.map(({ text }) => text));
  expect(texts(answers.direct)).toEqual(['sp-dev-pipeline holds "Key Vault Crypto User" on …/keys/cosign']);
  expect(texts(answers.byChangingAccess)).toEqual([
    '3 holds "Key Vault Data Access Administrator" on …/vaults/onestream-signing-kv: it can assign any role',
  ]);
  expect(answers.byImport).toEqual([]);
});
