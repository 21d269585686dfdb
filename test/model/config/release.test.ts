import { generateKeyPairSync } from "node:crypto";
import { parseSettings, type SettingsInput } from "../../../model/config";
import { UserError } from "../../../model/errors";
import { digest, keyOf, reviewed, signed } from "../release/world";

const exchangeKey = generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "pem" });

const project = {
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  github: { owner: "contoso", repository: "platform" },
  path: ["dev", "qa", "uat", "prod"].map((environment) => ({ environment })),
  releases: {
    managers: {
      dev: { manager: "dora", backup: "dirk" },
      qa: { manager: "quinn", backup: "quentin" },
      uat: { manager: "uma", backup: "ulf" },
    },
  },
};
const images = { "iam/auth-service": digest("a"), "iam/login": digest("b") };
const opened = "2026-11-21T10:00:00Z";
const closed = { opened, closing: opened, closed: opened };
const said = { stage: "uat", at: opened, images };
const approvals = [
  reviewed({ ...said, role: "qa", by: "quinn" }),
  reviewed({ ...said, role: "uat", by: "ulf" }),
];
const release = {
  version: "v0.0.1",
  repositories: ["iam/auth-service", "iam/login"],
  images,
  stages: { qa: closed, uat: { opened, by: "carol" } },
  approvals,
};

function input(stated: object = release, more: object = {}, stack = "release-v0.0.1"): SettingsInput {
  return { project: "contoso", stack, values: { ...project, kind: "release", release: stated, ...more } };
}

function refusal(given: SettingsInput): string[] {
  try {
    parseSettings(given);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problem.exitCode).toBe(2);
    return (error as Error).message.split("\n");
  }
  return [];
}

const at = (path: string) => `(Pulumi.release-v0.0.1.yaml, contoso:release${path})`;
const inProject = (path: string) => `(Pulumi.yaml or Pulumi.release-v0.0.1.yaml, contoso:releases${path})`;
const byCommand = "Take the change back, and use airlock release: it writes what can follow";

const takeBack =
  "If managers or people have changed in Pulumi.yaml: releases, take that back until the stage is closed, or close it now: airlock release close v0.0.1 --reason <text>";

test("the vault for passwords has a vault's name", () => {
  const passwordVault = { name: "contoso-releases-kv", resourceGroup: "contoso-shared-rg" };
  const releases = { ...project.releases, passwordVault };
  expect(parseSettings(input(release, { releases })).releases.passwordVault).toEqual(passwordVault);
  const wrong = { ...releases, passwordVault: { ...passwordVault, name: "no--vault" } };
  expect(refusal(input(release, { releases: wrong }))).toEqual([
    `expected the name of a key vault: 3 to 24 letters, digits and single dashes, found "no--vault" ${inProject(".passwordVault.name")}`,
  ]);
});

test("a release is taken as it stands, and what the project agreed on with its defaults", () => {
  const settings = parseSettings(input());
  expect(settings.kind).toBe("release");
  expect(settings.environment).toBeUndefined();
  expect(settings.release).toEqual(release);
  expect(settings.releases).toEqual({ ...project.releases, people: {}, passwordDays: 7 });
});

test("an instant may stand without quotes: in the form that the engine makes of it, too", () => {
  const stages = { qa: { opened: "2026-11-21 10:00:00 +0000 UTC", closing: "2026-11-22" } };
  expect(
    parseSettings(
      input({ ...release, stages, approvals: [], abandoned: { by: "carol", reason: "x", at: opened } }),
    ).release?.stages,
  ).toEqual({
    qa: { opened: "2026-11-21T10:00:00Z", closing: "2026-11-22T00:00:00Z" },
  });
});

