import { type CellGrant, registryColumn } from "../../../model/access/matrix";
import {
  type ReleaseGrant,
  releaseActions,
  releaseGrants,
  releaseRole,
  releaseSubjects,
} from "../../../model/access/release-access";
import { roleGuids } from "../../../model/access/roles";
import { releaseSignIns } from "../../../model/access/sign-ins";
import { releaseStack } from "../../policies/support/stacks";

const github = { owner: "contoso", repository: "platform", ownerId: 7, repositoryId: 9 };
const { settings } = releaseStack();
const opened = "2026-11-20T10:00:00Z";

test("a release reads and writes its own repositories, and only reads what is guarded", () => {
  expect(releaseRole(false, ["iam/login"]).guid).toBe(roleGuids.repositoryWriter);
  expect(releaseRole(true, ["iam/login"]).guid).toBe(roleGuids.repositoryReader);
  expect(releaseRole(true, ["b", "a"])).toEqual(releaseRole(true, ["a", "b"]));
  expect(releaseActions(true, ["b", "a"])).toEqual([
    "repositories/a/content/read",
    "repositories/a/metadata/read",
    "repositories/b/content/read",
    "repositories/b/metadata/read",
  ]);
});

test("open stages have a role and a sign-in, and no others do", () => {
  expect(releaseGrants(settings)).toEqual([
    {
      identity: "v0.0.1-staging-gh-sa",
      column: "staging",
      target: { kind: "registry", environment: "staging" },
      role: {
        kind: "builtIn",
        guid: roleGuids.repositoryWriter,
        name: "Container Registry Repository Writer",
      },
      patterns: ["iam/auth-service", "iam/login"],
      condition: releaseRole(false, settings.release!.repositories).condition,
    },
  ]);
  const passwordVault = { name: "contoso-releases-kv", resourceGroup: "contoso-shared-rg" };
  const releases = { ...settings.releases, passwordVault };
  expect(releaseGrants({ ...settings, releases })).toEqual([
    ...releaseGrants(settings),
    {
      identity: "v0.0.1-staging-gh-sa",
      column: "staging",
      target: { kind: "secret", environment: "staging" },
      role: { kind: "builtIn", guid: roleGuids.secretsUser, name: "Key Vault Secrets User" },
    },
  ]);
  for (const changes of [
    { stages: { staging: { opened, closing: opened } } },
    { stages: { staging: { opened, closing: opened, closed: opened } } },
    { deleted: opened },
  ]) {
    const ended = releaseStack(changes).settings;
    expect(releaseGrants({ ...ended, releases })).toEqual([]);
    expect([releaseGrants(ended), [...releaseSubjects(ended)]]).toEqual([[], []]);
  }
  expect(releaseGrants({ path: settings.path, releases: settings.releases })).toEqual([]);
});

test("a secret is a target of releases, and of no cell", () => {
  const secret = { kind: "secret", environment: "staging" } as const;
  const released: ReleaseGrant["target"] = secret;
  // @ts-expect-error What is made of the matrix has no answer for it.
  const cell: CellGrant["target"] = secret;
  expect([released, cell].map(registryColumn)).toEqual([undefined, undefined]);
});

test("the tag of the last stage is the version, and a subject may have two forms", () => {
  const prod = { stages: { staging: { opened, closing: opened, closed: opened }, prod: { opened } } };
  expect([...releaseSubjects({ ...releaseStack(prod).settings, github })]).toEqual([
    ["repo:contoso/platform:environment:v0.0.1", ["v0.0.1-prod-gh-sa"]],
    ["repo:contoso@7/platform@9:environment:v0.0.1", ["v0.0.1-prod-gh-sa"]],
  ]);
  expect(releaseSignIns({ ...settings, github })).toEqual({
    "v0.0.1-staging-gh-sa": {
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/platform:environment:v0.0.1-staging",
      forms: ["repo:contoso@7/platform@9:environment:v0.0.1-staging"],
    },
  });
});
