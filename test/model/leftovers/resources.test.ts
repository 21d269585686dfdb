import { judgeLeftovers, type FoundLeftover, type LeftoverRules } from "../../../model/leftovers";
import { path } from "../release/world";
import { found, group, resource, rules, tagged } from "./world";

const disk = "Microsoft.Compute/disks";
const account = "Microsoft.Storage/storageAccounts";
const container = "Microsoft.Storage/storageAccounts/blobServices/containers";

const judged = (leftovers: readonly FoundLeftover[], changes: Partial<LeftoverRules> = {}): string[] =>
  judgeLeftovers(leftovers, { ...rules, ...changes }).map(
    ({ resource: { name }, kind, goes, why }) => `${kind} ${name} ${goes ? "goes" : "stays"}: ${why}`,
  );
const due = "v0.0.1 is due since 2026-11-20T12:00:00Z";

test("what carries the tag goes, in the order in which it can be deleted", () => {
  const inGroup = resource(disk, "one", tagged, "tests");
  expect(
    judged([
      found(group("tests"), [inGroup]),
      found(group("empty"), []),
      found(resource(account, "reports"), []),
      found(resource(container, "reports/default/logs")),
      found(inGroup),
      found(resource("Microsoft.Compute/virtualMachines", "runner")),
    ]),
  ).toEqual([
    `virtual machine runner goes: ${due}`,
    `disk one goes: ${due}`,
    `blob container reports/default/logs goes: ${due}`,
    `storage account reports goes: ${due}`,
    `resource group empty goes: ${due}`,
    `resource group tests goes: ${due}`,
  ]);
});

test.each([
  ["v0.0.10", "release"],
  ["v0.0.1 ", "release"],
  ["V0.0.1", "release"],
  ["v0.0.1-qa", "release"],
  ["0.0.1", "release"],
  ["v0.0.1", "Release"],
  ["v0.0.1", "releases"],
])("a look-alike stays: %j under %s", (value, key) => {
  const tags = { environment: "qa", [key]: value };
  expect(judged([found(resource(disk, "data", tags))])).toEqual([
    "disk data stays: it doesn't carry the tag release: v0.0.1 to the letter",
  ]);
});

test.each([
  ["contoso-prod-rg", tagged, "prod is protected"],
  ["contoso-prod-rg", { release: "v0.0.1", environment: "prod" }, "prod is protected"],
  ["contoso-dev-rg", { release: "v0.0.1" }, "dev is no stage before the last one"],
  ["contoso-shared-rg", tagged, "it stands in what all environments share"],
  ["tests", { release: "v0.0.1" }, "no tag environment says of which environment it is"],
  ["tests", { release: "v0.0.1", environment: "QA" }, "no tag environment says of which environment it is"],
  ["tests", { release: "v0.0.1", environment: "prod" }, "prod is protected"],
  [
    "contoso-qa-rg",
    { release: "v0.0.1", environment: "uat" },
    "it stands in qa, and its tag says environment: uat",
  ],
])("in %s with %j it stays: %s", (place, tags, why) => {
  expect(judged([found(resource(disk, "data", tags, place))])).toEqual([`disk data stays: ${why}`]);
});

test("what is protected or last stays, whoever asks, wherever it is on the path", () => {
  expect(
    judged([found(resource(disk, "data", { release: "v0.0.1" }, "contoso-prod-rg"))], {
      environment: "prod",
    }),
  ).toEqual(["disk data stays: prod is protected"]);
  const environments = path.environments.map((one) => ({ ...one, protected: one.name === "qa" }));
  expect(judged([found(resource(disk, "data"))], { path: { environments } })).toEqual([
    "disk data stays: qa is protected",
  ]);
  const last = { release: "v0.0.1", environment: "prod" };
  expect(judged([found(resource(disk, "data", last, "tests"))], { path: { environments } })).toEqual([
    "disk data stays: prod is no stage before the last one",
  ]);
});

test("in a group of the environment the tag of the release alone is enough", () => {
  expect(judged([found(resource(disk, "data", { release: "v0.0.1" }, "CONTOSO-QA-RG"))])).toEqual([
    `disk data goes: ${due}`,
  ]);
});

test("what another environment's custodian answers for is left out", () => {
  expect(judged([found(resource(disk, "data", { release: "v0.0.1" }, "contoso-uat-rg"))])).toEqual([]);
  expect(judged([found(group("tests", { ...tagged, environment: "uat" }), [])])).toEqual([]);
});

