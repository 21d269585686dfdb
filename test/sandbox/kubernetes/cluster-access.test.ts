import { request } from "node:https";
import {
  administrator,
  clusterOf,
  deployer,
  devPipeline,
  engine,
  openClusterWorld,
  server,
  type ClusterWorld,
} from "./world";

const cluster = clusterOf("dev");

let world: ClusterWorld;
let ids: Record<"deployer" | "user", string>;

beforeAll(async () => {
  world = await openClusterWorld();
  ids = { deployer: world.ids[deployer], user: world.ids[devPipeline] };
});
afterAll(() => world.close());

interface Answered {
  readonly status: number;
  readonly body: {
    readonly kubeconfigs?: { readonly name: string; readonly value: string }[];
    readonly error?: { readonly code: string; readonly message: string };
    readonly status?: { readonly allowed: boolean; readonly denied?: boolean; readonly reason: string };
  };
}

function post(url: string, token: string, body: object = {}): Promise<Answered> {
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = request(
      url,
      { method: "POST", headers, ca: world.authority.certificate, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          done({ status: response.statusCode!, body: JSON.parse(text) as Answered["body"] }),
        );
      },
    );
    sent.on("error", failed).end(JSON.stringify(body));
  });
}

const tokenOf = (name: string, audience: string) => world.tokenOf(name, audience);

describe("the credentials of a cluster", () => {
  const asked = async (name: string, whose: string) =>
    post(
      `${world.sandbox.endpoint}${cluster}/listCluster${whose}Credential?api-version=2025-09-01`,
      await tokenOf(name, world.sandbox.endpoint),
    );
  const kubeconfigOf = async (name: string) => {
    const { body } = await asked(name, "User");
    return JSON.parse(Buffer.from(body.kubeconfigs![0].value, "base64").toString()) as object;
  };

  test("a user gets a kubeconfig without a secret, of which kubelogin makes a token", async () => {
    const { status, body } = await asked(devPipeline, "User");
    expect([status, body.kubeconfigs?.map(({ name }) => name)]).toEqual([200, ["clusterUser"]]);
    expect(await kubeconfigOf(devPipeline)).toEqual({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "dev-aks",
          cluster: {
            server: "https://aks-dev.hcp.eastus2.azmk8s.io:443",
            "certificate-authority-data": Buffer.from(world.authority.certificate).toString("base64"),
          },
        },
      ],
      contexts: [
        { name: "dev-aks", context: { cluster: "dev-aks", user: "clusterUser_onestream-dev-rg_dev-aks" } },
      ],
      "current-context": "dev-aks",
      preferences: {},
      users: [
        {
          name: "clusterUser_onestream-dev-rg_dev-aks",
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "kubelogin",
              args: [
                ...["get-token", "--environment", "AzurePublicCloud", "--server-id", server],
                ...["--client-id", "80faf920-1908-4b52-b5ef-a8e7bedfc67a"],
                ...["--tenant-id", "11111111-1111-4111-8111-111111111111", "--login", "devicecode"],
              ],
              env: null,
              provideClusterInfo: false,
            },
          },
        },
      ],
    });
  });

  test("it leads to the control plane while one runs", async () => {
    const address = { server: "https://127.0.0.1:1", certificateAuthority: "PEM" };
    world.sandbox.clusters.announce(cluster.toUpperCase(), address);
    expect(await kubeconfigOf(devPipeline)).toMatchObject({
      clusters: [{ cluster: { server: address.server, "certificate-authority-data": "UEVN" } }],
    });
    world.sandbox.clusters.announce(cluster, undefined);
    expect(await kubeconfigOf(devPipeline)).toMatchObject({
      clusters: [{ cluster: { server: "https://aks-dev.hcp.eastus2.azmk8s.io:443" } }],
    });
  });

  test.each([
    [engine, "User"],
    [engine, "Admin"],
    [devPipeline, "Admin"],
    [administrator, "User"],
  ])("%s does not get that of the %s", async (name, whose) => {
    const { status, body } = await asked(name, whose);
    expect([status, body.error?.code]).toEqual([403, "AuthorizationFailed"]);
    expect(body.error?.message).toContain(`managedClusters/listCluster${whose}Credential/action`);
  });

  test("local accounts are off, for whoever may ask too", async () => {
    const { status, body } = await asked(administrator, "Admin");
    expect([status, body.error]).toEqual([
      400,
      {
        code: "BadRequest",
        message:
          "Getting static credential is not allowed because this cluster is set to disable local accounts.",
      },
    ]);
  });
});

