import type { ApprovalEvidence } from "../../../model/release/release";
import { CloudError } from "../../../provider/errors";
import { UNKNOWN, type Properties } from "../../../provider/properties";
import { changesBetween } from "../../../provider/resource";
import { ImageImport } from "../../../provider/resources/image-import";
import { attestImage, keyPair } from "../support/images";
import { prodHost, promotion, repositoryName, signedInStaging, stagingHost } from "../support/promotion";

const attested = { roles: ["dev", "staging"], releases: {} };
const forProd = { repository: repositoryName, environment: "prod", registry: prodHost };
const forStaging = { ...forProd, environment: "staging", registry: stagingHost };
const at = "2026-11-21T12:00:00Z";
const review = "https://github.com/contoso/platform/pull/7";
const approvals = { dev: { by: "dev-lead", at, review }, staging: { by: "qa-lead", at, review } };

function setUp(more: Properties = { attested }) {
  const world = signedInStaging();
  const attest = (predicate: typeof forProd, key = world.key) =>
    attestImage(world.staging, world.digest, key, predicate);
  const resource = new ImageImport(world.azure);
  const news = { ...promotion(world.digest, world.key.publicKey), ...more };
  const advice = `: make an attestation with airlock attestation iam/auth-service --to prod, and let it reach ${stagingHost}`;
  const refused = (problem: string) => [
    { property: "digest", reason: `iam/auth-service@${world.digest} ${problem}${advice}` },
  ];
  const imports = () => world.azure.calls.filter((call) => call.startsWith("import"));
  return { ...world, attest, resource, news, refused, imports };
}

