import { registryId as registryIdOf } from "../../../model/physical-names";
import { environmentNamed } from "../../../model/promotion-path";
import { promotionRestrictPath } from "../../../policies/rules/promotion-restrict-path";
import { stackFacts } from "../../../policies/stack-facts";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { deliveryStack, digest, pocStack, publicKey, registryId, stack, today } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const host = (environment: string) => `contoso${environment}.azurecr.io`;
const source = (environment: string) => ({
  registryId: registryId(environment),
  loginServer: host(environment),
});
const image = (target: string, from?: string, more: Properties = {}): Properties => ({
  registryId: registryId(target),
  loginServer: host(target),
  repository: "iam/auth-service",
  digest,
  publicKey,
  ...(from !== undefined && { source: source(from) }),
  ...more,
});
const check = (properties: Properties, facts = stack("prod"), type = "airlock:index:ImageImport") =>
  verdicts(promotionRestrictPath, facts, type, properties);
const fromStaging = "Import from contosostaging, the registry of staging";
const prodAlone = "Let the stack of prod write to contosoprod alone";

test("from the environment before, into the stack's own registry", () => {
  expect(check(image("prod", "staging"))).toEqual([]);
  expect(check(image("staging", "dev"), stack("staging"))).toEqual([]);
  expect(check(image("dev"), stack("dev"))).toEqual([]);
});

test("ids compare without case, and the registry of the same run has none yet", () => {
  expect(check(image("prod", "staging", { registryId: registryId("prod").toLowerCase() }))).toEqual([]);
  expect(check(image("prod", "staging", { registryId: unknown }))).toEqual([]);
});

test("skipping staging is refused, by host and by id", () => {
  expect(check(image("prod", "dev"))).toEqual([
    `the source is ${host("dev")}, not ${host("staging")} (it: source.loginServer). ${fromStaging}`,
    `the source is ${registryId("dev")}, not ${registryId("staging")} (it: source.registryId). ${fromStaging}`,
  ]);
});

test("a host that says staging and an id that says dev are refused", () => {
  const mixed = { registryId: registryId("dev"), loginServer: host("staging") };
  expect(check(image("prod", "staging", { source: mixed }))).toEqual([
    `the source is ${registryId("dev")}, not ${registryId("staging")} (it: source.registryId). ${fromStaging}`,
  ]);
});

test("the proof of concept promotes along its own path, and a stack of workloads not at all", () => {
  const facts = stackFacts({ ...pocStack().settings, signing: { publicKey } }, today);
  const at = (environment: string) => ({
    registryId: registryIdOf(facts.settings, environmentNamed(facts.settings.path, environment)),
    loginServer: `contosopoc${environment}.azurecr.io`,
  });
  const poc = { ...image("staging"), ...at("staging"), source: at("dev") };
  expect(check(poc, facts)).toEqual([]);
  expect(check({ ...poc, source: source("dev") }, facts)).toEqual([
    `the source is ${host("dev")}, not contosopocdev.azurecr.io (it: source.loginServer). Import from contosopocdev, the registry of dev`,
    `the source is ${registryId("dev")}, not ${at("dev").registryId} (it: source.registryId). Import from contosopocdev, the registry of dev`,
  ]);
  const fix = "Promote it in the stack of the environment that it enters";
  const nowhere = `an image is promoted by a stack that is no environment (it: loginServer). ${fix}`;
  expect(check(image("prod", "staging"), facts)).toEqual([nowhere]);
  expect(check(image("prod", "staging"), deliveryStack())).toEqual([nowhere]);
});

test("an image that comes from nowhere enters the first environment alone", () => {
  expect(check(image("prod"))).toEqual([
    `an image enters prod without coming from staging (it: source). ${fromStaging}`,
  ]);
  expect(check(image("dev", "staging"), stack("dev"))).toEqual([
    "dev is the first environment of the path, and an image is imported into it (it: source). Leave `source` out: images of the first environment are built there",
  ]);
});

test("an unknown source is refused where images are protected", () => {
  const hidden: Properties = { registryId: unknown, loginServer: unknown };
  expect(check(image("prod", "staging", { source: unknown }))).toEqual([
    `the source is not known before \`pulumi up\` (it: source). ${fromStaging}`,
  ]);
  expect(check(image("prod", "staging", { source: hidden }))).toEqual([
    `the source is not known before \`pulumi up\` (it: source.loginServer). ${fromStaging}`,
    `the source is not known before \`pulumi up\` (it: source.registryId). ${fromStaging}`,
  ]);
  expect(check(image("staging", "dev", { source: hidden }), stack("staging"))).toEqual([]);
});

test("a malformed source is refused", () => {
  expect(check(image("prod", "staging", { source: "contosostaging" }))).toEqual([
    "an image enters prod without coming from staging (it: source). Import from contosostaging, the registry of staging",
  ]);
  expect(check(image("prod", "staging", { source: { loginServer: host("staging") } }))).toEqual([
    `the source has no registry id (it: source.registryId). ${fromStaging}`,
  ]);
  expect(check(image("prod", "staging", { source: { ...source("staging"), loginServer: 7 } }))).toEqual([
    `the source is not a text, not ${host("staging")} (it: source.loginServer). ${fromStaging}`,
  ]);
});

