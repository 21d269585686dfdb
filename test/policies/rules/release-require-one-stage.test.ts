import type { Release } from "../../../model/release/release";
import type { Resource } from "../../../policies/rule";
import { releaseRequireOneStage } from "../../../policies/rules/release-require-one-stage";
import type { Properties } from "../../../policies/values";
import { releaseStack, stack } from "../support/stacks";
import { happenedTo } from "../../../model/release/steps-back";
import { judge } from "../support/verdicts";

const made = (type: string, name: string, properties: Properties): Resource => ({ type, name, properties });
const token = (stage: string, status?: string) =>
  made("azure-native:containerregistry:Token", `token-${stage}`, {
    registryName: `contoso${stage}`,
    tokenName: `v0-0-1-${stage}-acr-sa`,
    ...(status !== undefined && { status }),
  });
const secret = (environment: string) =>
  made("github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", "secret", {
    repository: "platform",
    environment,
  });
const principal = (name: string, accountEnabled?: boolean) =>
  made("azuread:index/servicePrincipal:ServicePrincipal", name, {
    ...(accountEnabled !== undefined && { accountEnabled }),
  });

const history = (release: Release, more: Properties = {}): Resource => ({
  ...made("airlock:index:ReleaseHistory", "v0.0.1", {
    version: "v0.0.1",
    ...(happenedTo(release) as unknown as Properties),
    ...more,
  }),
  urn: "urn:pulumi:release-v0.0.1::contoso::airlock:index:ReleaseHistory::v0.0.1",
});

const opened = "2026-11-20T10:00:00Z";
const closing = "2026-11-20T12:00:00Z";
const closed = "2026-11-20T12:05:00Z";
const said = (
  resources: Resource[],
  stages: Release["stages"] = { staging: { opened } },
  more: Partial<Release> = {},
) => {
  const facts = releaseStack({ stages, ...more });
  return judge(releaseRequireOneStage, facts, [history(facts.settings.release!), ...resources]);
};
const together = "Close one stage before the next is opened: airlock release advance";
const fix = "Disable it, and take its credentials away, as ReleaseAccess does";

test("one stage is open", () => {
  expect(said([token("staging", "enabled"), secret("v0.0.1-staging"), principal("one", true)])).toEqual([]);
  expect(
    said([token("staging", "disabled"), token("prod")], {
      staging: { opened, closing, closed },
      prod: { opened: closed, by: "erin" },
    }),
  ).toEqual([]);
});

test("two stages are never open at once, in any stack", () => {
  const message = `accounts of v0.0.1 can be used in staging and prod at once (token-prod: status). ${together}`;
  expect(judge(releaseRequireOneStage, stack("dev"), [token("staging"), token("prod", "enabled")])).toEqual([
    message,
  ]);
  expect(said([token("staging"), token("prod")])).toEqual([
    message,
    `prod of v0.0.1 is waiting, and its account can be used (token-prod: status). ${fix}`,
  ]);
});

test("a secret or a credential that stayed behind is an open door", () => {
  expect(said([secret("v0.0.1-staging")], { staging: { opened, closing } })).toEqual([
    `staging of v0.0.1 is closing, and its account can be used (secret: environment). ${fix}`,
  ]);
  const inVault = made("azure-native:keyvault:Secret", "password", {
    vaultName: "contoso-releases-kv",
    secretName: "v0-0-1-staging-acr-sa-20261127100000",
  });
  expect(said([inVault])).toEqual([]);
  expect(said([inVault], { staging: { opened, closing } })).toEqual([
    `staging of v0.0.1 is closing, and its account can be used (password: secretName). ${fix}`,
  ]);
  const credential = made(
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    "credential",
    { subject: "repo:contoso@7/platform@9:environment:v0.0.1" },
  );
  expect(said([credential])).toEqual([
    `prod of v0.0.1 is waiting, and its account can be used (credential: subject). ${fix}`,
  ]);
});

test("as many principals are enabled as stages are open", () => {
  expect(said([principal("one"), principal("another", true), principal("third", false)])).toEqual([
    `2 service principals of v0.0.1 can sign in, and 1 of its stages is open (another: accountEnabled). ${fix}`,
  ]);
  expect(said([principal("one")], { staging: { opened, closing } })).toEqual([
    `1 service principals of v0.0.1 can sign in, and 0 of its stages are open (one: accountEnabled). ${fix}`,
  ]);
});

test("a release that is over has no account that can be used", () => {
  const abandoned = { by: "erin", reason: "superseded", at: closing };
  expect(said([token("staging")], { staging: { opened, closing } }, { abandoned })).toEqual([
    `staging of v0.0.1 is over, and its account can be used (token-staging: status). ${fix}`,
  ]);
  expect(said([token("staging", "Disabled")], { staging: { opened, closing } }, { abandoned })).toEqual([]);
});

test("no program of a release leaves its history out, or tells another one", () => {
  const facts = releaseStack();
  const { release } = facts.settings;
  const asked = (...resources: Resource[]) => judge(releaseRequireOneStage, facts, resources);
  const register = "Register ReleaseHistory as stacks/release.ts does, with what the release's file says";
  const missing = `nothing holds the file of v0.0.1 against what was carried out: there is no ReleaseHistory called v0.0.1 (token-staging: type). ${register}`;
  const other = `the history of v0.0.1 is not what its file says (v0.0.1: stages). ${register}`;
  const own = history(release!);
  expect(asked(token("staging"), own)).toEqual([]);
  expect(asked(token("staging", "disabled"))).toEqual([missing]);
  // Another name, or a parent, is another resource: one that knows of nothing.
  for (const urn of [
    own.urn!.replace(/v0.0.1$/, "another"),
    own.urn!.replace("airlock:index", "contoso:Group$airlock:index"),
  ])
    expect(asked(token("staging"), { ...own, urn })).toEqual([missing]);
  for (const more of [
    { version: "v0.0.2" },
    { stages: {} },
    { stages: { staging: { opened: closing } } },
    { stages: { staging: { opened }, prod: { opened } } },
    { deployed: closed },
  ])
    expect(asked(token("staging"), history(release!, more))).toEqual([other]);
});