describe("where an attestation is asked for", () => {
  test("check verifies it at the source and returns what it lets in, and doesn't ask again", async () => {
    const { azure, attest, resource, news } = setUp();
    const digest = attest(forProd);
    const { inputs, failures } = await resource.check(undefined, news);
    expect(failures).toEqual([]);
    const signedBy = expect.stringMatching(/^key sha256:/) as string;
    expect(inputs).toMatchObject({
      attested,
      attestation: { environment: "prod", registry: prodHost, digest, signedBy },
    });
    azure.calls.length = 0;
    expect(await resource.check(inputs, news)).toEqual({ inputs, failures: [] });
    expect(azure.calls).toEqual([]);
  });

  test("none, somebody else's and one for another environment fail the preview in one line", async () => {
    const { attest, resource, news, refused } = setUp();
    const failures = async () => (await resource.check(undefined, news)).failures;
    expect(await failures()).toEqual(refused("carries no promotion attestation for prod"));
    attest(forProd, keyPair());
    expect(await failures()).toEqual(
      refused(
        "carries a promotion attestation that does not count: it is signed, but not by the trusted key",
      ),
    );
    attest(forStaging);
    expect(await failures()).toEqual(refused('is attested for "staging", and not for prod'));
    attest(forProd);
    expect(await failures()).toEqual([]);
  });

  test("approvals have to be those of the release's file", async () => {
    const releases = { "v0.0.1": approvals };
    const { attest, resource, news, refused } = setUp({ attested: { ...attested, releases } });
    const other = { ...approvals, dev: { ...approvals.dev, by: "dev-deputy" } };
    attest({ ...forProd, release: { version: "v0.0.1", approvals: other } } as typeof forProd);
    expect((await resource.check(undefined, news)).failures).toEqual(
      refused("is attested with other approvals for prod than the file of v0.0.1 has"),
    );
    attest({ ...forProd, release: { version: "v0.0.1", approvals } } as typeof forProd);
    const { inputs, failures } = await resource.check(undefined, news);
    expect(failures).toEqual([]);
    expect(inputs.attestation).toMatchObject({ release: "v0.0.1" });
  });

  test.each<[string, ApprovalEvidence]>([
    ["a signature", { signature: "MEUCIQ" }],
    ["a review", { review }],
    ["a run", { run: "https://github.com/contoso/platform/actions/runs/7" }],
  ])("an approval that is shown by %s lets it in", async (_, evidence) => {
    const said = (by: string) => ({ by, at, ...evidence });
    const shown = { dev: said("dev-lead"), staging: said("qa-lead") };
    const { attest, resource, news } = setUp({ attested: { ...attested, releases: { "v0.0.1": shown } } });
    attest({ ...forProd, release: { version: "v0.0.1", approvals: shown } } as typeof forProd);
    const { inputs, failures } = await resource.check(undefined, news);
    expect(failures).toEqual([]);
    expect(inputs.attestation).toMatchObject({ release: "v0.0.1" });
  });

  test("a release that is made of it later changes nothing", async () => {
    const { azure, attest, resource, news } = setUp();
    attest(forProd);
    const { inputs } = await resource.check(undefined, news);
    azure.calls.length = 0;
    const later = { ...news, attested: { ...attested, releases: { "v0.0.2": approvals } } };
    expect(await resource.check(inputs, later)).toEqual({ inputs, failures: [] });
    expect(azure.calls).toEqual([]);
  });

  test.each([
    ["it was not asked for until now", {}],
    ["it was for another environment", { attestation: { ...forStaging, registry: prodHost } }],
    ["it was for another registry", { attestation: { ...forProd, registry: stagingHost } }],
  ])("an image that is there is verified again when %s", async (_, before) => {
    const { resource, news, refused } = setUp();
    const { inputs } = await resource.check(undefined, { ...news, attested: undefined });
    const olds = { ...inputs, ...before };
    expect((await resource.check(olds, news)).failures).toEqual(
      refused("carries no promotion attestation for prod"),
    );
  });

  test("nobody imports past it, and what was imported is verified at the target", async () => {
    const { attest, resource, news, imports, prod } = setUp();
    await expect(resource.create(news)).rejects.toThrow("carries no promotion attestation for prod");
    expect(imports()).toEqual([]);
    const digest = attest(forProd);
    const { inputs } = await resource.check(undefined, news);
    expect((await resource.create(inputs)).outputs.evidence).toContain(digest);
    expect(prod.manifests.has(digest)).toBe(true);
  });

  test("what arrived is verified at the target, before it has a tag", async () => {
    const { azure, attest, resource, news, staging, prod } = setUp();
    const { bytes } = staging.manifests.get(attest(forProd))!;
    const { layers } = JSON.parse(bytes.toString("utf8")) as { layers: { digest: string }[] };
    const { inputs } = await resource.check(undefined, news);
    // Something else arrives than what stands in staging.
    azure.after = () => {
      if (prod.blobs.has(layers[0].digest)) prod.blobs.set(layers[0].digest, Buffer.from("{}"));
    };
    await expect(resource.create(inputs)).rejects.toThrow(
      `carries a promotion attestation that does not count: it carries a signature that can't be read: its bundle is not the content of ${layers[0].digest}`,
    );
    expect([...prod.tags.keys()].filter((tag) => tag.endsWith("-prod"))).toEqual([]);
  });

  test("what isn't known yet leaves the answer open", async () => {
    const { azure, resource, news } = setUp();
    const open = { ...news, attested: { ...attested, releases: UNKNOWN } };
    const { inputs, failures } = await resource.check(undefined, open);
    expect(failures).toEqual([]);
    expect([inputs.signedBy, inputs.attestation]).toEqual([UNKNOWN, UNKNOWN]);
    expect(azure.calls).toEqual([]);
  });

  test.each([
    [{ attested: true }, "attested", "expected an object, got a boolean"],
    [
      { attested: { roles: ["Dev"], releases: {} } },
      "attested",
      'roles expected the name of an environment, got "Dev"',
    ],
    [
      { attested: { roles: [], releases: { "v0.0.1": { dev: { by: "dev-lead" } } } } },
      "attested",
      "releases v0.0.1 dev at is required",
    ],
    [
      { attested: { roles: [], releases: { "v0.0.1": { dev: { by: "dev-lead", at, run: "run 7" } } } } },
      "attested",
      'releases v0.0.1 dev run expected an https address, got "run 7"',
    ],
    [{ carriesAttestations: "yes" }, "carriesAttestations", 'expected true or false, got "yes"'],
    [{ attestation: forProd }, "attestation", "is not a property of this resource"],
    [{ carriedAttestations: [] }, "carriedAttestations", "is not a property of this resource"],
  ])("%j is refused", async (more, property, reason) => {
    const { azure, resource, news } = setUp(more);
    expect((await resource.check(undefined, news)).failures).toEqual([{ property, reason }]);
    expect(azure.calls).toEqual([]);
  });
});

