import * as path from "node:path";
import { roleGuids } from "../../../model/access/roles";
import type { ImportImageParameters } from "../../../sandbox/azure/import-parameters";
import { Delays } from "../../../sandbox/faults/delays";
import { replicaOf } from "../../../sandbox/faults/replica";
import { RegistryStore, sampleImage } from "../../../sandbox/registry";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  type TestSandbox,
} from "../support";

const repository = "iam/auth-service";
let test: TestSandbox;
beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev", "onestreamstaging"]);
  await addRegistry(test, "onestreamdev");
  await addRegistry(test, "onestreamstaging");
});
afterEach(() => test.sandbox.faults.clear());
afterAll(() => test.close());

it("what is late takes effect when its time has come, and not before", () => {
  let now = 0;
  const delays = new Delays<string>(() => now);
  delays.hold("a", 2, "as it was");
  const held = (at: number) => {
    now = at;
    return [delays.held("a"), delays.empty, delays.revision];
  };
  expect([held(0), held(1_999), held(2_000)]).toEqual([
    ["as it was", false, 1],
    ["as it was", false, 1],
    [undefined, true, 2],
  ]);
});

describe("slow role propagation", () => {
  let number = 0;
  const grant = async (principalId: string): Promise<string> => {
    const id = assignmentId(groupId, ++number);
    await test.sandbox.manager.put(test.administrator, id, {
      properties: {
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(roleGuids.reader),
      },
    });
    return id;
  };
  const mayRead = (name: string) => {
    const { id } = test.sandbox.directory.principals().find((one) => one.name === name)!;
    return test.sandbox.manager.list(
      { objectId: id, name },
      "Microsoft.ContainerRegistry/registries",
      groupId,
    ).length;
  };

  it("holds back the rights of a new assignment, which stands all the same", async () => {
    const { objectId } = addIdentity(test.sandbox, "sp-late");
    test.sandbox.faults.set({ kind: "slow-roles", times: 1 });
    const id = await grant(objectId);
    expect(mayRead("sp-late")).toBe(0);
    expect(test.sandbox.manager.get(test.administrator, id).properties.principalId).toBe(objectId);
    test.sandbox.faults.clear();
    expect(mayRead("sp-late")).toBe(2);
  });

  it("leaves the assignments alone that stood before, also when they are written again", async () => {
    const { objectId } = addIdentity(test.sandbox, "sp-early");
    const id = await grant(objectId);
    const { properties } = test.sandbox.manager.get(test.administrator, id);
    test.sandbox.faults.set({ kind: "slow-roles" });
    await test.sandbox.manager.put(test.administrator, id, { properties });
    expect(mayRead("sp-early")).toBe(2);
    expect(test.sandbox.faults.list()).toEqual([{ kind: "slow-roles", seconds: 60, struck: 0 }]);
  });
});

function push(version: string): string {
  const store = test.sandbox.registries.store("onestreamdev")!;
  const image = sampleImage({
    service: repository,
    version,
    revision: "0".repeat(40),
    source: "https://github.com/onestream/platform",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(repository, blob);
  return store.putManifest(repository, version, image.manifest).digest;
}

async function importImage(digest: string, target: Partial<ImportImageParameters>): Promise<void> {
  const { sandbox, administrator } = test;
  const reader = { principalId: administrator.objectId, principalType: "User" };
  const id = assignmentId(registryId("onestreamdev"), 99);
  if (!sandbox.manager.find(id)) {
    await sandbox.manager.put(administrator, id, {
      properties: { ...reader, roleDefinitionId: roleId(roleGuids.repositoryReader) },
    });
  }
  const carryOut = await sandbox.imports.prepare(administrator, registryId("onestreamstaging"), {
    source: { resourceId: registryId("onestreamdev"), sourceImage: `${repository}@${digest}` },
    ...target,
  });
  await carryOut();
}

describe("replication lag", () => {
  const store = () => test.sandbox.registries.store("onestreamstaging")!;
  const shown = () => replicaOf(test.sandbox.faults.replication, "onestreamstaging", store());

  it("hides what was imported from the login server, and the registry has it", async () => {
    const digest = push("1.0.0");
    test.sandbox.faults.set({ kind: "replication-lag", times: 1 });
    await importImage(digest, { targetTags: [`${repository}:1.0.0-staging`] });
    expect(store().manifestRecord(repository, "1.0.0-staging").digest).toBe(digest);
    const unknown = `repository ${repository} is not found`;
    expect(() => shown().manifest(repository, digest)).toThrow(unknown);
    expect(() => shown().tags(repository)).toThrow(unknown);
    expect(shown().repositoryNames()).toEqual([]);
    test.sandbox.faults.clear();
    expect(shown().manifest(repository, "1.0.0-staging").record.digest).toBe(digest);
  });

  it("shows a tag that moved where it was, and nothing of the image that it names now", async () => {
    const [before, after] = [push("2.0.0"), push("2.1.0")];
    const latest = { targetTags: [`${repository}:latest`], mode: "Force" } as const;
    await importImage(before, latest);
    test.sandbox.faults.set({ kind: "replication-lag", times: 1 });
    await importImage(after, latest);
    expect(shown().manifest(repository, "latest").record.digest).toBe(before);
    expect(
      shown()
        .tags(repository)
        .find(({ name }) => name === "latest")?.digest,
    ).toBe(before);
    expect(() => shown().manifest(repository, after)).toThrow(
      `manifest ${after} is not found in ${repository}`,
    );
    test.sandbox.faults.clear();
    expect(shown().manifest(repository, "latest").record.digest).toBe(after);
  });
});

it("a crash in mid-import leaves no image behind, and the next import brings it", async () => {
  const digest = push("3.0.0");
  const killed = jest.spyOn(process, "kill").mockImplementation(() => {
    throw new Error("the process has died");
  });
  test.sandbox.faults.set({ kind: "crash-import" });
  const target = { targetTags: [`${repository}:3.0.0-staging`] };
  await expect(importImage(digest, target)).rejects.toThrow("the process has died");
  expect(killed.mock.calls).toEqual([[process.pid, "SIGKILL"]]);
  killed.mockRestore();

  const { blobs } = test.sandbox.registries.store("onestreamdev")!.manifestRecord(repository, digest);
  const restarted = new RegistryStore(path.join(test.places.state, "registries", "onestreamstaging"));
  expect(blobs.filter((blob) => restarted.content.has(blob))).toHaveLength(Math.ceil(blobs.length / 2));
  const unknown = `manifest ${digest} is not found in ${repository}`;
  expect(() => restarted.manifest(repository, digest)).toThrow(unknown);
  expect(restarted.tags(repository).map(({ name }) => name)).not.toContain("3.0.0-staging");

  test.sandbox.faults.clear();
  await importImage(digest, target);
  expect(
    test.sandbox.registries.store("onestreamstaging")!.manifest(repository, "3.0.0-staging").record.digest,
  ).toBe(digest);
});
