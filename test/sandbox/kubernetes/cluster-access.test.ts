import { request } from "node:https";
import { expandMatrix, roleGuidFor } from "../../../model/access/matrix";
import { clusterRoles } from "../../../model/access/cluster-roles";
import { customRoleDefinition } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import { pocSettings, poc } from "../../support/poc";
import { subscriptionId } from "../../../sandbox/places";
import {
  addIdentity,
  assignmentId,
  groupId,
  openTestSandbox,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";
import { credentialIn } from "../http/credential";

const under = (path: string) => `${groupId}/providers/${path}`;
const network = under("Microsoft.Network/virtualNetworks/vnet");
const identity = under("Microsoft.ManagedIdentity/userAssignedIdentities/cluster");
const cluster = under("Microsoft.ContainerService/managedClusters/aks");
const server = "6dae42f8-4368-4678-94ff-3960e28e3630";

let world: TestSandbox;
const ids: Record<string, string> = {};

beforeAll(async () => {
  world = await openTestSandbox();
  const { manager } = world.sandbox;
  const put = (id: string, body: object) =>
    manager.put(world.administrator, id, { location: "eastus2", properties: {}, ...body });
  await put(groupId, {});
  await put(network, { properties: { addressSpace: { addressPrefixes: ["10.100.0.0/16"] } } });
  await put(`${network}/subnets/aks`, {
    location: undefined,
    properties: { addressPrefix: "10.100.1.0/24" },
  });
  await put(identity, {});
  const pool = { name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5" };
  await put(cluster, {
    identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
    properties: {
      dnsPrefix: "aks",
      kubernetesVersion: "1.36",
      agentPoolProfiles: [{ ...pool, vnetSubnetID: `${network}/subnets/aks` }],
      aadProfile: { managed: true, enableAzureRBAC: true },
      disableLocalAccounts: true,
      apiServerAccessProfile: { enablePrivateCluster: true },
    },
  });
  for (const role of clusterRoles("contoso-poc")) {
    const { guid, name, permissions } = customRoleDefinition(subscriptionId, "contoso-poc", role);
    await put(roleId(guid), {
      location: undefined,
      properties: { roleName: name, permissions, assignableScopes: [subscription] },
    });
  }
  // As the matrix has it, so that what the library assigns is what is tried here.
  const deployer = "sp-contoso-poc-dev-deploy";
  const settings = pocSettings({
    identities: { ...poc.identities, [deployer]: { kind: "application", githubEnvironment: deployer } },
    access: { ...poc.access, [deployer]: { "dev.cluster": ["cluster-user", "deploy iam"] } },
  });
  const grants = expandMatrix(settings).filter(({ identity: who }) => who === deployer);
  for (const name of [deployer, "user", "nobody", "admin"])
    ids[name] = addIdentity(world.sandbox, name).objectId;
  let number = 0;
  const assign = (principalId: string, scope: string, guid: string, condition?: string) =>
    put(assignmentId(scope, ++number), {
      location: undefined,
      properties: {
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(guid),
        ...(condition && { condition, conditionVersion: "2.0" }),
      },
    });
  for (const { role, target, condition } of grants) {
    const namespace = target.kind === "cluster" ? target.namespace : undefined;
    const scope = namespace === undefined ? cluster : `${cluster}/namespaces/${namespace}`;
    await assign(ids[deployer], scope, roleGuidFor(role, subscriptionId, "contoso-poc"), condition);
  }
  ids.deployer = ids[deployer];
  await assign(ids.user, cluster, roleGuids.clusterUser);
  await assign(ids.admin, cluster, "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8");
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

const tokenOf = async (name: string, audience: string) =>
  (await (await credentialIn(world, name)).getToken(`${audience}/.default`)).token;

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
    const { status, body } = await asked("user", "User");
    expect([status, body.kubeconfigs?.map(({ name }) => name)]).toEqual([200, ["clusterUser"]]);
    expect(await kubeconfigOf("user")).toEqual({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "aks",
          cluster: {
            server: "https://aks.hcp.eastus2.azmk8s.io:443",
            "certificate-authority-data": Buffer.from(world.authority.certificate).toString("base64"),
          },
        },
      ],
      contexts: [{ name: "aks", context: { cluster: "aks", user: "clusterUser_onestream-dev-rg_aks" } }],
      "current-context": "aks",
      preferences: {},
      users: [
        {
          name: "clusterUser_onestream-dev-rg_aks",
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
    expect(await kubeconfigOf("user")).toMatchObject({
      clusters: [{ cluster: { server: address.server, "certificate-authority-data": "UEVN" } }],
    });
    world.sandbox.clusters.announce(cluster, undefined);
    expect(await kubeconfigOf("user")).toMatchObject({
      clusters: [{ cluster: { server: "https://aks.hcp.eastus2.azmk8s.io:443" } }],
    });
  });

  test.each([
    ["nobody", "User"],
    ["nobody", "Admin"],
    ["user", "Admin"],
    ["admin", "User"],
  ])("%s does not get that of the %s", async (name, whose) => {
    const { status, body } = await asked(name, whose);
    expect([status, body.error?.code]).toEqual([403, "AuthorizationFailed"]);
    expect(body.error?.message).toContain(`managedClusters/listCluster${whose}Credential/action`);
  });

  test("local accounts are off, for whoever may ask too", async () => {
    const { status, body } = await asked("admin", "Admin");
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
    "patch applications@argoproj.io iam",
    "patch envoyfilters@networking.istio.io iam",
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
    for (const token of ["guess", other, await tokenOf("user", server)])
      expect((await ask(spec, token)).status).toBe(401);
    const { url, token } = world.sandbox.clusters.trustOf(cluster).authorization;
    expect((await post(url, token, { kind: "Pod" })).status).toBe(400);
  });
});

test("a token of the sandbox's Entra for clusters says who it is, and is no token for ARM", async () => {
  const token = await tokenOf("user", server);
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()) as object;
  const { issuer, audience } = world.sandbox.clusters.trustOf(cluster).authentication;
  expect(claims).toMatchObject({ iss: issuer, aud: audience, oid: ids.user });
  expect((await post(`${world.sandbox.endpoint}${cluster}/listClusterUserCredential`, token)).status).toBe(
    401,
  );
});
