import { run } from "../../../cli/program";
import { promotionType } from "../../../model/attestation";
import type { Release } from "../../../model/release/release";
import { digest, recordingContext, running, temporaryProject } from "../support/project";

const repository = "iam/auth-service";
const images = { [repository]: digest("a") };
const at = "2026-11-21T12:00:00Z";
const review = "https://github.com/contoso/platform/pull/7#pullrequestreview-1";
const approval = (role: string, by: string) => ({
  stage: "prod",
  role,
  by,
  at,
  images,
  evidence: { review },
});
const release: Release = {
  version: "v0.0.1",
  repositories: [repository],
  images,
  stages: { staging: { opened: "2026-11-21T10:00:00Z" } },
  approvals: [approval("dev", "dev-lead"), approval("staging", "qa-lead")],
};

const projectFile = `name: contoso
runtime: nodejs
config:
  contoso:subscriptionId: 22222222-2222-4222-8222-222222222222
  contoso:github: { value: { owner: contoso, repository: platform } }
  contoso:path:
    value:
      - { environment: dev, registry: contosodev }
      - environment: staging
        registries:
          secure: { name: contosostaging }
          standard: { name: contosostandard, promotions: true }
      - { environment: prod, registry: contosoprod, attested: true }
  contoso:releases:
    value:
      managers:
        dev: { manager: dev-lead, backup: dev-deputy }
        staging: { manager: qa-lead, backup: qa-deputy }
`;

/** `airlock attestation …` in a project that has this release. */
async function attestation(stated: Partial<Release> | undefined, ...words: string[]) {
  const releaseFile = `config:\n  contoso:kind: release\n  contoso:release: ${JSON.stringify({ ...release, ...stated })}\n`;
  const cwd = temporaryProject({
    "Pulumi.yaml": projectFile,
    "Pulumi.dev.yaml": running("1.2.3", digest("a")),
    "Pulumi.staging.yaml": running("1.2.3", digest("a")),
    ...(stated && { "Pulumi.release-v0.0.1.yaml": releaseFile }),
  });
  const { context, written } = recordingContext(cwd);
  const code = await run(["attestation", ...words], context);
  return { code, ...written };
}

const place = { repository, environment: "prod", registry: "contosoprod.azurecr.io" };
const image = `contosodev.azurecr.io/${repository}@${digest("a")}`;

test("the predicate is printed, and what to do with it", async () => {
  const { code, out, err } = await attestation(undefined, repository, "--to", "prod");
  expect({ code, predicate: JSON.parse(out) }).toEqual({ code: 0, predicate: place });
  expect(err).toBe(
    "That is what is signed: write it to promotion.json. Then:\n" +
      `  cosign attest --yes --key <signing key> --type ${promotionType} --predicate promotion.json ${image}\n` +
      "  pulumi up -s staging --policy-pack policies\n" +
      `  npx airlock promote ${repository} --to prod\n`,
  );
});

test("as JSON, image, type and command stand beside it", async () => {
  const { out, err } = await attestation(undefined, repository, "--to", "prod", "--json");
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual({
    image,
    type: promotionType,
    predicate: place,
    command: `cosign attest --yes --key <signing key> --type ${promotionType} --predicate promotion.json ${image}`,
  });
});

test("of a release it has the approvals on record", async () => {
  const { code, out } = await attestation({}, repository, "--to", "prod", "--release", "v0.0.1");
  const approvals = { dev: { by: "dev-lead", at, review }, staging: { by: "qa-lead", at, review } };
  expect({ code, predicate: JSON.parse(out) }).toEqual({
    code: 0,
    predicate: { ...place, release: { version: "v0.0.1", approvals } },
  });
});

test("promoted to where one is asked for, the next step says how to make it", async () => {
  const cwd = temporaryProject({
    "Pulumi.yaml": projectFile,
    "Pulumi.staging.yaml": running("1.2.3", digest("a")),
  });
  const { context, written } = recordingContext(cwd);
  expect(await run(["promote", repository, "--to", "prod"], context)).toBe(0);
  expect(written.out).toContain(
    `prod lets in what is attested for it. If it isn't yet: npx airlock attestation ${repository} --to prod\nNext:\n`,
  );
});

