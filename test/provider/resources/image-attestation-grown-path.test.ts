import type { PromotionPath } from "../../../model/promotion-path";
import { rolesOnRecord } from "../../../model/release/record";
import { imageRequirePromotionAttestation } from "../../../policies/rules/image-require-promotion-attestation";
import { stackFacts } from "../../../policies/stack-facts";
import type { Properties as KnownProperties } from "../../../policies/values";
import { UNKNOWN, type Properties } from "../../../provider/properties";
import { changesBetween } from "../../../provider/resource";
import { ImageImport } from "../../../provider/resources/image-import";
import { pathOf } from "../../model/release/world";
import { stack, today } from "../../policies/support/stacks";
import { verdicts } from "../../policies/support/verdicts";
import { attestImage } from "../support/images";
import { prodHost, promotion, repositoryName, signedInStaging } from "../support/promotion";

const short = attestedIn(pathOf("dev", "staging", "prod"));
const long = attestedIn(pathOf("dev", "integration", "staging", "prod"));
const at = "2026-11-21T12:00:00Z";
const approvals = {
  dev: { by: "dev-lead", at, signature: "MEUCIQ" },
  staging: { by: "qa-lead", at, signature: "MEUCIQ" },
};

/** The path, where prod asks for attestations. */
function attestedIn({ environments }: PromotionPath): PromotionPath {
  return {
    environments: environments.map((one) => (one.name === "prod" ? { ...one, attested: true } : one)),
  };
}

const attestedOn = (path: PromotionPath, releases: Properties = { "v0.0.1": approvals }) => ({
  attested: { roles: rolesOnRecord(path, "prod"), releases },
});

/** What the policy says in a stack with this path. */
function judged(path: PromotionPath, properties: Properties): string[] {
  const facts = stackFacts({ ...stack("prod").settings, path }, today);
  const type = "airlock:index:ImageImport";
  return verdicts(imageRequirePromotionAttestation, facts, type, properties as KnownProperties);
}

/** An image that came in when the path was short. */
async function imported() {
  const { azure, staging, digest, key } = signedInStaging();
  const release = { version: "v0.0.1", approvals };
  const predicate = { repository: repositoryName, environment: "prod", registry: prodHost, release };
  attestImage(staging, digest, key, predicate);
  const resource = new ImageImport(azure);
  const image = promotion(digest, key.publicKey);
  const { inputs } = await resource.check(undefined, { ...image, ...attestedOn(short) });
  const { outputs } = await resource.create(inputs);
  azure.calls.length = 0;
  return { azure, resource, image, inputs, outputs };
}

test("an image that is in stays in when the path grows: today's roles, and the attestation that let it in", async () => {
  const { azure, resource, image, inputs, outputs } = await imported();
  expect(judged(short, inputs)).toEqual([]);
  const news = { ...image, ...attestedOn(long, {}) };
  const { inputs: next, failures } = await resource.check(inputs, news);
  expect(failures).toEqual([]);
  expect(next).toEqual({ ...inputs, ...attestedOn(long) });
  expect(judged(long, next)).toEqual([]);
  expect(changesBetween(inputs, next, resource.replaceOn)).toEqual([
    { property: "attested", kind: "update", replaces: false },
  ]);
  await resource.update(next, outputs);
  expect(azure.calls.filter((call) => call.startsWith("import"))).toEqual([]);
  expect(await resource.check(next, news)).toEqual({ inputs: next, failures: [] });
});

test("a program that asks for the roles of a shorter path is still refused", async () => {
  const { resource, image, inputs } = await imported();
  const { inputs: next } = await resource.check(inputs, { ...image, ...attestedOn(short) });
  expect(judged(long, next)).toEqual([
    "approvals of dev and staging are asked for, and prod asks dev and integration and staging (it: attested.roles). Give PromotedImage `attested`, as the reference program does",
  ]);
});

test("one that is new needs the approvals of the path as it is", async () => {
  const { resource, image } = await imported();
  const { failures } = await resource.check(undefined, { ...image, ...attestedOn(long) });
  expect(failures.map(({ reason }) => reason)).toEqual([
    expect.stringContaining("is part of v0.0.1, which integration did not approve for prod"),
  ]);
});

test("roles that are not known yet are not taken from before", async () => {
  const { resource, image, inputs } = await imported();
  for (const attested of [UNKNOWN, { roles: UNKNOWN, releases: {} }]) {
    const { inputs: next, failures } = await resource.check(inputs, { ...image, attested });
    expect(failures).toEqual([]);
    expect(next).toEqual({ ...inputs, attested: { roles: UNKNOWN, releases: { "v0.0.1": approvals } } });
  }
});
