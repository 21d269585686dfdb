import { stackFacts } from "../../../policies/stack-facts";
import { imageRequirePromotionAttestation } from "../../../policies/rules/image-require-promotion-attestation";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { digest, stack, today } from "../support/stacks";
import { verdicts } from "../support/verdicts";

/** The facts of a stack where the path asks for attestations. */
function attested(name: "staging" | "prod") {
  const { settings } = stack(name);
  const environments = settings.path.environments.map((one) =>
    one.name === name ? { ...one, attested: true } : one,
  );
  return stackFacts({ ...settings, path: { environments } }, today);
}

const asked = { roles: ["dev", "staging"], releases: {} };
const attestation = { environment: "prod", registry: "contosoprod.azurecr.io", digest, signedBy: "key" };
const image = (more: Properties = {}): Properties => ({
  loginServer: "contosoprod.azurecr.io",
  repository: "iam/auth-service",
  digest,
  environment: "prod",
  attested: asked,
  attestation,
  ...more,
});
const check = (properties: Properties, facts = attested("prod"), type = "airlock:index:ImageImport") =>
  verdicts(imageRequirePromotionAttestation, facts, type, properties);
const fix = "Give PromotedImage `attested`, as the reference program does";

test("what is attested for here passes, and what check hasn't seen is judged when it has", () => {
  expect(check(image())).toEqual([]);
  expect(check(image({ attestation: undefined }))).toEqual([]);
});

test("an import that asks for no attestation is refused where the path asks for one, and only there", () => {
  expect(check(image({ attested: undefined }))).toEqual([
    `the image enters prod without a promotion attestation (it: attested). ${fix}`,
  ]);
  expect(check(image({ attested: unknown }))).toEqual([
    `whether the image needs a promotion attestation is not known before \`pulumi up\` (it: attested). ${fix}`,
  ]);
  expect(check(image({ attested: undefined }), stack("prod"))).toEqual([]);
  expect(check(image({ attested: undefined }), attested("prod"), "airlock:index:ImageLock")).toEqual([]);
});

test("an attestation for another environment or registry is refused", () => {
  expect(check(image({ attestation: { ...attestation, environment: "staging" } }))).toEqual([
    "the image is attested for staging (contosoprod.azurecr.io), and enters prod (it: attestation). Attest it for prod",
  ]);
  expect(check(image({ attestation: { ...attestation, registry: "contosoprod2.azurecr.io" } }))).toEqual([
    "the image is attested for prod (contosoprod2.azurecr.io), and enters prod (it: attestation). Attest it for prod",
  ]);
});

test.each<[Value, string]>([
  [[], "nobody"],
  [["dev"], "dev"],
  [["dev", "staging", "prod"], "dev and staging and prod"],
  [unknown, "nobody known"],
])("roles that the path doesn't ask for release approvals: %p", (roles, said) => {
  expect(check(image({ attested: { ...asked, roles } }))).toEqual([
    `approvals of ${said} are asked for, and prod asks dev and staging (it: attested.roles). ${fix}`,
  ]);
});

test("what nobody can know yet is refused where images are protected", () => {
  expect(check(image({ attestation: unknown }))).toEqual([
    "whether the image is attested for here is not known before `pulumi up` (it: attestation). Give repository, digest, signer and source as plain values: the provider then verifies it",
  ]);
  const staging = { loginServer: "contosostaging.azurecr.io", attested: { roles: [], releases: {} } };
  expect(check(image({ ...staging, attestation: unknown }), attested("staging"))).toEqual([]);
});
