import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../../certificates";
import {
  authenticationConfiguration,
  kubeconfig,
  type Authentication,
  type Authorization,
} from "./configuration";
import { Keeper } from "./keeper";
import { folderOf, type Answer, type KubernetesObject } from "./objects";
import type { ApiServerPrograms } from "./programs";

export interface ApiServerOptions {
  /** The one port that it needs: its store answers on a socket below `home`. */
  readonly port: number;
  /** Folder that keeps all of it from one start to the next. */
  readonly home: string;
  /** Left out: its administrator and service accounts alone. */
  readonly authentication?: Authentication;
  /** Left out: Kubernetes' own roles alone. */
  readonly authorization?: Authorization;
}

/** How long a part may take to be ready, in milliseconds. */
const patience = 120_000;
const store = "unix://etcd.sock:0";

/** A real API server with its store, on this machine. It ends with this process. */
export class ApiServer {
  readonly server: string;
  /** Of an administrator, for the file's owner alone. Written by `start`. */
  readonly kubeconfig: string;
  protected readonly keeper: Keeper;
  private authority = "";
  private readonly token: string;

  constructor(private readonly options: ApiServerOptions) {
    mkdirSync(options.home, { recursive: true, mode: 0o700 });
    this.server = `https://127.0.0.1:${options.port}`;
    this.kubeconfig = this.at("kubeconfig");
    this.keeper = new Keeper(options.home);
    this.token = this.kept("administrator", () => randomBytes(24).toString("hex"));
  }

  /** PEM of who vouches for the API server. */
  get certificateAuthority(): string {
    return this.authority;
  }

  async start(programs: ApiServerPrograms): Promise<void> {
    await this.keeper.open();
    this.keeper.launch("etcd", programs.etcd, storeArguments());
    this.keeper.launch("kube-apiserver", programs["kube-apiserver"], await this.serverArguments());
    await this.until(async () => (await this.call("GET", "/readyz")).status === 200);
  }

  /** Ends every program. What is stored stays below `home`. */
  stop(): Promise<void> {
    return this.keeper.close();
  }

  /** Asks the API server something as its administrator. */
  call(
    method: string,
    url: string,
    body?: object,
    { type = "application/json", token = this.token } = {},
  ): Promise<Answer> {
    return new Promise((done, failed) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": type };
      const sent = request(
        `${this.server}${url}`,
        { method, headers, ca: this.authority, agent: false },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("error", failed).on("end", () => {
            const read = text.startsWith("{") ? (JSON.parse(text) as object) : { message: text };
            done({ status: response.statusCode!, body: read as Answer["body"] });
          });
        },
      );
      sent.on("error", failed).end(body && JSON.stringify(body));
    });
  }

  /** Applies an object on the server's side. @throws Error when it is refused @returns it as it is kept */
  async apply(object: KubernetesObject, manager = "airlock-sandbox"): Promise<KubernetesObject> {
    const url = `${folderOf(object)}/${object.metadata.name}?fieldManager=${manager}&force=true`;
    const { status, body } = await this.call("PATCH", url, object, { type: "application/apply-patch+yaml" });
    if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.message}`);
    return body;
  }

  /** Waits until it holds. @throws Error when a program ends before, or after two minutes */
  async until(holds: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < patience; waited += 100) {
      this.keeper.assertAlive();
      if (await holds().catch(() => false)) return;
      await sleep(100);
    }
    throw new Error(`it does not hold after two minutes:\n${this.keeper.logs()}`);
  }

  protected at(...parts: string[]): string {
    return path.join(this.options.home, ...parts);
  }

  /** Key of the tokens of service accounts. */
  protected readonly serviceAccountKey = "service-accounts.key";

  private async serverArguments(): Promise<string[]> {
    const { port, authentication, authorization } = this.options;
    const authority = await createAuthority(this.at("certificates"));
    this.authority = authority.certificate;
    const { cert, key } = await authority.issue(["127.0.0.1", "localhost"]);
    this.write(this.kubeconfig, kubeconfig(this.server, authority.certificate, this.token));
    this.kept(this.serviceAccountKey, newKey);
    return [
      ...[`--etcd-servers=${store}`, "--endpoint-reconciler-type=none"],
      ...["--bind-address=127.0.0.1", `--secure-port=${port}`],
      `--tls-cert-file=${this.write(this.at("server.pem"), cert)}`,
      `--tls-private-key-file=${this.write(this.at("server.key"), key)}`,
      `--token-auth-file=${this.write(this.at("tokens.csv"), `${this.token},administrator,administrator,system:masters\n`)}`,
      `--service-account-issuer=${this.server}`,
      `--service-account-key-file=${this.serviceAccountKey}`,
      `--service-account-signing-key-file=${this.serviceAccountKey}`,
      ...(authentication ? this.authenticated(authentication) : []),
      ...(authorization ? this.authorized(authorization) : ["--authorization-mode=RBAC"]),
      // Volumes that are images: on by default from 1.35 on.
      "--feature-gates=ImageVolume=true",
    ];
  }

  private authenticated(by: Authentication): string[] {
    return [
      `--authentication-config=${this.write(this.at("authentication.json"), authenticationConfiguration(by))}`,
    ];
  }

  private authorized({ url, caFile, token }: Authorization): string[] {
    const configuration = kubeconfig(url, readFileSync(caFile, "utf8"), token);
    return [
      ...["--authorization-mode=RBAC,Webhook", "--authorization-webhook-version=v1"],
      `--authorization-webhook-config-file=${this.write(this.at("authorization.json"), configuration)}`,
      // What is granted or taken away counts at once.
      ...[
        "--authorization-webhook-cache-authorized-ttl=0s",
        "--authorization-webhook-cache-unauthorized-ttl=0s",
      ],
    ];
  }

  private kept(name: string, make: () => string): string {
    if (!existsSync(this.at(name))) this.write(this.at(name), make());
    return readFileSync(this.at(name), "utf8");
  }

  private write(file: string, content: string | object): string {
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
    return file;
  }
}

// Nobody else on this machine reaches a socket in a folder of its owner's.
function storeArguments(): string[] {
  const peer = "unix://peer.sock:0";
  return [
    ...["--name=sandbox", "--data-dir=etcd", "--log-level=error", "--unsafe-no-fsync"],
    ...[`--listen-client-urls=${store}`, `--advertise-client-urls=${store}`],
    ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
    `--initial-cluster=sandbox=${peer}`,
  ];
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}
