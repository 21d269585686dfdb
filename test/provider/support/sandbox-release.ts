import { writeFileSync } from "node:fs";
import * as path from "node:path";
import * as tls from "node:tls";
import { roleGuids } from "../../../model/access/roles";
import type { Azure } from "../../../provider/azure/azure";
import { azureFrom } from "../../../provider/azure/client";
import { tenantId } from "../../../sandbox/places";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  openTestSandbox,
  registryId,
  roleId,
  type TestSandbox,
} from "../../sandbox/support";

export const registry = "onestreamqa";
export const tokenName = "v0-0-1-qa-acr-sa";
export const account = "v0.0.1-qa-gh-sa";

/** A sandbox with the two accounts of a release's stage, and the plugin's Azure as the platform. */
export class ReleaseWorld {
  private roles = 0;

  private constructor(
    readonly world: TestSandbox,
    readonly azure: Azure,
  ) {}

  static async open(): Promise<ReleaseWorld> {
    const world = await openTestSandbox([registry]);
    await addRegistry(world, registry);
    // The only way to make the built-in fetch trust the sandbox's own authority within this process.
    tls.setDefaultCACertificates([...tls.getCACertificates(), world.authority.certificate]);
    const opened = new ReleaseWorld(world, await platformAzure(world));
    await opened.putRole(world.platform.objectId, roleGuids.registryConfigurationAdministrator);
    await opened.putToken("enabled");
    return opened;
  }

  get loginServer(): string {
    return this.world.sandbox.hosts.hostOf(registry);
  }

  get registryId(): string {
    return registryId(registry);
  }

  /** The stage's token with its scope map, or a change of them. */
  async putToken(status: "enabled" | "disabled"): Promise<void> {
    const { sandbox, administrator } = this.world;
    const scopeMapId = `${this.registryId}/scopeMaps/${tokenName}`;
    await sandbox.manager.put(administrator, scopeMapId, {
      properties: { actions: ["repositories/iam/auth-service/content/read"] },
    });
    await sandbox.manager.put(administrator, `${this.registryId}/tokens/${tokenName}`, {
      properties: { scopeMapId, status },
    });
  }

  /** Gives a role on the registry; the first one is the platform's. */
  async putRole(principalId: string, role: string): Promise<void> {
    const { sandbox, administrator } = this.world;
    await sandbox.manager.put(administrator, assignmentId(this.registryId, ++this.roles), {
      properties: { principalId, principalType: "ServicePrincipal", roleDefinitionId: roleId(role) },
    });
  }

  addAccount() {
    return addIdentity(this.world.sandbox, account);
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

async function platformAzure(world: TestSandbox): Promise<Azure> {
  const { clientId, assertion } = await world.sandbox.sessions.open();
  const file = path.join(world.places.root, `${clientId}.jwt`);
  writeFileSync(file, assertion);
  // The official credential reads the process's own.
  Object.assign(process.env, {
    AZURE_AUTHORITY_HOST: world.sandbox.endpoint,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_FEDERATED_TOKEN_FILE: file,
    AIRLOCK_ARM_ENDPOINT: world.sandbox.endpoint,
    AIRLOCK_GRAPH_ENDPOINT: `${world.sandbox.endpoint}/graph`,
  });
  return azureFrom(process.env, new AbortController().signal);
}
