import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What one version of the service does. */
export interface Behaviour {
  readonly errorsPerMinute: number;
  readonly successPercent: number;
  /** What `/health` answers. */
  readonly health: number;
}

export const sound: Behaviour = { errorsPerMinute: 0, successPercent: 100, health: 200 };

/**
 * The addresses inside of a cluster that carries no traffic: its Prometheus, and the health of a canary. Argo reaches them as
 * through a proxy, so that its objects name them as they are; asked for itself it is the Prometheus.
 */
export class Addresses {
  /** Every question that was asked, once. */
  readonly asked = new Set<string>();
  /** Of the canary's version, whichever it is. */
  canary: Behaviour = sound;
  /** What the Prometheus answers whatever it is asked. */
  prometheus: 200 | 503 = 200;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { status, text } = this.answer(
          new URL(request.url!, "http://prometheus.monitoring:9090"),
          body,
        );
        response.writeHead(status, { "content-type": "application/json" }).end(text);
      });
    });
  }

  async open(port: number): Promise<string> {
    await new Promise<void>((done) => this.server.listen(port, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(url: URL, body: string): { status: number; text: string } {
    if (url.host === "prometheus.monitoring:9090" && url.pathname === "/api/v1/query") {
      const query = new URLSearchParams(body).get("query") ?? url.searchParams.get("query")!;
      this.asked.add(query);
      const value = query.startsWith("60 *") ? this.canary.errorsPerMinute : this.canary.successPercent;
      if (this.prometheus !== 200) return { status: this.prometheus, text: "" };
      const result = [{ metric: {}, value: [1, String(value)] }];
      return {
        status: 200,
        text: JSON.stringify({ status: "success", data: { resultType: "vector", result } }),
      };
    }
    this.asked.add(url.href);
    // A word, as many services answer it, and no JSON.
    if (url.pathname === "/health") return { status: this.canary.health, text: "ok" };
    return { status: 404, text: "" };
  }
}
