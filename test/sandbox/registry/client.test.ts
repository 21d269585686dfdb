import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import { everything, image1, TestRegistry } from "./support";

describe("the official Azure client", () => {
  let registry: TestRegistry;
  let digest: string;
  const repository = "iam/auth-service";

  beforeAll(async () => {
    registry = await TestRegistry.start({
      writer: { "*": everything },
      developer: { "*": ["content/read", "metadata/read"] },
    });
    digest = await registry.pushImage(repository, "1.0.0");
    await registry.pushImage(repository, "latest");
  });
  afterAll(() => registry.stop());

  const credential = (principal: string) => ({
    getToken: () =>
      Promise.resolve({ token: `entra-${principal}`, expiresOnTimestamp: Date.now() + 3_600_000 }),
  });
  const options = () => ({ tlsOptions: { ca: registry.ca }, retryOptions: { maxRetries: 0 } });
  const endpoint = () => `https://${registry.host}`;
  const as = (principal: string) => new ContainerRegistryClient(endpoint(), credential(principal), options());

  it("lists repositories, tags and manifests with their properties, page by page", async () => {
    const client = as("writer");
    const names: string[] = [];
    for await (const name of client.listRepositoryNames()) names.push(name);
    expect(names).toEqual([repository]);
    const properties = await client.getRepository(repository).getProperties();
    expect(properties).toMatchObject({ name: repository, manifestCount: 1, tagCount: 2, canWrite: true });

    const artifact = client.getArtifact(repository, digest);
    const tags: string[] = [];
    for await (const page of artifact.listTagProperties().byPage({ maxPageSize: 1 })) {
      expect(page).toHaveLength(1);
      tags.push(page[0].name);
    }
    expect(tags).toEqual(["1.0.0", "latest"]);

    const manifests = [];
    for await (const manifest of client
      .getRepository(repository)
      .listManifestProperties({ order: "LastUpdatedOnDescending" })) {
      manifests.push(manifest);
    }
    expect(manifests).toHaveLength(1);
    expect(manifests[0]).toMatchObject({
      digest,
      architecture: "amd64",
      operatingSystem: "linux",
      tags: ["1.0.0", "latest"],
      canDelete: true,
    });
    expect(manifests[0].createdOn).toBeInstanceOf(Date);
    expect(await artifact.getManifestProperties()).toMatchObject({
      digest,
      registryLoginServer: registry.host,
    });
  });

  it("locks and unlocks a tag and a manifest", async () => {
    const artifact = as("writer").getArtifact(repository, digest);
    const lock = { canWrite: false, canDelete: false };
    expect(await artifact.updateTagProperties("1.0.0", lock)).toMatchObject({
      name: "1.0.0",
      digest,
      ...lock,
      canRead: true,
    });
    expect(await artifact.updateManifestProperties(lock)).toMatchObject({ digest, ...lock });
    await expect(artifact.deleteTag("1.0.0")).rejects.toMatchObject({ statusCode: 405 });
    await expect(artifact.delete()).rejects.toMatchObject({ statusCode: 405 });
    const unlock = { canWrite: true, canDelete: true };
    expect(await artifact.updateTagProperties("1.0.0", unlock)).toMatchObject(unlock);
    expect(await artifact.updateManifestProperties(unlock)).toMatchObject(unlock);
  });

  it("pushes and pulls content, in chunks", async () => {
    const content = new ContainerRegistryContentClient(
      endpoint(),
      "iam/pushed",
      credential("writer"),
      options(),
    );
    const image = image1("3.0.0");
    for (const blob of [image.config, ...image.layers]) await content.uploadBlob(blob);
    const large = Buffer.alloc(5 * 1024 * 1024, 7);
    const { digest: blob } = await content.uploadBlob(large);
    const { digest: pushed } = await content.setManifest(image.manifest, { tag: "3.0.0" });
    expect((await content.getManifest("3.0.0")).digest).toBe(pushed);
    const chunks: Buffer[] = [];
    for await (const chunk of (await content.downloadBlob(blob)).content) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(large)).toBe(true);
    await as("writer").deleteRepository("iam/pushed");
    await as("writer").deleteRepository("iam/pushed");
  });

  it("is refused with the reason in its error", async () => {
    const locking = as("developer")
      .getArtifact(repository, digest)
      .updateTagProperties("1.0.0", { canWrite: false });
    await expect(locking).rejects.toMatchObject({
      message: expect.stringContaining(
        "developer may not change the attributes of iam/auth-service in onestreamprod: no role on onestreamprod gives metadata/write",
      ),
    });
  });
});
