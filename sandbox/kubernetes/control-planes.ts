import { rmSync } from "node:fs";
import * as path from "node:path";
import { UserError } from "../../model/errors";
import { idKey, parseArmId } from "../azure/arm-id";
import type { Hosts } from "../hosts";
import { becomesFree } from "../listen";
import { ControlPlane, type Authentication, type Authorization, type ClusterPrograms } from "./control-plane";

/** What an API server is started with, and who is told where it answers. */
export interface Access {
  trustOf(clusterId: string): {
    readonly authentication: Authentication;
    readonly authorization: Authorization;
  };
  announce(
    clusterId: string,
    address: { readonly server: string; readonly certificateAuthority: string } | undefined,
  ): void;
}

/** The control planes of the sandbox's clusters, each started when it is first asked for. */
export class ControlPlanes {
  private readonly running = new Map<string, Promise<ControlPlane>>();

  constructor(
    private readonly folder: string,
    private readonly programs: ClusterPrograms,
    private readonly hosts: Hosts,
    private readonly access: Access,
  ) {}

  /** @throws UserError (2) when its port is taken */
  of(clusterId: string): Promise<ControlPlane> {
    const key = idKey(clusterId);
    const known = this.running.get(key);
    if (known) return known;
    const starting = this.start(key);
    this.running.set(key, starting);
    // Whoever asks again has another try.
    starting.catch(() => this.running.delete(key));
    return starting;
  }

  /** Ends it and removes what it kept, as when the cluster is deleted. */
  async remove(clusterId: string): Promise<void> {
    const key = idKey(clusterId);
    await this.end(key);
    rmSync(this.homeOf(key), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((id) => this.end(id)));
  }

  private async start(key: string): Promise<ControlPlane> {
    const port = this.hosts.portOf(key);
    if (!(await becomesFree(port))) {
      const where = `the API server of ${parseArmId(key)!.name}`;
      const fix = "End what uses it, or move the sandbox: AIRLOCK_PORT";
      throw new UserError({ what: `port ${port} of this machine is taken`, where, fix, exitCode: 2 });
    }
    const plane = new ControlPlane({ port, home: this.homeOf(key), ...this.access.trustOf(key) });
    try {
      await plane.start(this.programs);
    } catch (error) {
      await plane.stop();
      throw error;
    }
    const { server, certificateAuthority } = plane;
    this.access.announce(key, { server, certificateAuthority });
    return plane;
  }

  private async end(key: string): Promise<void> {
    const running = this.running.get(key);
    this.running.delete(key);
    this.access.announce(key, undefined);
    const plane = await running?.catch(() => undefined);
    await plane?.stop();
  }

  private homeOf(key: string): string {
    const { resourceGroup, name } = parseArmId(key)!;
    return path.join(this.folder, `${resourceGroup}.${name}`);
  }
}
