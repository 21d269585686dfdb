import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Caller } from "../../sandbox/azure/resource-type";
import { createAuthority, type CertificateAuthority } from "../../sandbox/certificates";
import { azureEndpoint } from "../../sandbox/http/endpoint";
import { azureWording } from "../../sandbox/http/refusal";
import { endServer, serveTls } from "../../sandbox/listen";
import { sandboxPlaces, subscriptionId, tenantId, type SandboxPlaces } from "../../sandbox/places";
import { openSandbox, type Sandbox } from "../../sandbox/sandbox";

export const subscription = `/subscriptions/${subscriptionId}`;
export const groupId = `${subscription}/resourceGroups/onestream-dev-rg`;
export const controlKey = "test-control-key";
export const registryId = (name: string, group = groupId): string =>
  `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
export const roleId = (guid: string): string =>
  `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

export interface TestSandbox {
  readonly sandbox: Sandbox;
  readonly authority: CertificateAuthority;
  readonly places: SandboxPlaces;
  /** The seeded people, and anybody else by object id. */
  readonly administrator: Caller;
  readonly platform: Caller;
  close(): Promise<void>;
}

/** A sandbox in this process, on free ports, in a folder of its own. */
export async function openTestSandbox(registries: readonly string[] = []): Promise<TestSandbox> {
  const home = mkdtempSync(path.join(tmpdir(), "sandbox-test-"));
  const places = sandboxPlaces(home);
  const authority = await createAuthority(places.root);
  const certificate = await authority.issue(["localhost", "127.0.0.1"]);
  const port = await freeSandboxPort();
  const ports: Record<string, number> = {};
  for (const name of registries) ports[name] = await freePort();
  const sandbox = await openSandbox(
    places,
    {
      organization: "onestream",
      port,
      registryPorts: ports,
      modes: ["abac"],
      makesClusters: true,
      manifestWriteLock: "refuses-tags",
    },
    certificate,
  );
  const endpoint = azureEndpoint(() => sandbox, { controlKey, stop() {}, async reset() {} });
  const server = await serveTls(port, certificate, endpoint, azureWording);
  return {
    sandbox,
    authority,
    places,
    administrator: callerNamed(sandbox, "administrator"),
    platform: callerNamed(sandbox, "sp-onestream-platform"),
    async close() {
      await endServer(server);
      await sandbox.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function callerNamed({ directory }: Sandbox, name: string): Caller {
  const { id } = directory.principals().find((principal) => principal.name === name)!;
  return { objectId: id, name };
}

/** An application with its service principal, which a workflow of the GitHub environment of its name can sign in to. */
export function addIdentity({ directory }: Sandbox, name: string): Caller {
  const application = directory.addApplication(name, {});
  directory.putCredential({
    applicationId: application.id,
    displayName: "github-environment",
    issuer: "https://token.actions.githubusercontent.com",
    subject: `repo:onestream/platform:environment:${name}`,
    audiences: ["api://AzureADTokenExchange"],
  });
  return { objectId: directory.addServicePrincipal(application.appId, {}).id, name };
}

export async function addRegistry({ sandbox, administrator }: TestSandbox, name: string): Promise<string> {
  if (!sandbox.manager.find(groupId)) {
    await sandbox.manager.put(administrator, groupId, { location: "eastus2", properties: {} });
  }
  await sandbox.manager.put(administrator, registryId(name), {
    location: "eastus2",
    sku: { name: "Premium" },
    properties: { roleAssignmentMode: "AbacRepositoryPermissions" },
  });
  return registryId(name);
}

/** A vault in the group of dev's registry. */
export async function addVault(
  { sandbox, administrator }: TestSandbox,
  name: string,
): Promise<{ id: string; vaultUri: string }> {
  const id = `${groupId}/providers/Microsoft.KeyVault/vaults/${name}`;
  const { properties } = await sandbox.manager.put(administrator, id, {
    location: "eastus2",
    properties: { tenantId, sku: { family: "A", name: "premium" }, enableRbacAuthorization: true },
  });
  return { id, vaultUri: String(properties.vaultUri) };
}

/** A role assignment whose GUID is made of `number`. */
export const assignmentId = (scope: string, number: number): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

// Below those that the system hands out to connections, which would take a port between its choice and its use. Each worker of
// jest has its own.
const worker = Number(process.env.JEST_WORKER_ID ?? 1) % 6;
const firstPort = 20_000 + 2_000 * worker;

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, firstPort + 2_000);
    if (await isFree(port)) return port;
  }
}

/** A port for a sandbox, whose first vault comes before it. */
export async function freeSandboxPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (await isFree(port - 1)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
