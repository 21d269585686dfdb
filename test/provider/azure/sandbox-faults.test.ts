import { writeFileSync } from "node:fs";
import * as path from "node:path";
import * as tls from "node:tls";
import { customRoleDefinition, customRoles } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import { azureFrom } from "../../../provider/azure/client";
import type { Azure } from "../../../provider/azure/azure";
import { converge } from "../../../provider/resources/converge";
import type { Fault } from "../../../sandbox/faults/fault";
import { subscriptionId, tenantId } from "../../../sandbox/places";
import { sampleImage } from "../../../sandbox/registry";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../../sandbox/support";

jest.setTimeout(300_000);

const name = "iam/auth-service";
const promoter = "sp-onestream-prod-pipeline";
const [staging, prod] = ["onestreamstaging", "onestreamprod"] as const;
let world: TestSandbox;
let grants = 0;
let versions = 0;

beforeAll(async () => {
  world = await openTestSandbox([staging, prod]);
  for (const registry of [staging, prod]) await addRegistry(world, registry);
  for (const role of customRoles("onestream")) {
    const { guid, name, permissions } = customRoleDefinition(subscriptionId, "onestream", role);
    await world.sandbox.manager.put(world.administrator, roleId(guid), {
      properties: { roleName: name, permissions, assignableScopes: [subscription] },
    });
  }
  tls.setDefaultCACertificates([...tls.getCACertificates(), world.authority.certificate]);
  await grantAll(promoter);
});
afterEach(() => world.sandbox.faults.clear());
afterAll(() => world.close());

/** A new identity that may import into prod and lock there. */
async function grantAll(identity: string): Promise<void> {
  const { objectId: principalId } = addIdentity(world.sandbox, identity);
  const custom = (key: string) => {
    const role = customRoles("onestream").find((one) => one.key === key)!;
    return customRoleDefinition(subscriptionId, "onestream", role).guid;
  };
  const grant = (scope: string, guid: string) =>
    world.sandbox.manager.put(world.administrator, assignmentId(scope, ++grants), {
      properties: { principalId, principalType: "ServicePrincipal", roleDefinitionId: roleId(guid) },
    });
  await grant(registryId(prod), custom("importer"));
  await grant(registryId(prod), custom("locker"));
  await grant(registryId(prod), roleGuids.repositoryReader);
  await grant(registryId(staging), custom("sourceReader"));
}

/** What the plugin speaks to Azure, freshly signed in; `waited` are its pauses, which it makes. */
async function azureAs(identity: string): Promise<{ azure: Azure; waited: number[] }> {
  const { clientId, assertion } = await world.sandbox.sessions.open(identity);
  const file = path.join(world.places.root, `${clientId}.jwt`);
  writeFileSync(file, assertion);
  // The official credential reads the process's own.
  Object.assign(process.env, {
    AZURE_AUTHORITY_HOST: world.sandbox.endpoint,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AIRLOCK_ARM_ENDPOINT: world.sandbox.endpoint,
  });
  const azure = azureFrom(process.env, new AbortController().signal);
  const waited: number[] = [];
  const { pause } = azure;
  return { azure: { ...azure, pause: (wait) => (waited.push(wait), pause(wait)) }, waited };
}

/** A new image in staging. */
function push(): string {
  const store = world.sandbox.registries.store(staging)!;
  const image = sampleImage({
    service: name,
    version: `1.${++versions}.0`,
    revision: "0".repeat(40),
    source: "https://github.com/onestream/platform",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(name, blob);
  return store.putManifest(name, `1.${versions}.0`, image.manifest).digest;
}

/** Imports an image into prod as a resource does, tags it and locks the tag. */
async function promote(azure: Azure, digest: string): Promise<void> {
  const target = azure.repository(world.sandbox.hosts.hostOf(prod), name);
  const there = async (reference: string) => (await target.manifest(reference))?.digest === digest;
  const image = { registryId: registryId(prod), repository: name, digest };
  await converge(
    azure,
    "importing",
    () => there(digest),
    () => azure.importImage({ ...image, sourceRegistryId: registryId(staging) }),
  );
  const tag = `${digest.slice(7, 19)}-prod`;
  await converge(
    azure,
    "tagging",
    () => there(tag),
    () => azure.importImage({ ...image, sourceRegistryId: registryId(prod), tag }),
  );
  await target.setTagLock(tag, { canWrite: false, canDelete: false });
  expect(await target.tagLock(tag)).toEqual({ canWrite: false, canDelete: false, digest });
}

const kinds = ["throttle", "error", "drop-before", "drop-after"] as const;
const faults: Fault[] = [
  ...(["arm", "registry", "token"] as const).flatMap((on) =>
    kinds.map((kind) => ({ kind, on, times: kind === "throttle" ? 2 : 4 })),
  ),
  { kind: "latency", on: "registry", seconds: 1, times: 1 },
];

test.each(faults)("an image is promoted though there is $kind on $on, $times times", async (fault) => {
  const { azure } = await azureAs(promoter);
  const digest = push();
  world.sandbox.faults.set(fault);
  await promote(azure, digest);
  // Every strike was met.
  expect(world.sandbox.faults.list()).toEqual([]);
});

test("an import whose every answer is lost is found at the next run, and not made twice", async () => {
  const { azure } = await azureAs(promoter);
  const digest = push();
  world.sandbox.faults.set({ kind: "drop-after", on: "arm", match: "POST /subscriptions/**/importImage" });
  await promote(azure, digest);
  const [{ struck }] = world.sandbox.faults.list();
  await promote((await azureAs(promoter)).azure, digest);
  expect(world.sandbox.faults.list()).toMatchObject([{ struck }]);
});

test("an image that the login server shows late is waited for", async () => {
  const { azure, waited } = await azureAs(promoter);
  world.sandbox.faults.set({ kind: "replication-lag", seconds: 1 });
  await promote(azure, push());
  expect(waited.length).toBeGreaterThan(0);
});

test("roles that take effect late are waited for", async () => {
  const { faults } = world.sandbox;
  faults.set({ kind: "slow-roles", seconds: 3_600 });
  await grantAll("sp-new");
  expect(faults.list()).toMatchObject([{ struck: 4 }]);
  const refusals: number[] = [];
  const ask = fetch;
  const asking = jest.spyOn(globalThis, "fetch").mockImplementation(async (...request) => {
    const answer = await ask(...request);
    if (answer.status === 401 || answer.status === 403) {
      refusals.push(answer.status);
      // Their time has come.
      faults.clear();
    }
    return answer;
  });
  await promote((await azureAs("sp-new")).azure, push()).finally(() => asking.mockRestore());
  expect(refusals).toHaveLength(1);
});
