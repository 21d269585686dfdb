import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterPrograms } from "../../sandbox/kubernetes/control-plane";
import { errorsOf, KubernetesProjects } from "../support/kubernetes";
import { checkout, succeeded, TestSandbox } from "../support/sandbox";
import { ServerOf } from "./server-of";
import { withoutGo } from "./support";

jest.setTimeout(1_800_000);

const admission = `
import * as k8s from "@pulumi/kubernetes";
import { AdmissionPolicy } from ${JSON.stringify(join(checkout, "components/admission-policy"))};

const { IMAGE, SECONDS } = process.env;
const provider = new k8s.Provider("aks-one", { context: "aks-one" });
const images = ["localhost:1/iam/auth-service@sha256:" + "a".repeat(64)];
const policy = new AdmissionPolicy("qa", { environment: "qa", registries: ["localhost:1"], images }, { provider });
if (IMAGE !== undefined) {
  const labels = { app: "it" };
  new k8s.apps.v1.Deployment("it", {
    metadata: { name: "it", annotations: SECONDS === undefined ? {} : { "pulumi.com/timeoutSeconds": SECONDS } },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: "it", image: IMAGE === "promoted" ? images[0] : IMAGE }],
          ...(SECONDS === undefined ? {} : { nodeSelector: { none: "has-this" } }),
        },
      },
    },
  }, { provider, dependsOn: policy });
}
`;

if (clusterPrograms(checkout)) {
  const sandbox = new TestSandbox(17943);
  const projects = new KubernetesProjects(sandbox);
  const one = { CONTEXTS: "aks-one" };
  const server = new ServerOf(join(sandbox.home, "sandbox/state/clusters/onestream-qa-rg.aks-one"));
  const route = "/apis/networking.istio.io/v1/namespaces/iam/virtualservices/auth-service";
  const deployment = "/apis/apps/v1/namespaces/iam/deployments/auth-service";

  beforeAll(async () => {
    const { output } = succeeded(await sandbox.airlock(["sandbox", "start", "--cluster"]));
    expect(output).toContain("Clusters: each has a control plane of its own from its first use on");
    await projects.make({ admission });
  });
  afterAll(() => sandbox.remove());

  test("whoever asks for a kubeconfig gets one of a control plane that runs", async () => {
    sandbox.trust();
    const token = await sandbox.accessToken("administrator", "https://management.azure.com");
    const cluster =
      "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-qa-rg/providers/Microsoft.ContainerService/managedClusters/aks-one";
    const address = `https://localhost:17943${cluster}/listClusterUserCredential?api-version=2025-09-01`;
    const answer = await fetch(address, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    const { kubeconfigs } = (await answer.json()) as { kubeconfigs: { value: string }[] };
    const { clusters } = JSON.parse(Buffer.from(kubeconfigs[0].value, "base64").toString());
    expect(clusters[0].cluster.server).toBe("https://127.0.0.1:17955");
    expect((await server.get("/version")).gitVersion).toBe("v1.34.4");
  });

  test("what is applied becomes ready in a control plane, and the run is told which", async () => {
    const { output } = succeeded(await projects.up("workloads", one));
    expect(output).toContain(
      "aks-one: a control plane of its own at https://127.0.0.1:17955. Its nodes run nothing",
    );
    expect(output).not.toContain("warning");
    expect((await server.get(deployment)).status).toMatchObject({ availableReplicas: 2 });
    succeeded(await projects.up("workloads", one, "--expect-no-changes"));
    const refresh = ["--yes", "--skip-preview", "--expect-no-changes"];
    succeeded(await projects.run("workloads", "refresh", one, refresh));
  });

  test("what a controller wrote stays, where the program leaves it to others", async () => {
    const [
      {
        route: [first],
      },
    ] = (await server.get(route)).spec.http;
    await server.apply(route, "rollouts-controller", {
      spec: { hosts: ["auth-service"], http: [{ route: [{ ...first, weight: 40 }] }] },
    });
    succeeded(await projects.up("workloads", { ...one, LABEL: "once" }));
    const { metadata, spec } = await server.get(route);
    expect([metadata.labels, spec.http[0].route[0].weight]).toEqual([{ changed: "once" }, 40]);
  });

  test("a field of somebody else's is a conflict, which names them", async () => {
    await server.apply(deployment, "somebody", { spec: { replicas: 5 } });
    const ran = await projects.up("workloads", { ...one, LABEL: "once", REPLICAS: "3" });
    expect(errorsOf(ran)).toEqual([
      'deployments.apps "auth-service": Apply failed with 1 conflict: conflict with "somebody": .spec.replicas. Let the program leave these fields to it: ignoreChanges',
    ]);
    await server.apply(deployment, "somebody", {});
  });

  test("an image by tag is refused by the API server, at preview too, and it says what to write", async () => {
    succeeded(await projects.up("admission"));
    const tag = { IMAGE: "localhost:1/iam/auth-service:1.0.0" };
    const refusal =
      "deployments.apps \"it\" is forbidden: ValidatingAdmissionPolicy 'airlock-qa' with binding 'airlock-qa' denied request: " +
      "no digest: localhost:1/iam/auth-service:1.0.0. Write <registry>/<repository>@sha256:<64 hex digits>, as the output running of the stack that promotes to qa names it";
    const preview = await projects.run("admission", "preview", tag);
    expect(errorsOf(preview)).toEqual([`Preview failed: ${refusal}`]);
    expect(errorsOf(await projects.up("admission", tag))).toEqual([refusal]);
  });

  test("a Deployment that does not become available is an error with the cluster's reason", async () => {
    const ran = await projects.up("admission", { IMAGE: "promoted", SECONDS: "10" });
    expect(ran.output).toContain(
      'deployments.apps "it" is not available after 10 seconds: Available: Deployment does not have minimum availability.; ' +
        "FailedScheduling: 0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    );
    // It stands, and the next run mends it.
    succeeded(await projects.up("admission", { IMAGE: "promoted" }));
    succeeded(await projects.run("admission", "destroy", {}, ["--yes", "--skip-preview"]));
  });

  test("killed or reset, it leaves no process; killed, it comes up with what it had", async () => {
    const programs = server.processes();
    expect(programs).toHaveLength(6);
    const { pid } = JSON.parse(readFileSync(join(sandbox.home, "sandbox/daemon.json"), "utf8")) as {
      pid: number;
    };
    process.kill(pid, "SIGKILL");
    await server.untilEnded(programs);
    succeeded(await sandbox.airlock(["sandbox", "start", "--cluster"]));
    sandbox.signInAgain();
    succeeded(await projects.run("workloads", "destroy", one, ["--yes", "--skip-preview"]));
    const again = server.processes();
    succeeded(await sandbox.airlock(["sandbox", "reset"]));
    await server.untilEnded(again);
    const { stdout } = succeeded(await sandbox.airlock(["sandbox", "status", "--json"]));
    expect(JSON.parse(stdout)).toMatchObject({ running: true, controlPlanes: true });
  });
} else {
  withoutGo("clusters of the sandbox with control planes");
}
