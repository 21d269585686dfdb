import type { Server } from "node:https";
import type { ServerCertificate } from "../certificates";
import type { Faults } from "../faults/faults";
import { withFaults, type Server as FaultyServer } from "../faults/network";
import type { Hosts } from "../hosts";
import { vaultHandler, type VaultContext } from "../http/key-vault";
import { azureWording } from "../http/refusal";
import { faultWording } from "../http/respond";
import { endServer, serveTls } from "../listen";
import type { ResourceManager } from "./resource-manager";

const vaultType = "Microsoft.KeyVault/vaults";
const dataPlane: FaultyServer = { plane: () => "vault", refusal: faultWording };

/** The vaults' data planes: one TLS server for each vault that exists. */
export class Vaults {
  private readonly running = new Map<string, Promise<Server>>();

  constructor(
    private readonly hosts: Hosts,
    private readonly certificate: ServerCertificate,
    private readonly context: VaultContext,
    private readonly faults: Faults,
  ) {}

  /** Starts what exists already and follows what is created and deleted. */
  async follow(manager: ResourceManager): Promise<void> {
    manager.onEvent(async ({ kind, resource: { type, name } }) => {
      if (type !== vaultType) return;
      await (kind === "deleted" ? this.end(name.toLowerCase()) : this.start(name.toLowerCase()));
    });
    for (const { name } of manager.all(vaultType)) await this.start(name.toLowerCase());
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.end(name)));
  }

  private async start(name: string): Promise<void> {
    const present = this.running.get(name);
    if (present) return void (await present);
    const handler = withFaults(() => this.faults, dataPlane, vaultHandler(this.context, name));
    const server = serveTls(this.hosts.portOf(name), this.certificate, handler, azureWording);
    this.running.set(name, server);
    await server.catch((error: unknown) => {
      this.running.delete(name);
      throw error;
    });
  }

  private async end(name: string): Promise<void> {
    const server = this.running.get(name);
    this.running.delete(name);
    if (server) await endServer(await server);
  }
}
