import { Delays } from "../../../sandbox/faults/delays";
import { holdBack, replicaOf, type Behind } from "../../../sandbox/faults/replica";
import { RegistryStore } from "../../../sandbox/registry";
import { digestOf, everything, image1, TestRegistry } from "../registry/support";

const repository = "iam/auth-service";
const late = new Delays<Behind>();
const image = image1("2.0.0");
const imported = digestOf(image.manifest);
let registry: TestRegistry;
let pushed: string;

beforeAll(async () => {
  registry = await TestRegistry.start({ writer: { "*": everything } });
  registry.serve("allows-tags", (store) => replicaOf(late, "onestreamprod", store));
});
beforeEach(async () => {
  pushed = await registry.pushImage(repository, "1.0.0");
  const hold = holdBack(late, "onestreamprod", registry.store, repository);
  for (const blob of [image.config, ...image.layers]) registry.store.putBlob(repository, blob);
  registry.store.putManifest(repository, "2.0.0", image.manifest);
  hold(60);
});
afterEach(() => {
  late.clear();
  registry.store.deleteRepository(repository);
});
afterAll(() => registry.stop());

const onDisk = () => new RegistryStore(`${registry.directory}/data`);

it("what is pushed while an import lags stands in the registry, and not just until it restarts", async () => {
  const answer = await registry.pushManifest(
    repository,
    `${pushed}?tag=1.0&tag=1`,
    registry.store.manifest(repository, pushed).bytes,
  );
  expect(answer.status).toBe(201);
  const names = ["1", "1.0", "1.0.0", "2.0.0"];
  for (const store of [registry.store, onDisk()]) {
    expect(store.tags(repository).map(({ name }) => name)).toEqual(names);
    expect(store.repository(repository).record).toEqual(registry.store.repository(repository).record);
  }
  const listed = (await registry.send("GET", `/v2/${repository}/tags/list`)).json() as { tags: string[] };
  expect(listed.tags).toEqual(["1", "1.0", "1.0.0"]);
});

it("a manifest that is pushed again gets its tags, though the login server shows nothing of the import yet", async () => {
  const target = `${imported}?tag=pushed`;
  expect((await registry.pushManifest(repository, target, image.manifest)).status).toBe(201);
  expect(onDisk().manifestRecord(repository, "pushed").digest).toBe(imported);
});

it.each([
  ["PATCH", `/acr/v1/${repository}/_manifests/${imported}`],
  ["PATCH", `/acr/v1/${repository}/_tags/2.0.0`],
  ["DELETE", `/acr/v1/${repository}/_tags/2.0.0`],
  ["DELETE", `/v2/${repository}/manifests/2.0.0`],
  ["DELETE", `/v2/${repository}/manifests/${imported}`],
])("%s %s: what isn't shown can't be changed", async (method, path) => {
  const body = method === "PATCH" ? '{"deleteEnabled":false}' : undefined;
  const { status, json } = await registry.send(method, path, { body });
  expect([status, json()]).toMatchObject([404, { errors: [{ code: "MANIFEST_UNKNOWN" }] }]);
  expect(registry.store.manifestRecord(repository, "2.0.0")).toMatchObject({
    digest: imported,
    attributes: { deleteEnabled: true },
  });
});

it("what is shown can be changed", async () => {
  const path = `/acr/v1/${repository}/_manifests/${pushed}`;
  const answer = await registry.send("PATCH", path, { body: '{"listEnabled":false}' });
  expect(answer.status).toBe(200);
  expect(onDisk().manifestRecord(repository, pushed).attributes.listEnabled).toBe(false);
});
