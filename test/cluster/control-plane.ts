import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout, node } from "../support/sandbox";

/** An object of Kubernetes, as it is applied. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: KubernetesObject & { readonly message?: string };
}

/** A real API server with its store, on ports of this machine. */
export class ControlPlane {
  private readonly home = mkdtempSync(join(tmpdir(), "airlock-cluster-"));
  private readonly token = randomBytes(24).toString("hex");
  private readonly running: ChildProcess[] = [];

  /** @param port of the API server; the two after it are the store's. */
  constructor(private readonly port: number) {}

  async start({ etcd, "kube-apiserver": server }: ClusterPrograms): Promise<void> {
    const at = (offset: number) => `http://127.0.0.1:${this.port + offset}`;
    this.launch("etcd", etcd, [
      ...[
        "--name=default",
        `--data-dir=${join(this.home, "etcd")}`,
        "--log-level=error",
        "--unsafe-no-fsync",
      ],
      ...[`--listen-client-urls=${at(1)}`, `--advertise-client-urls=${at(1)}`],
      ...[`--listen-peer-urls=${at(2)}`, `--initial-advertise-peer-urls=${at(2)}`],
      `--initial-cluster=default=${at(2)}`,
    ]);
    const tokens = join(this.home, "tokens.csv");
    writeFileSync(tokens, `${this.token},administrator,administrator,system:masters\n`, { mode: 0o600 });
    const key = join(this.home, "service-accounts.key");
    execFileSync(node, ["-e", makeKey, key]);
    this.launch("kube-apiserver", server, [
      ...[`--etcd-servers=${at(1)}`, "--bind-address=127.0.0.1", `--secure-port=${this.port}`],
      ...["--authorization-mode=RBAC", `--token-auth-file=${tokens}`, "--endpoint-reconciler-type=none"],
      ...[
        `--service-account-issuer=https://localhost:${this.port}`,
        `--cert-dir=${join(this.home, "certificates")}`,
      ],
      ...[`--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`],
      // Without a controller manager no namespace gets its service account.
      "--disable-admission-plugins=ServiceAccount",
      // Volumes that are images: on by default from 1.35 on.
      "--feature-gates=ImageVolume=true",
    ]);
    await this.until(async () => (await this.call("GET", "/readyz")).status === 200);
  }

  async stop(): Promise<void> {
    for (const child of this.running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(this.home, { recursive: true, force: true });
  }

  /** POSTs an object, or PUTs it where it has a version; `dryRun` goes through admission and keeps nothing. */
  async send(object: KubernetesObject, { dryRun = false, path = "" } = {}): Promise<Answer> {
    const { namespace, name, resourceVersion } = object.metadata;
    const group = object.apiVersion.includes("/") ? "apis" : "api";
    const folder = namespace === undefined ? "" : `/namespaces/${namespace}`;
    const resources = `/${group}/${object.apiVersion}${folder}/${pluralOf(object.kind)}`;
    const query = dryRun ? "?dryRun=All" : "";
    return resourceVersion === undefined
      ? this.call("POST", `${resources}${query}`, object)
      : this.call("PUT", `${resources}/${name}${path}${query}`, object);
  }

  /** The same, which has to succeed. @returns the object as the server keeps it */
  async apply(object: KubernetesObject): Promise<KubernetesObject> {
    const { status, body } = await this.send(object);
    if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.message}`);
    return body;
  }

  call(method: string, path: string, body?: object): Promise<Answer> {
    return new Promise((done, failed) => {
      const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
      // Its certificate is made at each start; the address is this machine's own.
      const options = {
        host: "127.0.0.1",
        port: this.port,
        path,
        method,
        headers,
        rejectUnauthorized: false,
      };
      const sent = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const isJson = text.startsWith("{");
          done({
            status: response.statusCode!,
            body: (isJson ? JSON.parse(text) : { message: text }) as Answer["body"],
          });
        });
      });
      sent.on("error", failed);
      sent.end(body && JSON.stringify(body));
    });
  }

  async until(holds: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 120_000; waited += 200) {
      const dead = this.running.find(({ exitCode }) => exitCode !== null);
      if (dead) throw new Error(`${dead.spawnfile} ended:\n${this.logs()}`);
      if (await holds().catch(() => false)) return;
      await sleep(200);
    }
    throw new Error(`it does not hold after two minutes:\n${this.logs()}`);
  }

  private launch(name: string, program: string, args: readonly string[]): void {
    const log = openSync(join(this.home, `${name}.log`), "w");
    this.running.push(spawn(program, args, { cwd: this.home, stdio: ["ignore", log, log] }));
  }

  private logs(): string {
    return ["etcd", "kube-apiserver"]
      .map((name) => readFileSync(join(this.home, `${name}.log`), "utf8").slice(-2_000))
      .join("\n");
  }
}

const makeKey = `require("node:fs").writeFileSync(process.argv[1],
  require("node:crypto").generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 })`;

export interface ClusterPrograms {
  readonly etcd: string;
  readonly "kube-apiserver": string;
}

/** Builds the control plane where it is not in the cache; undefined on a machine without Go. */
export function clusterPrograms(): ClusterPrograms | undefined {
  const printed = execFileSync(node, [join(checkout, "tools/setup/cluster.mjs")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const found = JSON.parse(printed) as Record<keyof ClusterPrograms, string | null>;
  return found.etcd && found["kube-apiserver"] ? (found as unknown as ClusterPrograms) : undefined;
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower.endsWith("policy")) return `${lower.slice(0, -1)}ies`;
  return `${lower}s`;
}
