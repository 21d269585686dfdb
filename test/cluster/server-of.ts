import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../cli/engine-lock";

interface Kubeconfig {
  readonly clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  readonly users: { user: { token: string } }[];
}

/** The API server whose files are in a folder, asked as its administrator. */
export class ServerOf {
  constructor(private readonly home: string) {}

  async get(path: string): Promise<any> {
    return this.call("GET", path);
  }

  /** Takes fields over as another manager; those that it had before and does not state again go to nobody. */
  async apply(path: string, manager: string, fields: object): Promise<any> {
    const { apiVersion, kind, metadata } = await this.get(path);
    const { name, namespace } = metadata;
    const object = { apiVersion, kind, metadata: { name, namespace }, ...fields };
    return this.call("PATCH", `${path}?fieldManager=${manager}&force=true`, object);
  }

  /** Ids of its programs. */
  processes(): number[] {
    const lines = readFileSync(join(this.home, "processes"), "utf8").trim().split("\n");
    return lines.map((line) => Number(line.split(" ")[0]));
  }

  async untilEnded(programs: readonly number[]): Promise<void> {
    while (programs.some(isAlive)) await sleep(100);
  }

  private call(method: string, path: string, body?: object): Promise<any> {
    const { clusters, users } = JSON.parse(readFileSync(join(this.home, "kubeconfig"), "utf8")) as Kubeconfig;
    const { server, "certificate-authority-data": authority } = clusters[0].cluster;
    const headers = {
      authorization: `Bearer ${users[0].user.token}`,
      ...(body && { "content-type": "application/apply-patch+yaml" }),
    };
    return new Promise((done, failed) => {
      const options = { method, headers, ca: Buffer.from(authority, "base64"), agent: false as const };
      const sent = request(`${server}${path}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          response.statusCode! < 300
            ? done(JSON.parse(text))
            : failed(new Error(`${method} ${path}: ${text}`)),
        );
      });
      sent.on("error", failed).end(body && JSON.stringify(body));
    });
  }
}