describe("on the way to where one is asked for", () => {
  const carries = { carriesAttestations: true };

  test("one that is new at the source is a difference, and comes along without another import of the image", async () => {
    const { attest, resource, news, imports, azure, prod } = setUp(carries);
    const { inputs } = await resource.check(undefined, news);
    expect(inputs.carriedAttestations).toEqual([]);
    const { outputs } = await resource.create(inputs);
    expect((await resource.check(inputs, news)).inputs).toEqual(inputs);
    const digest = attest({ ...forProd, environment: "live" });
    const { inputs: next, failures } = await resource.check(inputs, news);
    expect(failures).toEqual([]);
    expect(changesBetween(inputs, next, resource.replaceOn)).toEqual([
      { property: "carriedAttestations", kind: "update", replaces: false },
    ]);
    expect(resource.preview(next, outputs).evidence).toBe(UNKNOWN);
    azure.calls.length = 0;
    const updated = await resource.update(next, outputs);
    expect(imports()).toEqual([`import ${stagingHost} → ${prodHost} ${digest.slice(7, 13)}`]);
    expect(updated.evidence).toEqual([...(outputs.evidence as string[]), digest].sort());
    expect(prod.manifests.has(digest)).toBe(true);
    expect((await resource.check(next, news)).inputs).toEqual(next);
  });

  test("killed at any call on the way and run again, all of it is there", async () => {
    const carried = async (fatal: number) => {
      const { attest, resource, news, azure, prod } = setUp(carries);
      const { inputs } = await resource.check(undefined, news);
      const { outputs } = await resource.create(inputs);
      const digests = [attest({ ...forProd, environment: "live" }), attest(forStaging)];
      const { inputs: next } = await resource.check(inputs, news);
      azure.calls.length = 0;
      azure.before = () => {
        if (azure.calls.length >= fatal) throw new CloudError("the connection dropped");
      };
      const calls = await resource.update(next, outputs).then(
        () => azure.calls.length,
        () => undefined,
      );
      azure.before = () => undefined;
      const { evidence } = await resource.update(next, outputs);
      expect(digests.every((digest) => prod.manifests.has(digest))).toBe(true);
      expect(evidence).toEqual(expect.arrayContaining(digests));
      return calls;
    };
    const calls = (await carried(Infinity))!;
    for (let fatal = 1; fatal <= calls; fatal++) expect(await carried(fatal)).toBeUndefined();
  });

  test("what somebody else signed is none", async () => {
    const { attest, resource, news } = setUp(carries);
    const { inputs } = await resource.check(undefined, news);
    attest(forProd, keyPair());
    expect((await resource.check(inputs, news)).inputs).toEqual(inputs);
  });

  test("a source that fails, or that has lost the image, holds nothing up", async () => {
    const { attest, resource, news, azure, staging } = setUp(carries);
    const digest = attest({ ...forProd, environment: "live" });
    const { inputs } = await resource.check(undefined, news);
    expect(inputs.carriedAttestations).toEqual([digest]);
    azure.before = () => {
      throw new CloudError("staging is away");
    };
    expect(await resource.check(inputs, news)).toEqual({ inputs, failures: [] });
    azure.before = () => undefined;
    staging.manifests.clear();
    expect(await resource.check(inputs, news)).toEqual({ inputs, failures: [] });
  });
});