test("an image can be named by digest, and the standard registry is another place", async () => {
  const other = `${repository}@${digest("b")}`;
  const { out } = await attestation(undefined, other, "--to", "staging", "--standard", "--json");
  expect(JSON.parse(out)).toMatchObject({
    image: `contosodev.azurecr.io/${other}`,
    predicate: { repository, environment: "staging", registry: "contosostandard.azurecr.io" },
  });
});

const named = `${repository}@${digest("a")}`;
test.each<[string, Partial<Release> | undefined, string[], number, string]>([
  [
    "the release that it is part of",
    {},
    [repository, "--to", "prod"],
    1,
    `${named} is part of v0.0.1, and no release is named. Add --release v0.0.1`,
  ],
  [
    "approvals of all who are asked",
    { approvals: [approval("dev", "dev-lead")] },
    [repository, "--to", "prod", "--release", "v0.0.1"],
    1,
    "release v0.0.1 is not approved for prod: staging did not say so. See airlock release status v0.0.1",
  ],
  [
    "approvals of those who may give them",
    { approvals: [approval("dev", "dev-lead"), approval("staging", "stranger")] },
    [repository, "--to", "prod", "--release", "v0.0.1"],
    1,
    "release v0.0.1 is not approved for prod: staging did not say so. See airlock release status v0.0.1",
  ],
  [
    "approvals of all who are asked, about the same images",
    {
      repositories: [repository, "iam/login"],
      images: { ...images, "iam/login": digest("b") },
      approvals: [
        {
          ...approval("dev", "dev-lead"),
          images: { ...images, "iam/login": digest("c") },
        },
        { ...approval("staging", "qa-lead"), images: { ...images, "iam/login": digest("b") } },
      ],
    },
    [repository, "--to", "prod", "--release", "v0.0.1"],
    1,
    "release v0.0.1 is not approved for prod: dev did not say so. See airlock release status v0.0.1",
  ],
  [
    "approvals of a stage that was opened, too",
    {
      stages: {
        staging: { opened: "2026-11-21T10:00:00Z", closing: at, closed: at },
        prod: { opened: at, by: "release-engineer", closing: at },
      },
      deployed: at,
      approvals: [
        approval("dev", "dev-lead"),
        { ...approval("staging", "qa-lead"), evidence: { review: review.replace("contoso", "mallory") } },
      ],
    },
    [repository, "--to", "prod", "--release", "v0.0.1"],
    1,
    `${repository}@${digest("a")} is part of v0.0.1, which staging did not approve for prod`,
  ],
  [
    "an image of that release",
    { images: {}, approvals: [] },
    [repository, "--to", "staging", "--release", "v0.0.1"],
    1,
    `${named} is not part of release v0.0.1 (Pulumi.release-v0.0.1.yaml: images). Name the release's own image, or: airlock release images v0.0.1 ${named}`,
  ],
  [
    "a release that goes on",
    { abandoned: { by: "qa-lead", reason: "broken", at }, stages: { staging: { opened: at, closing: at } } },
    [repository, "--to", "prod", "--release", "v0.0.1"],
    1,
    "release v0.0.1 was given up",
  ],
  [
    "a release that there is",
    {},
    [repository, "--to", "prod", "--release", "v0.0.2"],
    2,
    "there is no release v0.0.2. Releases are v0.0.1",
  ],
  [
    "an environment after the first",
    undefined,
    [repository, "--to", "dev"],
    2,
    "nothing is promoted into dev. Name an environment after the path's first one",
  ],
  [
    "an image that runs before",
    undefined,
    ["iam/login", "--to", "prod"],
    2,
    "staging doesn't run iam/login. Name the image itself: airlock attestation iam/login@sha256:… --to prod",
  ],
  [
    "a standard registry that there is",
    undefined,
    [repository, "--to", "prod", "--standard"],
    2,
    "no promotion goes to a standard registry of prod",
  ],
  [
    "a repository",
    undefined,
    [`${repository}:1.2.3`, "--to", "prod"],
    2,
    `"${repository}:1.2.3" is not a repository. Name it without host and tag, e.g. iam/auth-service`,
  ],
])("it takes %s", async (_, stated, words, code, problem) => {
  expect(await attestation(stated, ...words)).toEqual({ code, out: "", err: `airlock: ${problem}\n` });
});
