import { parseArmId } from "../../../sandbox/azure/arm-id";
import { idFrom, pathFrom, pathInputs } from "../../../sandbox/azure/resource-path";
import { resourceTypes } from "../../../sandbox/azure/types";

const subscription = "22222222-2222-4222-8222-222222222222";
const group = `/subscriptions/${subscription}/resourceGroups/onestream-dev-rg`;

test.each([
  [{ armType: "Microsoft.Resources/resourceGroups", path: ["resourceGroupName"] }, group],
  [
    {
      armType: "Microsoft.Network/virtualNetworks/subnets",
      path: ["resourceGroupName", "network", "subnet"],
    },
    `${group}/providers/Microsoft.Network/virtualNetworks/the-network/subnets/the-subnet`,
  ],
  [
    { armType: "Microsoft.Authorization/locks", path: ["scope", "lockName"] },
    `${group}/providers/Microsoft.Authorization/locks/keep`,
  ],
])("%j has its id from its path, and the other way round", (type, id) => {
  const inputs = {
    resourceGroupName: "onestream-dev-rg",
    scope: group,
    network: "the-network",
    subnet: "the-subnet",
    lockName: "keep",
  };
  expect(idFrom(type, inputs, subscription)).toBe(id);
  const stated = Object.entries(inputs).filter(([name]) => type.path.includes(name));
  expect(pathFrom(type, parseArmId(id)!)).toEqual(Object.fromEntries(stated));
});

test("a scope without its first slash is the same scope", () => {
  const type = { armType: "Microsoft.Insights/diagnosticSettings", path: ["resourceUri", "name"] };
  expect(idFrom(type, { resourceUri: group.slice(1), name: "to-workspace" }, subscription)).toBe(
    `${group}/providers/Microsoft.Insights/diagnosticSettings/to-workspace`,
  );
});

test.each(resourceTypes.map((type) => [type.armType, type] as const))(
  "%s has a name for each part of its path",
  (_, type) => {
    const inputs = Object.fromEntries(pathInputs(type).map((name) => [name, `of-${name}`]));
    const stated = type.path[0] === "resourceGroupName" ? inputs : { ...inputs, [type.path[0]]: group };
    const id = parseArmId(idFrom(type, stated, subscription))!;
    expect(id.type).toBe(type.armType);
    expect(pathFrom(type, id)).toEqual(stated);
  },
);
