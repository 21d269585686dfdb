import { unknownValue, type ProviderModel, type ResourceHandler } from "../../../sandbox/pulumi/handler";
import { kubernetes } from "../../../sandbox/pulumi/kubernetes";
import { keptSide } from "../../../sandbox/kubernetes";
import { join } from "node:path";
import type { Caller } from "../../../sandbox/azure/resource-type";
import { assignmentId, groupId, openTestSandbox, roleId, type TestSandbox } from "../support";

jest.mock("../../../sandbox/kubernetes/es-packages", () => require("../../support/es-packages"));

const token = {
  namespace: "kubernetes:core/v1:Namespace",
  map: "kubernetes:core/v1:ConfigMap",
  deployment: "kubernetes:apps/v1:Deployment",
  route: "kubernetes:networking.istio.io/v1:VirtualService",
};
const former = { inputs: {}, ignored: [] };
const circumstances = { name: "Config", seed: Buffer.from("0123456789abcdef", "hex") };

let test: TestSandbox;
let caller: Caller;
let provider: ProviderModel;
let clusterId: string;

beforeEach(async () => {
  test = await openTestSandbox();
  caller = test.administrator;
  clusterId = await makeCluster("aks");
  await test.sandbox.manager.put(caller, assignmentId(groupId, 1), {
    properties: {
      principalId: caller.objectId,
      principalType: "User",
      // Azure Kubernetes Service RBAC Cluster Admin
      roleDefinitionId: roleId("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
    },
  });
  provider = await opened().configured!({ context: "aks" });
});
afterEach(() => test.close());

/** A provider of its own on what the sandbox keeps. */
function opened(): ProviderModel {
  const { manager, graph } = test.sandbox;
  return kubernetes(keptSide(join(test.places.state, "tried"), manager, graph).clusters, "4.0.0");
}
const handler = (name: keyof typeof token): ResourceHandler => provider.handler(token[name])!;
const checked = (name: keyof typeof token, inputs: object) =>
  handler(name)
    .check(handler(name).complete!(inputs as Record<string, unknown>, circumstances))
    .map(({ reason }) => reason);
const create = (name: keyof typeof token, inputs: object, who = caller) =>
  handler(name).create(who, inputs as Record<string, unknown>);

describe("a provider's context", () => {
  it("names a cluster of the sandbox", async () => {
    await expect(opened().configured!({ context: "other" })).rejects.toThrow(
      'context "other" names no cluster of the sandbox; it has aks',
    );
    await expect(opened().configured!({})).rejects.toThrow(
      "a Kubernetes provider names no context; state context, a cluster's name",
    );
  });

  it("has to be there before anything is done", () =>
    expect(opened().handler(token.map)!.delete(caller, "default/it", {})).rejects.toThrow(
      "the engine's connection has no configuration; run it again",
    ));
});

describe("tokens", () => {
  it.each([
    "kubernetes:apps/v1:DeploymentPatch",
    "kubernetes:apps/v1:DeploymentList",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:kustomize:Directory",
    "kubernetes:yaml:ConfigFile",
  ])("%s is none of one object", (other) => expect(provider.handler(other)).toBeUndefined());
});

describe("check", () => {
  it("names what has no name, and places what has no namespace", () => {
    const inputs = handler("map").complete!({ data: {} }, circumstances);
    const metadata = {
      name: "config-01234567",
      namespace: "default",
      annotations: { "pulumi.com/autonamed": "true" },
    };
    expect(inputs).toEqual({ apiVersion: "v1", kind: "ConfigMap", data: {}, metadata });
    // The next run keeps the name.
    const olds = { metadata: { ...metadata, name: "config-ffffffff" } };
    const again = handler("map").complete!({ data: {} }, { ...circumstances, olds });
    expect(again.metadata).toEqual(olds.metadata);
    expect(handler("namespace").complete!({ metadata: { name: "iam" } }, circumstances).metadata).toEqual({
      name: "iam",
    });
  });

  it.each<[keyof typeof token, object, string[]]>([
    ["namespace", { metadata: { name: "iam" } }, []],
    ["namespace", { metadata: { name: unknownValue } }, []],
    [
      "namespace",
      { metadata: { name: "Team" } },
      [
        'metadata.name: "Team" is no name of a Namespace: lower-case letters, digits and - make one, 63 at most, a letter or digit first and last',
      ],
    ],
    ["namespace", { metadata: { name: "iam", namespace: "x" } }, ["a Namespace stands in no namespace"]],
    [
      "map",
      { metadata: { name: "it", namespace: "a.b" } },
      [
        'metadata.namespace: "a.b" is no name of a namespace: lower-case letters, digits and - make one, 63 at most, a letter or digit first and last',
      ],
    ],
    ["map", { kind: "Secret" }, ["expected v1 ConfigMap, and it is v1 Secret"]],
    [
      "map",
      { metadata: { generateName: "it-" } },
      ["the sandbox makes no names of generateName; leave it out, or state metadata.name"],
    ],
  ])("%s %j", (name, inputs, expected) => expect(checked(name, inputs)).toEqual(expected));

  it("refuses a kind whose schema it does not have", () => {
    const thing = provider.handler("kubernetes:acme.example/v1:Thing")!;
    expect(thing.check({ apiVersion: "acme.example/v1", kind: "Thing", metadata: {} })).toEqual([
      {
        property: "kind",
        reason:
          "the sandbox has no schema of acme.example/v1 Thing; it has those of Kubernetes, Argo Rollouts and Istio",
      },
    ]);
  });
});

describe("objects", () => {
  const map = { metadata: { name: "it", namespace: "iam" }, data: { a: "b" } };
  const namespace = { metadata: { name: "iam" } };

  it("need their namespace, are there once, and go with it", async () => {
    await expect(create("map", map)).rejects.toThrow('namespaces "iam" not found');
    expect((await create("namespace", namespace)).id).toBe("iam");
    expect((await create("map", map)).id).toBe("iam/it");
    await expect(create("map", map)).rejects.toThrow('configmaps "it" already exists');
    await expect(create("namespace", { metadata: { name: "default" } })).rejects.toThrow(
      'namespaces "default" already exists',
    );
    await handler("namespace").delete(caller, "iam", {});
    expect(await handler("map").read(caller, "iam/it")).toBeUndefined();
  });

  it("are read as a program could have stated them", async () => {
    await create("namespace", namespace);
    await create("map", map);
    expect((await handler("map").read(caller, "iam/it"))!.inputs).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      ...map,
    });
  });

  it("count as available", async () => {
    await create("namespace", namespace);
    const { outputs } = await create("deployment", { metadata: map.metadata, spec: { replicas: 3 } });
    expect(outputs.status).toMatchObject({
      availableReplicas: 3,
      conditions: [{ type: "Available", status: "True" }],
    });
  });

  it("keep what a controller wrote, where the program leaves it to others", async () => {
    const route = (weight: number, host = "it") => ({
      metadata: map.metadata,
      spec: { hosts: [host], http: [{ route: [{ destination: { host: "it" }, weight }] }] },
    });
    await create("namespace", namespace);
    await create("route", route(100));
    await handler("route").update(caller, "iam/it", route(40), former);
    const change = { inputs: route(100), ignored: ["spec.http[*].route[*].weight"] };
    const outputs = await handler("route").update(caller, "iam/it", route(100, "other"), change);
    expect(outputs.spec).toEqual(route(40, "other").spec);
  });

  it("are for those whom Azure RBAC allows it", async () => {
    const refusal = `cannot create resource "namespaces" in API group "" at the cluster scope: User does not have access to the resource in Azure`;
    await expect(create("namespace", namespace, test.platform)).rejects.toThrow(refusal);
    await expect(handler("namespace").read(test.platform, "iam")).rejects.toThrow("cannot get");
    await expect(handler("namespace").delete(test.platform, "iam", {})).rejects.toThrow("cannot delete");
  });

  it("go with their cluster, and with no other", async () => {
    await create("namespace", namespace);
    await makeCluster("other");
    await test.sandbox.manager.delete(caller, `${clusterId.slice(0, -"aks".length)}other`);
    expect(await handler("namespace").read(caller, "iam")).toBeDefined();
    await test.sandbox.manager.delete(caller, clusterId);
    await makeCluster("aks");
    expect(await handler("namespace").read(caller, "iam")).toBeUndefined();
  });
});

async function makeCluster(name: string): Promise<string> {
  const put = (id: string, properties: Record<string, unknown>, more = {}) =>
    test.sandbox.manager.put(caller, id, { location: "eastus2", properties, ...more });
  if (!test.sandbox.manager.find(groupId)) await put(groupId, {});
  const network = `${groupId}/providers/Microsoft.Network/virtualNetworks/vnet`;
  const subnet = `${network}/subnets/aks`;
  if (!test.sandbox.manager.find(network)) {
    await put(network, { addressSpace: { addressPrefixes: ["10.100.0.0/16"] } });
    await test.sandbox.manager.put(caller, subnet, { properties: { addressPrefix: "10.100.0.0/20" } });
  }
  const pool = { name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5", vnetSubnetID: subnet };
  const id = `${groupId}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  const properties = { dnsPrefix: name, kubernetesVersion: "1.36", agentPoolProfiles: [pool] };
  await put(id, properties, { identity: { type: "SystemAssigned" } });
  return id;
}
