import { generateKeyPairSync } from "node:crypto";
import { CloudError } from "../../../provider/errors";
import { UNKNOWN } from "../../../provider/properties";
import { ImageImport } from "../../../provider/resources/image-import";
import { addImage, keyPair, signImage } from "../support/images";
import { prodHost, promotion, signedInStaging, stagingHost, without } from "../support/promotion";

const absentDigest = `sha256:${"0".repeat(64)}`;

function setUp() {
  const world = signedInStaging();
  return {
    ...world,
    resource: new ImageImport(world.azure),
    news: promotion(world.digest, world.key.publicKey),
  };
}

test("a new digest is verified at its source, and check returns who signed it and where it comes from", async () => {
  const { azure, resource, news, digest } = setUp();
  const { inputs, failures } = await resource.check(undefined, news);
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    ...news,
    signedBy: expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string,
    sourceReference: `${stagingHost}/iam/auth-service@${digest}`,
  });
  expect(azure.calls.filter((call) => call.includes(prodHost))).toEqual([]);
});

test("unchanged inputs make no call and carry over what check computed", async () => {
  const { azure, resource, news } = setUp();
  const { inputs } = await resource.check(undefined, news);
  azure.calls.length = 0;
  expect(await resource.check(inputs, news)).toEqual({ inputs, failures: [] });
  const retagged = { ...news, version: "1.2.4", tags: ["1.2.3-prod", "1.2.4-prod"] };
  expect((await resource.check(inputs, retagged)).inputs).toEqual({ ...inputs, ...retagged });
  expect(azure.calls).toEqual([]);
});

test.each(["digest", "publicKey", "source", "repository"])(
  "with an unknown %s nothing is verified and the signer is unknown",
  async (property) => {
    const { azure, resource, news } = setUp();
    const { inputs, failures } = await resource.check(undefined, { ...news, [property]: UNKNOWN });
    expect(failures).toEqual([]);
    expect(inputs.signedBy).toBe(UNKNOWN);
    expect(azure.calls).toEqual([]);
  },
);

test("an unknown registry id hinders no verification at the source", async () => {
  const { resource, news, digest } = setUp();
  const { inputs, failures } = await resource.check(undefined, { ...news, registryId: UNKNOWN });
  expect(failures).toEqual([]);
  expect(inputs.sourceReference).toBe(`${stagingHost}/iam/auth-service@${digest}`);
  expect(inputs.signedBy).toMatch(/^key sha256:/);
});

test("an unsigned image, one signed for another digest, by another key, or absent fails the preview in one line", async () => {
  const { azure, resource, news, digest, key, staging } = setUp();
  const problemOf = async (changed: object) =>
    (await resource.check(undefined, { ...news, ...changed })).failures;
  const other = addImage(staging, "another image");
  expect(await problemOf({ digest: other })).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${other} is not signed: sign it in ${stagingHost} before promoting`,
    },
  ]);
  signImage(staging, other, key, digest);
  const advice = `sign it in ${stagingHost} before promoting`;
  expect(await problemOf({ digest: other })).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${other} carries a signature for another digest (${digest}): ${advice}`,
    },
  ]);
  expect(await problemOf({ publicKey: keyPair().publicKey })).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${digest} is signed, but not by the trusted key: ${advice}`,
    },
  ]);
  expect(await problemOf({ digest: absentDigest })).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${absentDigest} does not exist in ${stagingHost}: bring it there first, or check the digest`,
    },
  ]);
  azure.before = () => {
    throw new CloudError(`reading iam/auth-service in ${stagingHost} failed: 403 denied`, {
      status: 403,
      fix: "Give the role",
    });
  };
  expect(await problemOf({})).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${digest} can't be verified: reading iam/auth-service in ${stagingHost} failed: 403 denied. Give the role`,
    },
  ]);
});

test("in the first environment the image is verified where it was built, once the registry exists", async () => {
  const { azure, resource, news, digest } = setUp();
  const built = without({ ...news, loginServer: stagingHost }, "source");
  const { inputs } = await resource.check(undefined, built);
  expect(inputs.sourceReference).toBe("built here");
  expect(inputs.signedBy).toMatch(/^key sha256:/);
  azure.calls.length = 0;
  const early = await resource.check(undefined, { ...built, registryId: UNKNOWN });
  expect(early.inputs.signedBy).toBe(UNKNOWN);
  expect(azure.calls).toEqual([]);
  const unsigned = addImage(azure.at(stagingHost, "iam/auth-service"), "unsigned");
  expect((await resource.check(undefined, { ...built, digest: unsigned })).failures).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${unsigned} is not signed: sign it in ${stagingHost} before publishing`,
    },
  ]);
  expect(digest).not.toBe(unsigned);
});

test("every malformed property is named, without a call", async () => {
  const { azure, resource, news } = setUp();
  const privateKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const bad = {
    ...without(news, "version"),
    registryId: "onestreamprod",
    loginServer: "https://onestreamprod.azurecr.io",
    repository: "IAM/auth",
    digest: "sha256:abc",
    tags: ["1.2.3-prod", "1.2.3-prod"],
    source: { registryId: "x", loginServer: stagingHost },
    publicKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    manifestWriteEnabled: "yes",
    signedBy: "key sha256:0123456789abcdef",
  };
  expect((await resource.check(undefined, bad)).failures).toEqual([
    { property: "registryId", reason: 'expected the ARM id of a container registry, got "onestreamprod"' },
    {
      property: "loginServer",
      reason:
        'expected the login server of a registry, without https://, got "https://onestreamprod.azurecr.io"',
    },
    { property: "repository", reason: 'expected a repository name such as iam/auth-service, got "IAM/auth"' },
    {
      property: "digest",
      reason: 'expected "sha256:" and 64 lower-case hexadecimal digits, got "sha256:abc"',
    },
    { property: "version", reason: "is required" },
    { property: "tags", reason: "the same tag is listed twice" },
    { property: "source", reason: 'registryId expected the ARM id of a container registry, got "x"' },
    { property: "publicKey", reason: "expected a public key in PEM form (-----BEGIN PUBLIC KEY-----)" },
    { property: "manifestWriteEnabled", reason: 'expected true or false, got "yes"' },
    { property: "signedBy", reason: "is not a property of this resource" },
  ]);
  expect(azure.calls).toEqual([]);
});

const indexType = "application/vnd.oci.image.index.v1+json";

/** An index over as many images, signed. */
function signedIndex(size: number) {
  const { resource, news, staging, key } = setUp();
  const manifests = Array.from({ length: size }, (_, platform) => ({
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: addImage(staging, `platform ${platform}`),
    size: 1,
  }));
  const digest = staging.put({ schemaVersion: 2, mediaType: indexType, manifests });
  signImage(staging, digest, key);
  return { resource, digest, news: { ...news, digest } };
}

test("an index of 50 manifests can be imported", async () => {
  const { resource, news } = signedIndex(50);
  expect((await resource.check(undefined, news)).failures).toEqual([]);
});

test("an index of more fails the preview, since Azure would not copy it whole", async () => {
  const { resource, news, digest } = signedIndex(51);
  const reason = `${stagingHost}/iam/auth-service@${digest}: iam/auth-service lists 51 manifests, and Azure imports 50 of an image at most. Split the index: publish one image for each group of platforms`;
  expect((await resource.check(undefined, news)).failures).toEqual([{ property: "digest", reason }]);
});

test("in the first environment an index may be of any size: nothing is imported there", async () => {
  const { resource, news } = signedIndex(51);
  const built = without({ ...news, loginServer: stagingHost }, "source");
  expect((await resource.check(undefined, built)).failures).toEqual([]);
});
