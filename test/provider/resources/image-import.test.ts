import { CloudError } from "../../../provider/errors";
import { UNKNOWN } from "../../../provider/properties";
import { ImageImport } from "../../../provider/resources/image-import";
import { short } from "../support/fake-azure";
import { addImage, addReferrer, keyPair } from "../support/images";
import { prodHost, promotion, signedInStaging, stagingHost, without } from "../support/promotion";

async function setUp() {
  const world = signedInStaging();
  const resource = new ImageImport(world.azure);
  const { inputs } = await resource.check(undefined, promotion(world.digest, world.key.publicKey));
  world.azure.calls.length = 0;
  return { ...world, resource, inputs };
}

const changing = (calls: readonly string[]) => calls.filter((call) => /^(import|put|lock) /.test(call));

test("an image arrives by digest and untagged, its evidence one by one, the version tag last", async () => {
  const { azure, resource, inputs, prod, digest, evidence } = await setUp();
  const { id, outputs } = await resource.create(inputs);
  expect(id).toBe(`${prodHost}/iam/auth-service@${digest}`);
  expect(outputs).toEqual({ ...inputs, evidence });
  expect(prod.tags.get("1.2.3-prod")).toBe(digest);
  const imports = changing(azure.calls);
  expect(imports).toHaveLength(5);
  expect(imports[0]).toBe(`import ${stagingHost} → ${prodHost} ${short(digest)}`);
  expect(imports[4]).toBe(`import ${prodHost} → ${prodHost} ${short(digest)} 1.2.3-prod`);
  for (const entry of evidence) expect(imports.join()).toContain(short(entry));
  expect([...prod.manifests.keys()].sort()).toEqual([digest, ...evidence].sort());
});

test("what is there already is not imported again", async () => {
  const { azure, resource, inputs } = await setUp();
  const first = await resource.create(inputs);
  azure.calls.length = 0;
  expect(await resource.create(inputs)).toEqual(first);
  expect(changing(azure.calls)).toEqual([]);
});

test.each(["refused", "answer lost"])("killed at any call (%s) and run again, it converges", async (how) => {
  const whole = await setUp();
  await whole.resource.create(whole.inputs);
  for (let fatal = 1; fatal <= whole.azure.calls.length; fatal++) {
    const { azure, resource, inputs, prod, digest, evidence } = await setUp();
    let count = 0;
    const die = () => {
      if (++count >= fatal) throw new CloudError("the connection dropped");
    };
    if (how === "refused") azure.before = die;
    else azure.after = die;
    await expect(resource.create(inputs)).rejects.toThrow("the connection dropped");
    azure.before = azure.after = () => undefined;
    const { outputs } = await resource.create(inputs);
    expect(outputs).toEqual({ ...inputs, evidence });
    expect([...prod.tags].filter(([, named]) => named === digest)).toEqual([["1.2.3-prod", digest]]);
  }
});

test("an import whose answer got lost counts when its effect is there", async () => {
  const { azure, resource, inputs, evidence } = await setUp();
  azure.after = (call) => {
    if (call.startsWith("import ")) throw new CloudError("the connection dropped");
  };
  expect((await resource.create(inputs)).outputs).toEqual({ ...inputs, evidence });
});

test("an import whose answer got lost counts when its effect shows later", async () => {
  const { azure, resource, inputs, prod, digest, evidence } = await setUp();
  const image = azure.at(stagingHost, "iam/auth-service").manifests.get(digest)!;
  let waited = 0;
  azure.pause = async () => {
    if (++waited === 5) prod.manifests.set(digest, image);
  };
  azure.after = (call) => {
    if (call !== `import ${stagingHost} → ${prodHost} ${short(digest)}`) return;
    prod.manifests.delete(digest);
    throw new CloudError("the connection dropped", { lost: true });
  };
  expect((await resource.create(inputs)).outputs).toEqual({ ...inputs, evidence });
  expect(
    azure.calls.filter((call) => call === `import ${stagingHost} → ${prodHost} ${short(digest)}`),
  ).toHaveLength(1);
});

test("an answer that got lost is the error when the effect never shows", async () => {
  const { azure, resource, inputs } = await setUp();
  azure.before = (call) => {
    if (call.startsWith("import ")) throw new CloudError("the connection dropped", { lost: true });
  };
  await expect(resource.create(inputs)).rejects.toThrow(/^the connection dropped$/);
});

test("an image that lost its signature at the source since the preview is not imported", async () => {
  const { azure, resource, inputs, staging, digest } = await setUp();
  staging.tags.delete(`${digest.replace(":", "-")}.sig`);
  await expect(resource.create(inputs)).rejects.toThrow(
    `iam/auth-service@${digest} is not signed: sign it in ${stagingHost} before promoting`,
  );
  expect(changing(azure.calls)).toEqual([]);
});

test("evidence that does not arrive fails the import, and the version tag is not given", async () => {
  const { azure, resource, inputs, prod, digest, evidence } = await setUp();
  azure.after = () => {
    for (const entry of evidence) if (![...prod.tags.values()].includes(entry)) prod.manifests.delete(entry);
  };
  await expect(resource.create(inputs)).rejects.toThrow(
    /was accepted by Azure but does not show after 26 seconds\. A registry with replicas may show it later: then run this again$/,
  );
  expect(prod.tags.has("1.2.3-prod")).toBe(false);
  expect(prod.manifests.has(digest)).toBe(true);
});

