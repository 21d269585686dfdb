import { ApiServer, type ApiServerOptions } from "./api-server";
import { objectsIn, type KubernetesObject } from "./objects";
import type { ClusterPrograms } from "./programs";

export type { Authentication, Authorization } from "./configuration";
export type { Answer, KubernetesObject } from "./objects";
export { clusterPrograms, type ClusterPrograms } from "./programs";

export interface ControlPlaneOptions extends ApiServerOptions {
  /** `http://…` of a proxy that answers for the addresses inside the cluster, which Argo asks for its metrics. */
  readonly services?: string;
}

const nodes = ["sandbox-0", "sandbox-1"];

/**
 * The control plane of a cluster on this machine: what is applied is scheduled, becomes ready, and is rolled out by Argo, on
 * nodes that run nothing. It knows Istio's kinds; no mesh carries traffic.
 */
export class ControlPlane extends ApiServer {
  private readonly services: string | undefined;

  constructor(options: ControlPlaneOptions) {
    super(options);
    this.services = options.services;
  }

  /** Starts all of it, or what an earlier process left of it. */
  override async start(programs: ClusterPrograms): Promise<void> {
    await super.start(programs);
    await this.define([programs["rollouts-definitions"], programs["istio-definitions"]]);
    this.control(programs);
    for (const name of nodes) await this.apply(node(name));
    await this.until(async () => {
      const found = await Promise.all(nodes.map((name) => this.call("GET", `/api/v1/nodes/${name}`)));
      const account = await this.call("GET", "/api/v1/namespaces/default/serviceaccounts/default");
      return account.status === 200 && found.every(({ body }) => isTrue(body, "Ready"));
    });
  }

  private async define(files: readonly string[]): Promise<void> {
    const definitions = objectsIn(files).filter(({ kind }) => kind === "CustomResourceDefinition");
    await Promise.all(definitions.map((one) => this.apply(one)));
    await this.until(async () => {
      const made = await this.call("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
      return (made.body.items as KubernetesObject[]).every((one) => isTrue(one, "Established"));
    });
  }

  private control(programs: ClusterPrograms): void {
    const config = `--kubeconfig=${this.kubeconfig}`;
    const alone = "--leader-elect=false";
    this.keeper.launch("kube-controller-manager", programs["kube-controller-manager"], [
      ...[config, alone, "--secure-port=0", "--use-service-account-credentials=true"],
      `--service-account-private-key-file=${this.serviceAccountKey}`,
      `--root-ca-file=${this.at("certificates/ca.pem")}`,
    ]);
    this.keeper.launch("kube-scheduler", programs["kube-scheduler"], [config, alone, "--secure-port=0"]);
    this.keeper.launch("kwok", programs.kwok, [
      ...[config, `--config=${programs.stages}`, "--manage-all-nodes=true"],
      ...["--node-ip=127.0.0.1", "--cidr=10.0.0.1/24"],
    ]);
    const proxy = this.services ?? "";
    this.keeper.launch(
      "rollouts-controller",
      programs["rollouts-controller"],
      // Any free port: nobody asks it how it is.
      [config, alone, "--metricsport=0", "--healthzPort=0"],
      { HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: "", no_proxy: "" },
    );
  }
}

function node(name: string): KubernetesObject {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

function isTrue(object: KubernetesObject, condition: string): boolean {
  const status = object.status as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status }) => type === condition && status === "True") ?? false;
}
