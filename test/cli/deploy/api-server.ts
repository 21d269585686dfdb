import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../../../sandbox/certificates";

/** What an API server answers: a status, and an object or a page. */
export interface Answer {
  readonly status: number;
  readonly body: object | string;
}

/** What was asked, and with which token. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization?: string;
  readonly body?: unknown;
}

/** An API server over https in this process, which knows no object of its own. */
export class FakeApiServer {
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => Answer | "silence" = ({ path }) => refusal(404, `${path} not found`);

  private constructor(
    private readonly server: Server,
    readonly folder: string,
    readonly url: string,
    readonly ca: string,
  ) {}

  static async begin(): Promise<FakeApiServer> {
    const folder = mkdtempSync(join(tmpdir(), "api-server-"));
    const authority = await createAuthority(folder);
    const server = createServer(await authority.issue(["localhost", "127.0.0.1"]));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const fake = new FakeApiServer(server, folder, `https://127.0.0.1:${port}`, authority.certificate);
    server.on("request", (request: IncomingMessage, response: ServerResponse) =>
      fake.serve(request, response),
    );
    return fake;
  }

  end(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A kubeconfig with one context of this server. @returns its file */
  kubeconfig(context: string, user: object, cluster: object = {}): string {
    const file = join(this.folder, "kubeconfig");
    const ca = Buffer.from(this.ca).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "it", cluster: { server: this.url, "certificate-authority-data": ca, ...cluster } }],
      contexts: [{ name: context, context: { cluster: "it", user: "deployer" } }],
      users: [{ name: "deployer", user }],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const asked = {
        method: request.method ?? "",
        path: request.url ?? "",
        ...(request.headers.authorization && { authorization: request.headers.authorization }),
        ...(text && { body: JSON.parse(text) as unknown }),
      };
      this.asked.push(asked);
      const answer = this.answer(asked);
      if (answer === "silence") {
        response.destroy();
        return;
      }
      response.statusCode = answer.status;
      response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
    });
  }
}

/** A `Status`, as an API server says no. */
export function refusal(status: number, message: string): Answer {
  return { status, body: { kind: "Status", apiVersion: "v1", status: "Failure", message, code: status } };
}
