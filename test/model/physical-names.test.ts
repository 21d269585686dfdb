import { engineValues } from "../../model/config";
import { registryId, resourceGroupName } from "../../model/physical-names";

test("an environment's registry has an id before it exists", () => {
  const naming = { organization: "contoso", subscriptionId: "22222222-2222-4222-8222-222222222222" };
  expect(resourceGroupName(naming, "prod")).toBe("contoso-prod-rg");
  expect(registryId(naming, { name: "prod", registry: "contosoprod" })).toBe(
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-prod-rg/providers/Microsoft.ContainerRegistry/registries/contosoprod",
  );
});

test("the engine's values lose their namespace, and structured ones are parsed", () => {
  const config = {
    "contoso:kind": "shared",
    "contoso:teams": '{"iam":["iam/*"]}',
    "azure-native:location": "x",
  };
  expect(engineValues("contoso", config)).toEqual({ kind: "shared", teams: { iam: ["iam/*"] } });
});