test("evidence that the registry does not list is counted as missing", async () => {
  const { azure, resource, inputs, digest } = await setUp();
  const repository = azure.repository.bind(azure);
  azure.repository = (host, name) => ({
    ...repository(host, name),
    ...(host === prodHost && { referrers: () => Promise.resolve([]) }),
  });
  await expect(resource.create(inputs)).rejects.toThrow(
    `2 of 3 signatures and attestations of iam/auth-service@${digest} did not arrive in ${prodHost}`,
  );
});

test("a version tag that names another image is never moved", async () => {
  const { azure, resource, inputs, prod, digest } = await setUp();
  const other = addImage(prod, "earlier build", "1.2.3-prod");
  await expect(resource.create(inputs)).rejects.toThrow(
    `iam/auth-service:1.2.3-prod already names ${other} in ${prodHost}, not ${digest}. Version tags never move: give the image another version`,
  );
  expect(prod.tags.get("1.2.3-prod")).toBe(other);
  expect(changing(azure.calls).filter((call) => call.includes("1.2.3-prod"))).toEqual([]);
});

test("in the first environment nothing is imported and the tag is put with the manifest's own bytes", async () => {
  const { azure, resource, inputs, staging, digest, evidence } = await setUp();
  const built = without(
    {
      ...inputs,
      loginServer: stagingHost,
      tags: ["1.2.3-staging"],
    },
    "source",
  );
  const { outputs } = await resource.create(built);
  expect(outputs.evidence).toEqual(evidence);
  expect(changing(azure.calls)).toEqual([`put ${stagingHost} 1.2.3-staging`]);
  expect(staging.tags.get("1.2.3-staging")).toBe(digest);
});

describe("read", () => {
  test("says nothing when nothing changed", async () => {
    const { resource, inputs } = await setUp();
    const { outputs } = await resource.create(inputs);
    expect(await resource.read({ inputs, outputs })).toEqual({ inputs, outputs });
  });

  test("reports a deleted image as gone", async () => {
    const { resource, inputs, prod, digest } = await setUp();
    const { outputs } = await resource.create(inputs);
    prod.manifests.delete(digest);
    expect(await resource.read({ inputs, outputs })).toBeUndefined();
  });

  test("leaves out a tag that points elsewhere, and new evidence is seen", async () => {
    const { resource, inputs, prod, digest, evidence } = await setUp();
    const { outputs } = await resource.create(inputs);
    addImage(prod, "intruder", "1.2.3-prod");
    const record = addReferrer(prod, digest, "application/vnd.promotion+json");
    const found = await resource.read({ inputs, outputs });
    expect(found?.inputs).toEqual({ ...inputs, tags: [] });
    expect(found?.outputs).toEqual({ ...inputs, tags: [], evidence: [...evidence, record].sort() });
  });

  test("lost evidence is verified and brought back by the next run", async () => {
    const { resource, inputs, prod, evidence } = await setUp();
    const { outputs } = await resource.create(inputs);
    const lost = evidence.find((entry) => ![...prod.tags.values()].includes(entry))!;
    prod.manifests.delete(lost);
    const found = (await resource.read({ inputs, outputs }))!;
    expect(found.inputs).not.toHaveProperty("signedBy");
    expect(found.outputs.evidence).not.toContain(lost);
    const news = without(inputs, "signedBy", "sourceReference", "labels");
    const again = await resource.check(found.inputs, news);
    expect(again.inputs).toEqual(inputs);
    expect(await resource.update(again.inputs, found.outputs)).toEqual(outputs);
    expect(prod.manifests.has(lost)).toBe(true);
  });
});

test("a new tag needs nothing of the source any more, another key asks it again", async () => {
  const { azure, resource, inputs, staging, prod, digest } = await setUp();
  const { outputs } = await resource.create(inputs);
  staging.manifests.clear();
  azure.calls.length = 0;
  const retagged = { ...inputs, tags: ["1.2.3-prod", "1.2.3-prod-rollback"] };
  expect(resource.preview(retagged, outputs)).toEqual({ ...retagged, evidence: outputs.evidence });
  expect(await resource.update(retagged, outputs)).toEqual({ ...retagged, evidence: outputs.evidence });
  expect(prod.tags.get("1.2.3-prod-rollback")).toBe(digest);
  expect(azure.calls.filter((call) => call.startsWith(`manifest ${stagingHost}`))).toEqual([]);
  const rekeyed = { ...inputs, publicKey: keyPair().publicKey };
  expect(resource.preview(rekeyed, outputs)).toEqual({ ...rekeyed, evidence: UNKNOWN });
  await expect(resource.update(rekeyed, outputs)).rejects.toThrow(
    `iam/auth-service@${digest} does not exist in ${stagingHost}`,
  );
});

test("delete forgets: nothing is asked of the registry", async () => {
  const { azure, resource, inputs } = await setUp();
  await resource.create(inputs);
  azure.calls.length = 0;
  await resource.delete();
  expect(azure.calls).toEqual([]);
});
