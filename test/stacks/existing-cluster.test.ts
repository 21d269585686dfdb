import { mockResource } from "../../cli/access/mocks";
import { engineConfig } from "../../cli/project";
import { roleGuids } from "../../model/access/roles";
import { cluster, clusteredProject, clusterResource } from "../support/existing-cluster";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: any;
}

const principals = Object.fromEntries(
  Object.keys(clusteredProject().identities).map((name) => [name, `object id of ${name}`]),
);

/** What the program of an environment's stack, or of the shared one, registers. */
async function registeredBy(
  stack: "shared" | "dev" | "prod",
  project: ReturnType<typeof clusteredProject>,
): Promise<Registered[]> {
  const registered: Registered[] = [];
  const kind = stack === "shared" ? { kind: "shared" } : { kind: "environment", environment: stack };
  const newResource = (registration: Registered) => {
    const { type, name } = registration;
    if (type === "pulumi:pulumi:StackReference") {
      const others = { workspaceId: "w", endpointsSubnetId: "s", networkLocation: "l", registryZoneId: "z" };
      return { id: name, state: { outputs: { ...others, principals }, secretOutputNames: [] } };
    }
    registered.push(registration);
    const { id, outputs } = mockResource(registration, project.subscriptionId);
    return { id, state: outputs };
  };
  let pulumi: typeof import("@pulumi/pulumi");
  let run: () => Promise<unknown>;
  jest.isolateModules(() => {
    pulumi = require("@pulumi/pulumi");
    void pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "contoso", stack);
    pulumi.runtime.setAllConfig(engineConfig({ name: "contoso" }, { ...project, ...kind }));
    require(`../../stacks/${stack === "shared" ? "shared" : "environment"}`);
    run = () => pulumi.runtime.runInPulumiStack(() => Promise.resolve({}));
  });
  await run!();
  await pulumi!.runtime.disconnect();
  return registered;
}

const group = clusterResource.split("/providers/")[0];
const without = () =>
  clusteredProject(null, {
    "sp-production-deploy": { prod: ["pull"] },
    "sp-contoso-drift": { prod: ["read"] },
  });
const aboutClusters = ({ name }: Registered) => /cluster|pod-security|deployer|keeper/i.test(name);

test("an environment's stack assigns what its cluster's cells say, and keeps pods from the nodes", async () => {
  const registered = await registeredBy("prod", clusteredProject());
  const assigned = registered
    .filter(({ type, name }) => type.endsWith(":RoleAssignment") && aboutClusters({ type, name, inputs: {} }))
    .map(({ name, inputs: { scope, principalId } }) => [name, scope, principalId]);
  const [deployer, drift] = ["sp-production-deploy", "sp-contoso-drift"].map(
    (name) => `object id of ${name}`,
  );
  expect(assigned.sort()).toEqual([
    ["prod-cluster-pull-kubelet", expect.stringMatching(/\/registries\/contosoprod$/), cluster.kubelet],
    [
      "prod.cluster-airlock-system-sp-production-deploy-admittedKeeper",
      `${clusterResource}/namespaces/airlock-system`,
      deployer,
    ],
    ["prod.cluster-iam-sp-production-deploy-workloadDeployer", `${clusterResource}/namespaces/iam`, deployer],
    ["prod.cluster-sp-production-deploy-admissionKeeper", clusterResource, deployer],
    [
      "prod.cluster-sp-production-deploy-azure-kubernetes-service-cluster-user-role",
      clusterResource,
      deployer,
    ],
    ["prod.cluster.group-sp-contoso-drift-clusterReader", group, drift],
  ]);
  const pull = registered.find(({ name }) => name === "prod-cluster-pull-kubelet")!;
  expect(pull.inputs.roleDefinitionId).toContain(roleGuids.repositoryReader);
  expect(registered.find(({ type }) => type.endsWith(":PolicyAssignment"))!.inputs).toMatchObject({
    scope: group,
    policyAssignmentName: "pod-security-prod",
    enforcementMode: "Default",
    parameters: { effect: { value: "Deny" } },
  });
});

test("the shared stack defines the cluster's roles that somebody holds, and for its group alone", async () => {
  const registered = await registeredBy("shared", clusteredProject());
  const roles = registered.filter((one) => one.type.endsWith(":RoleDefinition") && aboutClusters(one));
  expect(roles.map(({ name, inputs }) => [name, inputs.assignableScopes]).sort()).toEqual([
    ["role-admissionKeeper", [group]],
    ["role-admittedKeeper", [group]],
    ["role-clusterReader", [group]],
    ["role-workloadDeployer", [group]],
  ]);
});

test("a namespace may be called as anything", async () => {
  const named = { "sp-production-deploy": { "prod.cluster": ["deploy rg", "deploy group"] } };
  const registered = await registeredBy("prod", clusteredProject({}, named));
  const urns = registered.map(({ type, name }) => `${type}::${name}`);
  expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).toEqual([]);
});

test("nobody deploys: no role is defined for it", async () => {
  const nobody = clusteredProject(
    {},
    {
      "sp-production-deploy": { "prod.cluster": ["cluster-user"] },
      "sp-contoso-drift": { prod: ["read"] },
    },
  );
  expect((await registeredBy("shared", nobody)).filter(aboutClusters)).toEqual([]);
});

test("an environment without a cluster has nothing of this", async () => {
  expect((await registeredBy("dev", clusteredProject())).filter(aboutClusters)).toEqual([]);
  expect((await registeredBy("prod", without())).filter(aboutClusters)).toEqual([]);
  expect((await registeredBy("shared", without())).filter(aboutClusters)).toEqual([]);
});