test.each<[string, object, string]>([
  [
    "a version with more in it",
    { version: "v0.0.1-rc1" },
    `expected v<major>.<minor>.<patch>, such as v0.0.1, found "v0.0.1-rc1" ${at(".version")}`,
  ],
  [
    "another version's stack",
    { version: "v0.0.2" },
    `stack "release-v0.0.1" says that it is the one of release-v0.0.2 ${at(".version")}. Call it release-v0.0.2: a release is one stack, of its own name`,
  ],
  [
    "a wildcard",
    { repositories: ["iam/*"] },
    `expected a repository without registry, wildcard, tag or digest, found "iam/*" ${at(".repositories[0]")}`,
  ],
  [
    "a repository twice",
    { repositories: [...release.repositories, "iam/login"] },
    `iam/login is listed twice ${at(".repositories[2]")}. Keep the first`,
  ],
  [
    "a foreign image",
    { repositories: ["iam/auth-service"] },
    `iam/login is no repository of the release ${at(".images.iam/login")}. Its repositories are iam/auth-service`,
  ],
  [
    "an instant that is none",
    { deployed: "2026-02-30T10:00:00Z" },
    `expected an instant in UTC such as 2026-11-21T10:00:00Z, found "2026-02-30T10:00:00Z" ${at(".deployed")}`,
  ],
  [
    "an approval without evidence",
    { approvals: [{ ...said, role: "qa", by: "quinn" }] },
    `expected a mapping with the key signature, review or run, found nothing ${at(".approvals[0].evidence")}`,
  ],
  [
    "a stage that isn't one",
    { stages: { qa: closed, dev: { opened } } },
    `dev is no stage ${at(".stages.dev")}. Stages are qa, uat, prod`,
  ],
  ["no stage", { stages: {} }, `the release is in no stage ${at(".stages")}. ${byCommand}`],
  [
    "a stage that was skipped",
    { stages: { qa: closed, prod: { opened, by: "carol" } } },
    `prod was opened, and uat before it never ${at(".stages.prod")}. ${byCommand}`,
  ],
  [
    "two stages at once",
    { stages: { qa: { opened }, uat: { opened, by: "carol" } } },
    `uat is open before qa is closed ${at(".stages.uat.opened")}. ${byCommand}`,
  ],
  [
    "two stages at once, one of them closing",
    { stages: { qa: { opened, closing: opened }, uat: { opened, by: "carol" } } },
    `uat is open before qa is closed ${at(".stages.uat.opened")}. ${byCommand}`,
  ],
  [
    "a stage opened too early",
    { stages: { qa: { ...closed, closed: "2026-11-21T11:00:00Z" }, uat: { opened, by: "carol" } } },
    `uat was opened before qa was closed ${at(".stages.uat.opened")}. ${byCommand}`,
  ],
  [
    "closed, and never closing",
    { stages: { qa: { opened, closed: opened }, uat: { opened, by: "carol" } } },
    `qa is closed, and never was closing ${at(".stages.qa.closed")}. ${byCommand}`,
  ],
  [
    "closing before it was opened",
    { stages: { qa: { opened, closing: "2026-11-20T10:00:00Z" } } },
    `qa was closing before it was opened ${at(".stages.qa.closing")}. ${byCommand}`,
  ],
  [
    "nobody who advanced",
    { stages: { qa: closed, uat: { opened } } },
    `uat does not say who advanced the release into it ${at(".stages.uat.by")}. ${byCommand}`,
  ],
  [
    "no approval",
    { approvals: [] },
    `uat was opened without the approval of qa and uat ${at(".stages.uat")}. ${byCommand}`,
  ],
  [
    "an approval of who advanced",
    { stages: { qa: closed, uat: { opened, by: "ulf" } } },
    `uat was opened without the approval of uat; ulf for uat: ulf advances the release, and can't approve that ${at(".stages.uat")}. ${byCommand}`,
  ],
  [
    "approvals of no images",
    { images: {}, approvals: approvals.map((one) => ({ ...one, images: {} })) },
    `uat was opened without the approval of qa and uat ${at(".stages.uat")}. ${byCommand}`,
  ],
  [
    "approvals of different images",
    { approvals: [approvals[0], { ...approvals[1], images: { ...images, "iam/login": digest("c") } }] },
    `uat was opened without the approval of uat; ulf for uat: it is about other images ${at(".stages.uat")}. ${byCommand}`,
  ],
  [
    "over, and still open",
    { abandoned: { by: "carol", reason: "x", at: opened } },
    `the release is over, and uat is open ${at(".stages.uat")}. ${byCommand}`,
  ],
  [
    "deployed before the end of the path",
    { deployed: opened, stages: { qa: closed } },
    `the release is in qa, which is not the last stage ${at(".deployed")}. ${byCommand}`,
  ],
  [
    "closed, and nothing follows",
    { stages: { qa: closed } },
    `qa is closed, and nothing follows ${at(".stages.qa")}. ${byCommand}`,
  ],
  [
    "deleted while it goes on",
    { deleted: opened },
    `the release is deleted before it was over ${at(".deleted")}. ${byCommand}`,
  ],
  [
    "deleted too early",
    {
      stages: { qa: closed },
      abandoned: { by: "carol", reason: "x", at: opened },
      deleted: "2026-11-22T09:59:59Z",
    },
    `the release is deleted before 2026-11-22T10:00:00Z ${at(".deleted")}. ${byCommand}`,
  ],
])("%s is refused", (_, change, message) => {
  expect(refusal(input({ ...release, ...change }))).toEqual([message]);
});

