import { azureResource } from "../../../model/azure/resource";
import { isSpelledOddly } from "../../../model/azure/spelling";

test.each<[object, boolean]>([
  [{ roleDefinitionId: "reader", principalId: "x" }, false],
  [{ roleDefinitionId: "reader", RoleDefinitionId: "writer" }, true],
  [{ AdminUserEnabled: true }, true],
  [{ template: { containers: [{ image: "good", Image: "evil" }] } }, true],
  [{ anything: 1, ANYTHING: 2 }, true],
  // Names of the user's own.
  [{ tags: { Properties: "x" }, somethingElse: { Foo: 1 } }, false],
])("%j: %s", (body, odd) => {
  expect(isSpelledOddly(body as never)).toBe(odd);
});

test.each([
  [
    "azure-native:resources:Resource",
    {
      resourceProviderNamespace: "Microsoft.ContainerRegistry",
      resourceType: "registries",
      resourceName: "contosoprod",
      properties: { adminUserEnabled: false, AdminUserEnabled: true },
    },
  ],
  [
    "azapi:index/resource:Resource",
    {
      type: "Microsoft.ContainerRegistry/registries@2025-11-01",
      name: "contosoprod",
      body: { properties: { adminUserEnabled: false } },
      sensitiveBody: { properties: { adminUserEnabled: true } },
    },
  ],
])("what %s hides is no type that is known", (type, properties) => {
  expect(azureResource({ type, properties }, "sub")).toMatchObject({
    module: "unknown",
    kind: "a hidden type",
  });
});