test.each(["ImageImport", "ImageLock", "ImageTag"])("%s writes to the stack's own registry alone", (kind) => {
  const type = `airlock:index:${kind}`;
  expect(check(image("staging", "staging"), stack("prod"), type)).toEqual([
    `the target is ${host("staging")}, not ${host("prod")} (it: loginServer). ${prodAlone}`,
    `the target is ${registryId("staging")}, not ${registryId("prod")} (it: registryId). ${prodAlone}`,
  ]);
  expect(check(image("prod", "staging", { loginServer: unknown }), stack("prod"), type)).toEqual([
    `the target is not known before \`pulumi up\` (it: loginServer). ${prodAlone}`,
  ]);
  expect(check(image("prod", "staging"), stack("shared"), type)).toEqual([
    "an image is promoted by a stack that is no environment (it: loginServer). Promote it in the stack of the environment that it enters",
  ]);
});

test("a lock has no id of its registry, and a tag no source", () => {
  const lock = { loginServer: host("prod"), repository: "iam/auth-service", digest, tags: ["1.2.3-prod"] };
  expect(check(lock, stack("prod"), "airlock:index:ImageLock")).toEqual([]);
  expect(check(image("prod"), stack("prod"), "airlock:index:ImageTag")).toEqual([]);
});

test.each<[Value]>([
  ["-----BEGIN PUBLIC KEY-----\nanother\n-----END PUBLIC KEY-----\n"],
  [""],
  [unknown],
  [undefined],
])("a signature counts by the configured key alone, not by %p", (other) => {
  expect(check(image("prod", "staging", { publicKey: other }))).toEqual([
    "the image's signature is verified with another signer than the configured one (it: publicKey). Pass `signing` of the stack's configuration on as it is",
  ]);
});

test("with nobody to trust no signature counts, not even by an empty key", () => {
  const nobody = stack("prod", "contoso", { signing: {} });
  expect(check(image("prod", "staging", { publicKey: "" }), nobody)).toEqual([
    "nobody is configured whose signature of iam/auth-service counts (it: publicKey). Name the key or the identity in `signing`",
  ]);
});

describe("with identities that sign", () => {
  const trustedRoot = { file: "trusted_root.json", digest: `sha256:${"c".repeat(64)}` };
  const issuer = "https://token.actions.githubusercontent.com";
  const identity = "https://github.com/contoso/auth-service/.github/workflows/build.yml@refs/heads/main";
  const keyless = { issuer, identity, trustedRoot };
  const identities = { "iam/*": { identity } };
  const prod = stack("prod", "contoso", { signing: { keyless: { issuer, identities, trustedRoot } } });
  const signedBy = (signer: Properties) =>
    check(image("prod", "staging", { publicKey: undefined, ...signer }), prod);

  test("the repository's own counts, wherever the root's file lies", () => {
    expect(signedBy({ keyless })).toEqual([]);
    expect(
      signedBy({ keyless: { ...keyless, trustedRoot: { ...trustedRoot, file: "../trusted_root.json" } } }),
    ).toEqual([]);
  });

  test.each<[string, Properties]>([
    ["another identity", { keyless: { ...keyless, identity: `${identity}2` } }],
    [
      "another source",
      { keyless: { ...keyless, source: "https://github.com/contoso/fork@refs/heads/main" } },
    ],
    ["another issuer", { keyless: { ...keyless, issuer: "https://token.example.com" } }],
    [
      "another root",
      { keyless: { ...keyless, trustedRoot: { ...trustedRoot, digest: `sha256:${"d".repeat(64)}` } } },
    ],
    ["an unknown identity", { keyless: { ...keyless, identity: unknown } }],
    ["an unknown signer", { keyless: unknown }],
    ["a key", { publicKey }],
    ["a key beside it", { publicKey, keyless }],
    ["an unknown key beside it", { publicKey: unknown, keyless }],
    ["nothing", {}],
  ])("%s doesn't", (_, signer) => {
    expect(signedBy(signer)).toEqual([
      "the image's signature is verified with another signer than the configured one (it: keyless). Pass `signing` of the stack's configuration on as it is",
    ]);
  });

  test("a repository that none of them signs can't be promoted", () => {
    const other = image("prod", "staging", { publicKey: undefined, keyless, repository: "utility/cache" });
    expect(check(other, prod)).toEqual([
      "nobody is configured whose signature of utility/cache counts (it: publicKey). Name the key or the identity in `signing`",
    ]);
  });
});

test.each<[string, Properties]>([
  ["airlock:index:PromotedImage", { source: source("dev") }],
  ["azure-native:storage:StorageAccount", {}],
])("%s is left alone", (type, properties) => {
  expect(check(properties, stack("prod"), type)).toEqual([]);
});