test("images may be others by now than those of the open stage's approvals: they are rebuilt for each environment", () => {
  expect(refusal(input({ ...release, images: { ...images, "iam/login": digest("c") } }))).toEqual([]);
});

test("a stage on its way out needs nobody's approval, whoever is manager by now", () => {
  const stages = { qa: closed, uat: { opened, by: "carol", closing: opened } };
  expect(refusal(input({ ...release, stages, approvals: [] }))).toEqual([]);
});

test("what is given up with a password that had ended is deleted without the proof that it was closed", () => {
  const stages = { qa: { opened, renewed: opened, closing: opened } };
  const ended = { abandoned: { by: "carol", reason: "x", at: opened }, deleted: "2026-11-22T10:00:00Z" };
  expect(refusal(input({ ...release, stages, approvals: [], ...ended }))).toEqual([]);
});

test("a forged signature opens nothing", () => {
  const releases = { ...project.releases, people: { quinn: { publicKey: keyOf("quinn").publicKey } } };
  const by = (hand: string) => [
    signed({ ...said, role: "qa", by: "quinn" }, { by: hand, opened }),
    approvals[1],
  ];
  expect(refusal(input({ ...release, approvals: by("quinn") }, { releases }))).toEqual([]);
  expect(refusal(input({ ...release, approvals: by("mallory") }, { releases }))).toEqual([
    `uat was opened without the approval of qa; quinn for qa: the signature is not that of quinn for this release ${at(".stages.uat")}. ${byCommand}. ${takeBack}`,
  ]);
});

test.each<[string, object, string]>([
  [
    "an unknown environment",
    { managers: { aq: { manager: "a", backup: "b" } } },
    `unknown environment "aq" ${inProject(".managers.aq")}. Did you mean "qa"?`,
  ],
  [
    "their own backup",
    { managers: { qa: { manager: "a", backup: "a" } } },
    `a is manager of qa and their own backup ${inProject(".managers.qa.backup")}. Name somebody else: one person on leave never stops a release`,
  ],
  [
    "two people for two roles",
    { managers: { qa: { manager: "a", backup: "b" }, uat: { manager: "b", backup: "a" } } },
    `without a nobody is left to approve uat for uat, since nobody approves twice ${inProject(".managers.uat")}. Name another manager or backup`,
  ],
  [
    "a password for too long",
    { passwordDays: 31 },
    `expected a whole number of days from 1 to 30, found 31 ${inProject(".passwordDays")}`,
  ],
  [
    "one key for two people",
    {
      people: {
        quinn: { publicKey: keyOf("quinn").publicKey },
        uma: { publicKey: keyOf("quinn").publicKey },
      },
    },
    `uma has the key of quinn ${inProject(".people.uma")}. Nobody approves twice: give each person a key of their own`,
  ],
  [
    "one login for two people",
    { managers: project.releases.managers, people: { quinn: { github: "Uma" } } },
    `uma is uma on GitHub, and so is quinn ${inProject(".managers")}. Nobody approves twice: name each person once, with their own login`,
  ],
  [
    "a login that is none",
    { people: { quinn: { github: "@uma" } } },
    `expected a login on GitHub, found "@uma" ${inProject(".people.quinn.github")}`,
  ],
  [
    "a key that signs nothing",
    { people: { quinn: { publicKey: exchangeKey } } },
    `the key of quinn signs nothing ${inProject(".people.quinn.publicKey")}. Use a key of the kind Ed25519, EC or RSA`,
  ],
  [
    "no key",
    { people: { quinn: { publicKey: "-----BEGIN PRIVATE KEY-----" } } },
    `expected a public key in PEM form, and never a private one, found something else ${inProject(".people.quinn.publicKey")}`,
  ],
])("%s is refused", (_, releases, message) => {
  const qa = { opened };
  expect(refusal(input({ ...release, stages: { qa }, approvals: [] }, { releases }))).toEqual([message]);
});

test("what belongs to another kind of stack is named", () => {
  expect(refusal(input(undefined, { release: undefined }))).toEqual([
    `a release stack says which release it is ${at("")}. Make the file with airlock release create <version> --repositories <names>`,
  ]);
  expect(refusal(input(release, { environment: "qa", images: {} }))).toEqual([
    "a release stack has no environment (Pulumi.release-v0.0.1.yaml, contoso:environment). Move it to the stack of an environment",
    "a release stack has no images (Pulumi.release-v0.0.1.yaml, contoso:images). Its images stand in release.images",
  ]);
  expect(refusal(input(release, { kind: "environment" }, "qa"))).toEqual([
    "the stack of an environment has no release (Pulumi.qa.yaml, contoso:release). Give the release a stack of its own",
  ]);
});
