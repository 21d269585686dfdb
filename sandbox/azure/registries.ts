import { rmSync } from "node:fs";
import type { Server } from "node:https";
import * as path from "node:path";
import type { ServerCertificate } from "../certificates";
import { registryWording } from "../http/refusal";
import { endServer, serveTls } from "../listen";
import { withFaults, type Server as FaultyServer } from "../faults/network";
import type { Faults } from "../faults/faults";
import { replicaOf } from "../faults/replica";
import type { Hosts } from "../hosts";
import { registryHandler, RegistryStore, type ManifestWriteLock, type RegistryAuthority } from "../registry";
import type { ResourceManager } from "./resource-manager";
import type { StoredResource } from "./resource-type";

const registryType = "Microsoft.ContainerRegistry/registries";

const loginServer: FaultyServer = {
  plane: (path) => (path.startsWith("/oauth2/") ? "token" : "registry"),
  refusal(code) {
    const [name, message] =
      code === "busy" ? ["TOOMANYREQUESTS", "too many requests"] : ["UNKNOWN", "the registry failed"];
    return { errors: [{ code: name, message }] };
  },
};

/** The data planes: one TLS server for each registry that exists. */
export class Registries {
  private readonly running = new Map<
    string,
    { readonly store: RegistryStore; readonly server: Promise<Server>; mode: unknown }
  >();

  constructor(
    private readonly directory: string,
    private readonly hosts: Hosts,
    private readonly certificate: ServerCertificate,
    private readonly authority: RegistryAuthority,
    private readonly manifestWriteLock: ManifestWriteLock,
    private readonly faults: Faults,
  ) {}

  /** Starts what exists already and follows what is created and deleted. */
  async follow(manager: ResourceManager): Promise<void> {
    manager.onEvent(async ({ kind, resource }) => {
      if (resource.type !== registryType) return;
      await (kind === "deleted" ? this.remove(resource) : this.start(resource));
    });
    for (const registry of manager.all(registryType)) await this.start(registry);
  }

  store(registry: string): RegistryStore | undefined {
    return this.running.get(registry.toLowerCase())?.store;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(async ({ server }) => endServer(await server)));
    this.running.clear();
  }

  private async start({ name, properties }: StoredResource): Promise<void> {
    const key = name.toLowerCase();
    const mode = properties.roleAssignmentMode;
    const present = this.running.get(key);
    if (present) {
      // With the mode, the credentials that clients hold end: 401 until they sign in anew.
      if (present.mode !== mode) present.store.renewSecret();
      present.mode = mode;
      await present.server;
      return;
    }
    const store = new RegistryStore(this.folder(key));
    const { faults } = this;
    const handler = registryHandler({
      name: key,
      host: this.hosts.hostOf(key),
      store,
      shown: () => replicaOf(faults.replication, key, store),
      authority: this.authority,
      manifestWriteLock: this.manifestWriteLock,
    });
    const server = serveTls(
      this.hosts.portOf(key),
      this.certificate,
      withFaults(
        () => faults,
        loginServer,
        (request, response) => {
          const clock = faults.skewedClock();
          if (clock) response.setHeader("date", clock.toUTCString());
          handler(request, response);
        },
      ),
      registryWording,
    );
    // Before anything is waited for: another request for the same registry must find it.
    this.running.set(key, { store, server, mode });
    await server.catch((error: unknown) => {
      this.running.delete(key);
      throw error;
    });
  }

  private async remove({ name }: StoredResource): Promise<void> {
    const key = name.toLowerCase();
    const running = this.running.get(key);
    if (running) await endServer(await running.server);
    this.running.delete(key);
    rmSync(this.folder(key), { recursive: true, force: true });
  }

  private folder(key: string): string {
    return path.join(this.directory, key);
  }
}