describe("what an API server asks", () => {
  const review = (spec: object) => ({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec,
  });
  const ask = (spec: object, token?: string) => {
    const { url, token: own } = world.sandbox.clusters.trustOf(cluster).authorization;
    return post(`${url}?timeout=30s`, token ?? own, review(spec));
  };
  const may = async (user: string, line: string) => {
    const [verb, what, namespace = ""] = line.split(" ");
    const [path, group = ""] = what.split("@");
    const [resource, subresource = ""] = path.split("/");
    const resourceAttributes = { verb, group, version: "v1", resource, subresource, namespace };
    return (await ask({ user, resourceAttributes })).body.status!;
  };

  test.each([
    "patch namespaces iam",
    "create configmaps airlock-system",
    "patch namespaces airlock-system",
    "patch deployments@apps iam",
    "create deployments@apps iam",
    "delete services iam",
    "patch serviceaccounts iam",
    "get pods/log iam",
    "list replicasets@apps iam",
    "create events iam",
    "patch rollouts@argoproj.io iam",
    "delete virtualservices@networking.istio.io iam",
    "get analysisruns@argoproj.io iam",
    "create validatingadmissionpolicies@admissionregistration.k8s.io",
    "delete validatingadmissionpolicybindings@admissionregistration.k8s.io",
    // Who makes an admission policy has to be able to read all that may be its parameters.
    "get configmaps *",
  ])("a deployer may %s", async (line) => {
    const { allowed, denied, reason } = await may(ids.deployer, line);
    expect({ allowed, denied }).toEqual({ allowed: true, denied: false });
    expect(reason).toMatch(/^Access allowed by Azure RBAC: sp-contoso-poc-dev-deploy holds "contoso-poc /);
  });

  test.each([
    "get secrets iam",
    "create configmaps iam",
    "create deployments@apps airlock-system",
    "list pods airlock-system",
    "create rollouts@argoproj.io airlock-system",
    "list secrets",
    "create pods/exec iam",
    "create pods iam",
    "delete pods iam",
    "patch rolebindings@rbac.authorization.k8s.io iam",
    "bind clusterroles@rbac.authorization.k8s.io",
    "impersonate serviceaccounts iam",
    "impersonate users",
    "patch daemonsets@apps iam",
    "create jobs@batch iam",
    "patch analysisruns@argoproj.io iam",
    ...["patch", "delete", "get"].flatMap((verb) => [
      `${verb} applications@argoproj.io iam`,
      `${verb} envoyfilters@networking.istio.io iam`,
      `${verb} mutatingadmissionpolicies@admissionregistration.k8s.io`,
      `${verb} rollouts@argoproj.io`,
    ]),
    "delete analysisruns@argoproj.io iam",
    "create certificatesigningrequests@certificates.k8s.io",
    "create mutatingwebhookconfigurations@admissionregistration.k8s.io",
    "create mutatingadmissionpolicies@admissionregistration.k8s.io",
    // Another namespace is not its own, the cluster's least of all.
    "patch deployments@apps kube-system",
    "create serviceaccounts/token kube-system",
    "patch deployments@apps payments",
    "list deployments@apps",
    "create namespaces",
    "delete namespaces kube-system",
    "patch configmaps kube-system",
    "patch rollouts@argoproj.io payments",
    "patch validatingadmissionpolicies@kyverno.io",
    "* * iam",
  ])("a deployer may not %s", async (line) => {
    const { allowed, denied } = await may(ids.deployer, line);
    expect({ allowed, denied }).toEqual({ allowed: false, denied: true });
  });

  test("who may sign in may do nothing more, and is told what is missing where", async () => {
    expect(await may(ids.user, "get pods iam")).toEqual({
      allowed: false,
      denied: true,
      reason: `User does not have access to the resource in Azure. Update role assignment to allow access: Microsoft.ContainerService/managedClusters/pods/read on ${cluster.toLowerCase()}/namespaces/iam`,
    });
  });

  test("of who is not Entra's it has no opinion", async () => {
    expect(await may("system:serviceaccount:kube-system:default", "get pods iam")).toEqual({
      allowed: false,
      reason: "Azure does not have opinion for this non AAD user.",
    });
  });

  test("the object id may stand beside the name, as on AKS", async () => {
    const resourceAttributes = { verb: "patch", group: "apps", resource: "deployments", namespace: "iam" };
    const spec = { user: "somebody@contoso.example", extra: { oid: [ids.deployer] }, resourceAttributes };
    expect((await ask(spec)).body.status?.allowed).toBe(true);
  });

  test("a path is asked like a resource", async () => {
    const asked = await ask({ user: ids.deployer, nonResourceAttributes: { path: "/metrics", verb: "get" } });
    expect(asked.body.status?.allowed).toBe(false);
  });

  test("nobody else is answered: not a caller, not the API server of another cluster", async () => {
    const spec = { user: ids.deployer };
    const other = world.sandbox.clusters.trustOf(`${cluster}-other`).authorization.token;
    for (const token of ["guess", other, await tokenOf(devPipeline, server)])
      expect((await ask(spec, token)).status).toBe(401);
    const { url, token } = world.sandbox.clusters.trustOf(cluster).authorization;
    expect((await post(url, token, { kind: "Pod" })).status).toBe(400);
  });
});

test("a token of the sandbox's Entra for clusters says who it is, and is no token for ARM", async () => {
  const token = await tokenOf(devPipeline, server);
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()) as object;
  const { issuer, audience } = world.sandbox.clusters.trustOf(cluster).authentication;
  expect(claims).toMatchObject({ iss: issuer, aud: audience, oid: ids.user });
  expect((await post(`${world.sandbox.endpoint}${cluster}/listClusterUserCredential`, token)).status).toBe(
    401,
  );
});
