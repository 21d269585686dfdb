import { request } from "node:https";
import { join } from "node:path";
import { clusterPrograms } from "../../sandbox/kubernetes/control-plane";
import { ApiServer } from "../../sandbox/kubernetes/control-plane/api-server";
import type { Answer } from "../../sandbox/kubernetes/control-plane/objects";
import { admissionPolicySpec } from "../../model/admission/rules";
import { podSecurityLabels } from "../../model/delivery/workload";
import {
  clusterOf,
  deployer,
  devPipeline,
  engine,
  openClusterWorld,
  server,
  stagingPipeline,
  type ClusterWorld,
} from "../sandbox/kubernetes/world";
import { checkout } from "../support/sandbox";
import { newHome, withoutGo } from "./support";

jest.setTimeout(1_800_000);

const programs = clusterPrograms(checkout);
const environments = ["dev", "staging"] as const;
type Environment = (typeof environments)[number];

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } },
  ];
  readonly users: readonly [{ readonly user: { readonly exec: { readonly args: readonly string[] } } }];
}

if (programs) {
  const { home, remove } = newHome();
  let world: ClusterWorld;
  const apiServers = {} as Record<Environment, ApiServer>;

  beforeAll(async () => {
    world = await openClusterWorld();
    const { clusters } = world.sandbox;
    for (const [index, where] of environments.entries()) {
      const id = clusterOf(where);
      const apiServer = new ApiServer({
        port: 17950 + index,
        home: join(home, where),
        ...clusters.trustOf(id),
      });
      apiServers[where] = apiServer;
      await apiServer.start(programs);
      const { server: address, certificateAuthority } = apiServer;
      clusters.announce(id, { server: address, certificateAuthority });
    }
    for (const name of ["iam", "payments"])
      await apiServers.dev.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    await apiServers.dev.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "password", namespace: "iam" },
      stringData: { it: "x" },
    });
  });
  afterAll(async () => {
    await Promise.all(Object.values(apiServers).map((apiServer) => apiServer.stop()));
    await world.close();
    remove();
  });

  /** What Resource Manager gives out as the kubeconfig of the cluster. */
  const kubeconfigOf = async (who: string, where: Environment): Promise<Kubeconfig | number> => {
    const { endpoint } = world.sandbox;
    const { status, body } = await sent(
      `${endpoint}${clusterOf(where)}/listClusterUserCredential?api-version=2025-09-01`,
      world.authority.certificate,
      { method: "POST", token: await world.tokenOf(who, "https://management.azure.com"), body: {} },
    );
    if (status !== 200) return status;
    const [{ value }] = (body as unknown as { kubeconfigs: [{ value: string }] }).kubeconfigs;
    return JSON.parse(Buffer.from(value, "base64").toString()) as Kubeconfig;
  };

  /** Signs in by the kubeconfig, as kubelogin does: with a token for the application that it names. */
  const signedIn = async (who: string, where: Environment = "dev") => {
    const kubeconfig = await kubeconfigOf(who, where);
    if (typeof kubeconfig === "number") throw new Error(`${who} got no kubeconfig: ${kubeconfig}`);
    const [{ cluster: at }] = kubeconfig.clusters;
    const { args } = kubeconfig.users[0].user.exec;
    const token = await world.tokenOf(who, args[args.indexOf("--server-id") + 1]);
    const ca = Buffer.from(at["certificate-authority-data"], "base64").toString();
    return (method: string, path: string, body?: object, type?: string) =>
      sent(`${at.server}${path}`, ca, { method, token, body, type });
  };
  /** Without a kubeconfig, by whoever knows the address: Entra gives everybody a token for the API servers of AKS. */
  const unaided = async (who: string, where: Environment) => {
    const token = await world.tokenOf(who, server);
    return (method: string, path: string, body?: object) =>
      apiServers[where].call(method, path, body, { token });
  };
  const apply = async (who: string, path: string, object: object) =>
    (await signedIn(who))("PATCH", `${path}?fieldManager=pulumi`, object, "application/apply-patch+yaml");

  const deployments = "/apis/apps/v1/namespaces/iam/deployments";

  test.each<[string, Environment, boolean]>([
    [devPipeline, "dev", true],
    [devPipeline, "staging", false],
    [engine, "dev", false],
    [engine, "staging", false],
    [stagingPipeline, "dev", false],
    [stagingPipeline, "staging", true],
    [deployer, "staging", false],
  ])("%s signs in to the cluster of %s: %s, and may do nothing there", async (who, where, may) => {
    const kubeconfig = await kubeconfigOf(who, where);
    expect(typeof kubeconfig === "object").toBe(may);
    if (!may) expect(kubeconfig).toBe(403);
    const ask = may ? await signedIn(who, where) : await unaided(who, where);
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const { body } = await ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review);
    expect(body.status).toEqual({
      userInfo: { username: world.ids[who], groups: ["system:authenticated"] },
    });
    for (const path of [
      deployments,
      "/api/v1/namespaces",
      "/api/v1/namespaces/iam/pods",
      "/api/v1/namespaces/iam/secrets/password",
    ])
      expect([path, (await ask("GET", path)).status]).toEqual([path, 403]);
    const { message } = (await ask("GET", deployments)).body as { message?: string };
    expect(message).toBe(
      `deployments.apps is forbidden: User "${world.ids[who]}" cannot list resource "deployments" in API group "apps" in the namespace "iam": User does not have access to the resource in Azure. Update role assignment to allow access: Microsoft.ContainerService/managedClusters/apps/deployments/read on ${clusterOf(where).toLowerCase()}/namespaces/iam`,
    );
  });

  test("a token for Resource Manager is none for the cluster", async () => {
    const token = await world.tokenOf(deployer, "https://management.azure.com");
    expect((await apiServers.dev.call("GET", deployments, undefined, { token })).status).toBe(401);
  });

  test("a deployer applies what a delivery stack consists of", async () => {
    const applied: [path: string, object: object][] = [
      ["/api/v1/namespaces/iam", { apiVersion: "v1", kind: "Namespace", metadata: { name: "iam" } }],
      [
        "/api/v1/namespaces/airlock-system",
        {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name: "airlock-system", labels: podSecurityLabels },
        },
      ],
      [
        "/api/v1/namespaces/airlock-system/configmaps/admitted",
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "admitted" }, data: {}, immutable: true },
      ],
      [
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/airlock-dev",
        {
          apiVersion: "admissionregistration.k8s.io/v1",
          kind: "ValidatingAdmissionPolicy",
          metadata: { name: "airlock-dev" },
          spec: admissionPolicySpec("dev"),
        },
      ],
      [
        "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/airlock-dev",
        {
          apiVersion: "admissionregistration.k8s.io/v1",
          kind: "ValidatingAdmissionPolicyBinding",
          metadata: { name: "airlock-dev" },
          spec: {
            policyName: "airlock-dev",
            validationActions: ["Audit"],
            paramRef: {
              selector: { matchLabels: { a: "b" } },
              namespace: "airlock-system",
              // What is admitted is another test's: here it refuses nothing.
              parameterNotFoundAction: "Allow",
            },
          },
        },
      ],
      [
        "/api/v1/namespaces/iam/serviceaccounts/login",
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "login" } },
      ],
      [
        "/api/v1/namespaces/iam/services/login",
        {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "login" },
          spec: { ports: [{ port: 8080 }] },
        },
      ],
      [`${deployments}/login`, deployment],
    ];
    for (const [path, object] of applied) {
      const { status, body } = await apply(deployer, path, object);
      expect([path, status < 300 ? "applied" : body]).toEqual([path, "applied"]);
    }
    const ask = await signedIn(deployer);
    for (const path of [deployments, "/api/v1/namespaces/iam/pods", "/api/v1/namespaces/iam/events"])
      expect([path, (await ask("GET", path)).status]).toEqual([path, 200]);
    expect((await ask("DELETE", `${deployments}/login`)).status).toBe(200);
  });

  test.each([
    ["GET", "/api/v1/namespaces/iam/secrets/password"],
    ["GET", "/api/v1/secrets"],
    ["POST", "/api/v1/namespaces/iam/pods/login/exec?command=sh"],
    ["GET", "/api/v1/namespaces/iam/pods/login/exec?command=sh"],
    ["POST", "/api/v1/namespaces/iam/pods"],
    ["POST", "/api/v1/namespaces/iam/configmaps"],
    ["POST", "/apis/apps/v1/namespaces/airlock-system/deployments"],
    ["GET", "/api/v1/namespaces/airlock-system/pods"],
    ["POST", "/apis/argoproj.io/v1alpha1/namespaces/airlock-system/rollouts"],
    ["POST", "/api/v1/namespaces/airlock-system/serviceaccounts/default/token"],
    ["POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/iam/rolebindings"],
    ["POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"],
    ["POST", "/api/v1/namespaces/kube-system/serviceaccounts/default/token"],
    ["POST", "/apis/apps/v1/namespaces/kube-system/deployments"],
    ["GET", "/apis/apps/v1/namespaces/payments/deployments"],
    ["DELETE", "/api/v1/namespaces/payments"],
    ["POST", "/apis/certificates.k8s.io/v1/certificatesigningrequests"],
    ["GET", "/metrics"],
  ])("a deployer is refused: %s %s", async (method, path) => {
    const ask = await signedIn(deployer);
    expect((await ask(method, path, method === "POST" ? {} : undefined)).status).toBe(403);
  });

  test("a right that is taken away is gone at once", async () => {
    const ask = await signedIn(deployer);
    expect((await ask("GET", deployments)).status).toBe(200);
    const held = world.sandbox.manager
      .all("Microsoft.Authorization/roleAssignments")
      .filter(({ properties }) => properties.principalId === world.ids[deployer]);
    expect(held).toHaveLength(4);
    for (const { id } of held) await world.sandbox.manager.delete(world.administrator, id);
    expect((await ask("GET", deployments)).status).toBe(403);
  });
} else {
  withoutGo("who may sign in to a cluster, and what a deployer may do there");
}

const labels = { app: "login" };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "login" },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } },
  },
};

function sent(
  url: string,
  ca: string,
  {
    method,
    token,
    body,
    type = "application/json",
  }: { method: string; token: string; body?: object | undefined; type?: string | undefined },
): Promise<Answer> {
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    const asked = request(url, { method, headers, ca, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        const read = text.startsWith("{") ? (JSON.parse(text) as object) : { message: text };
        done({ status: response.statusCode!, body: read as Answer["body"] });
      });
    });
    asked.on("error", failed).end(body && JSON.stringify(body));
  });
}
