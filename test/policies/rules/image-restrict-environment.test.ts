import { imageRestrictEnvironment } from "../../../policies/rules/image-restrict-environment";
import { type Properties, unknown } from "../../../policies/values";
import { digest, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const image = (more: Properties = {}): Properties => ({
  loginServer: "contosoprod.azurecr.io",
  repository: "iam/auth-service",
  digest,
  environment: "prod",
  labels: { version: "1.2.3" },
  ...more,
});
const check = (properties: Properties, facts = stack("prod"), type = "airlock:index:ImageImport") =>
  verdicts(imageRestrictEnvironment, facts, type, properties);

test("what is built for nobody, or for here, passes", () => {
  expect(check(image())).toEqual([]);
  const labels = { environment: "prod", registry: "contosoprod.azurecr.io" };
  expect(check(image({ labels }))).toEqual([]);
});

test("what is built for another environment or registry is refused, with its label", () => {
  expect(check(image({ labels: { environment: "staging" } }))).toEqual([
    'the image is built for "staging" (label dev.airlock.environment) and can\'t enter prod: build it for prod, or without the label where one build goes all the way (it: labels). Promote the build for prod',
  ]);
  expect(check(image({ labels: { registry: "contosoprod2.azurecr.io" } }))).toEqual([
    'the image is built for the registry "contosoprod2.azurecr.io" (label dev.airlock.registry) and can\'t enter contosoprod.azurecr.io: build it for contosoprod.azurecr.io, or without the label where one build goes all the way (it: labels). Promote the build for prod',
  ]);
});

test("the program can't have it held against another environment's label", () => {
  const fix = 'Write environment: "prod"';
  expect(check(image({ environment: "staging", labels: { environment: "staging" } }))).toEqual([
    `the image is held against the labels for staging, and enters prod (it: environment). ${fix}`,
    expect.stringContaining('the image is built for "staging"'),
  ]);
  expect(check(image({ environment: undefined }))).toEqual([
    `the image is held against the labels for no environment, and enters prod (it: environment). ${fix}`,
  ]);
  expect(check(image({ environment: unknown }))).toEqual([
    `the environment that the image enters is not known before \`pulumi up\` (it: environment). ${fix}`,
  ]);
});

test("labels that nobody could read yet are refused where images are protected", () => {
  expect(check(image({ labels: unknown }))).toEqual([
    "what the image is built for is not known before `pulumi up` (it: labels). Give repository, digest, signer and source as plain values: the provider then reads its labels",
  ]);
  const staging = { environment: "staging", loginServer: "contosostaging.azurecr.io" };
  expect(check(image({ ...staging, labels: unknown }), stack("staging"))).toEqual([]);
});

test("without the provider's check there are no labels, and nothing to judge", () => {
  expect(check(image({ labels: undefined }))).toEqual([]);
});

test.each(["airlock:index:ImageLock", "airlock:index:PromotedImage"])("%s is left alone", (type) => {
  expect(check(image({ environment: "staging" }), stack("prod"), type)).toEqual([]);
});