test("what somebody wrote into a tag is told in one line", () => {
  const tags = { release: "v0.0.1", environment: "uat\n\u001b[2J| goes" };
  expect(judged([found(resource(disk, "data", tags))])).toEqual([
    "disk data stays: it stands in qa, and its tag says environment: uat\uFFFD\uFFFD[2J| goes",
  ]);
});

test("airlock's own never goes, nor a type that is not known here", () => {
  const registry = resource("Microsoft.ContainerRegistry/registries", "contosoqa");
  expect(
    judged([
      found(registry),
      found(group("contoso-qa-rg"), []),
      found(resource("Microsoft.KeyVault/vaults", "secrets")),
      found(resource("Microsoft.ContainerRegistry/registries/webhooks", "contosoqa/hook")),
    ]),
  ).toEqual([
    "resource group contoso-qa-rg stays: airlock's own stands in it, or is it",
    "Microsoft.ContainerRegistry/registries contosoqa stays: airlock's own stands in it, or is it",
    "Microsoft.ContainerRegistry/registries/webhooks contosoqa/hook stays: no Microsoft.ContainerRegistry/registries/webhooks is ever deleted here",
    "Microsoft.KeyVault/vaults secrets stays: no Microsoft.KeyVault/vaults is ever deleted here",
  ]);
});

test("a group goes with all that stands in it, or not at all", () => {
  const untagged = resource(disk, "precious", {}, "tests");
  const vault = resource("Microsoft.KeyVault/vaults", "secrets", tagged, "tests");
  const data = resource(disk, "data", tagged, "tests");
  expect(judged([found(group("tests"), [data, untagged]), found(data)])).toEqual([
    `disk data goes: ${due}`,
    "resource group tests stays: precious stands in it: it doesn't carry the tag release: v0.0.1 to the letter",
  ]);
  expect(judged([found(group("tests"), [vault])])).toEqual([
    "resource group tests stays: secrets stands in it: no Microsoft.KeyVault/vaults is ever deleted here",
  ]);
  expect(judged([found(group("tests"))])).toEqual([
    "resource group tests stays: it can't be read what stands in it",
  ]);
});

test("a storage account stays for a container that is another release's", () => {
  const of = (version?: string) =>
    resource(container, "reports/default/logs", version === undefined ? {} : { release: version });
  expect(judged([found(resource(account, "reports"), [of(), of("v0.0.1")])])).toEqual([
    `storage account reports goes: ${due}`,
  ]);
  expect(judged([found(resource(account, "reports"), [of("v0.0.2")])])).toEqual([
    "storage account reports stays: its container reports/default/logs says release: v0.0.2",
  ]);
  expect(judged([found(resource(account, "reports"))])).toEqual([
    "storage account reports stays: it can't be read what stands in it",
  ]);
});

test("a group stays for an account in it that stays, whether for a container or unread", () => {
  const inside = resource(account, "reports", tagged, "tests");
  const logs = resource(container, "reports/default/logs", { release: "v0.0.2" }, "tests");
  const tests = found(group("tests"), [inside]);
  const says = "its container reports/default/logs says release: v0.0.2";
  expect(judged([tests, found(inside, [logs])])).toEqual([
    `storage account reports stays: ${says}`,
    `resource group tests stays: reports stands in it: ${says}`,
  ]);
  expect(judged([tests, found(inside)])[1]).toBe(
    "resource group tests stays: reports stands in it: it can't be read what stands in it",
  );
  expect(judged([tests, found({ ...inside, id: inside.id.toUpperCase() }, [])])[1]).toBe(
    `resource group tests goes: ${due}`,
  );
});

test("a group stays for what was not found by its own tag, since nobody deletes that before it", () => {
  const inside = resource(disk, "data", tagged, "tests");
  expect(judged([found(group("tests"), [inside])])).toEqual([
    "resource group tests stays: data stands in it: it could not be looked at by itself",
  ]);
  const changed = { ...inside, tags: { ...tagged, release: "v0.0.2" } };
  expect(judged([found(group("tests"), [inside]), found(changed)])[1]).toBe(
    "resource group tests stays: data stands in it: it doesn't carry the tag release: v0.0.1 to the letter",
  );
});

test("before its time everything stays, and the report says why", () => {
  const why = "held by dora until 2099-01-01T00:00:00Z: an audit";
  expect(judged([found(resource(disk, "data"))], { due: false, why })).toEqual([
    `disk data stays: v0.0.1: ${why}`,
  ]);
});
