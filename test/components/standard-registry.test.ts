import { AdoptedRegistry, EnvironmentRegistry, StandardRegistry } from "../../components";
import { outline, register } from "../support/recorder";

const args = {
  registryName: "contosolivestandard",
  host: "contosolivestandard.azurecr.io",
  resourceGroupName: "contoso-prod-rg",
  location: "westeurope",
  permissionMode: "abac",
  network: { access: "public" },
  workspaceId: "/workspace",
  tags: { project: "contoso", environment: "prod", owner: "platform", purpose: "promotion" },
};
const endpoint = { subnetId: "/subnet", location: "westeurope", zoneId: "/zone" };

test("a standard registry is a registry and its diagnostics, in the group that is there", async () => {
  const registered = await register(() => new StandardRegistry("prod-standard", args));
  expect(outline(registered)).toEqual([
    "airlock:index:StandardRegistry prod-standard",
    "azure-native:monitor:DiagnosticSetting prod-standard-logs",
    "azure-native:resources:Resource prod-standard",
  ]);
});

test("it is the same registry as the one on the path", async () => {
  const inputs = async (build: () => unknown) =>
    (await register(build)).find(({ type }) => type === "azure-native:resources:Resource")!.inputs;
  const standard = await inputs(() => new StandardRegistry("prod", args));
  const onPath = await inputs(() => new EnvironmentRegistry("prod", args));
  expect({ ...standard, resourceGroupName: undefined }).toEqual({ ...onPath, resourceGroupName: undefined });
  expect(standard.resourceGroupName).toBe("contoso-prod-rg");
});

test("copies in other regions are spread over zones when that is asked for", async () => {
  const registered = await register(
    () =>
      new StandardRegistry("prod-standard", {
        ...args,
        network: { access: "private", endpoint },
        replications: ["northeurope", "francecentral"],
        zoneRedundant: true,
      }),
  );
  const inputsOf = (type: string) =>
    registered.filter((one) => one.type === type).map(({ name, inputs }) => [name, inputs]);
  expect(inputsOf("azure-native:containerregistry:Replication")).toEqual(
    ["francecentral", "northeurope"].map((region) => [
      `prod-standard-${region}`,
      {
        replicationName: region,
        resourceGroupName: "contoso-prod-rg",
        location: region,
        regionEndpointEnabled: true,
        zoneRedundancy: "Enabled",
        tags: args.tags,
      },
    ]),
  );
  const [[, registry]] = inputsOf("azure-native:resources:Resource");
  expect(registry).toMatchObject({
    properties: { zoneRedundancy: "Enabled", publicNetworkAccess: "Disabled" },
  });
  expect(inputsOf("azure-native:network:PrivateEndpoint")).toMatchObject([
    ["prod-standard-endpoint", { privateEndpointName: "prod-standard-endpoint" }],
  ]);
});

test("zones are not asked for when nothing is said of them", async () => {
  const registered = await register(
    () => new StandardRegistry("prod-standard", { ...args, replications: ["northeurope"] }),
  );
  const inputs = (type: string) => registered.find((one) => one.type === type)!.inputs;
  expect(inputs("azure-native:resources:Resource").properties).not.toHaveProperty("zoneRedundancy");
  // The SDK's own default, where an argument is left out.
  expect(inputs("azure-native:containerregistry:Replication").zoneRedundancy).toBe("Disabled");
});

test("a copy where the registry stands is refused before anything is made", async () => {
  let message = "";
  const registered = await register(() => {
    try {
      new StandardRegistry("prod-standard", { ...args, replications: ["westeurope"] });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe(
    'StandardRegistry "prod-standard": replications has westeurope, where the registry stands. Azure keeps that copy by itself',
  );
  expect(outline(registered)).toEqual(["airlock:index:StandardRegistry prod-standard"]);
});

test("an adopted registry gets its diagnostics, and nothing else is touched", async () => {
  const registryId =
    "/subscriptions/0/resourceGroups/legacy/providers/Microsoft.ContainerRegistry/registries/old";
  const registered = await register(
    () => new AdoptedRegistry("qa-standard", { registryId, workspaceId: "/workspace" }),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:AdoptedRegistry qa-standard",
    "azure-native:monitor:DiagnosticSetting qa-standard-logs",
  ]);
  expect(registered.find(({ name }) => name === "qa-standard-logs")!.inputs).toMatchObject({
    resourceUri: registryId,
    workspaceId: "/workspace",
  });
});
