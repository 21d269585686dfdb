import { makeExistingClusters } from "../../sandbox/existing-clusters";
import { clusterResource, cluster } from "../support/existing-cluster";
import { openTestSandbox, type TestSandbox } from "./support";

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox();
});
afterEach(() => test.close());

const existing = { ...cluster, location: "westeurope" };

describe("clusters that somebody made before", () => {
  it("stand from the start, hardened, with the nodes' identity that the configuration has read off", async () => {
    const { manager, directory } = test.sandbox;
    await makeExistingClusters(manager, directory, [existing]);
    expect(manager.find(clusterResource)).toMatchObject({
      location: "westeurope",
      properties: {
        disableLocalAccounts: true,
        aadProfile: { enableAzureRBAC: true },
        identityProfile: { kubeletidentity: { objectId: cluster.kubelet } },
      },
      systemData: { createdBy: test.administrator.objectId },
    });
    expect(directory.principal(cluster.kubelet)).toMatchObject({ name: "contoso-prod-agentpool" });
  });

  it("are made once: what has become of them since stays", async () => {
    const { manager, directory } = test.sandbox;
    await makeExistingClusters(manager, directory, [existing]);
    const before = manager.find(clusterResource);
    await makeExistingClusters(manager, directory, [{ ...existing, location: "eastus2" }]);
    expect(manager.find(clusterResource)).toEqual(before);
  });
});
