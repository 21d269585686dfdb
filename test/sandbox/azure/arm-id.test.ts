import { isWithin, parseArmId } from "../../../sandbox/azure/arm-id";
import { groupId, registryId, subscription } from "../support";

describe("ARM ids", () => {
  it("names the parts of a child resource", () => {
    const id = parseArmId(`${registryId("onestreamdev")}/tokens/release`);
    expect(id).toEqual({
      text: `${registryId("onestreamdev")}/tokens/release`,
      subscriptionId: "22222222-2222-4222-8222-222222222222",
      resourceGroup: "onestream-dev-rg",
      type: "Microsoft.ContainerRegistry/registries/tokens",
      name: "release",
      names: ["onestreamdev", "release"],
      parent: registryId("onestreamdev"),
      extension: false,
    });
  });

  it.each([
    [subscription, "subscription", undefined],
    [groupId, "Microsoft.Resources/resourceGroups", subscription],
    [registryId("onestreamdev"), "Microsoft.ContainerRegistry/registries", groupId],
    [
      `${registryId("onestreamdev")}/providers/Microsoft.Authorization/roleAssignments/x`,
      "Microsoft.Authorization/roleAssignments",
      registryId("onestreamdev"),
    ],
    [
      `${subscription}/providers/Microsoft.Authorization/roleDefinitions/x`,
      "Microsoft.Authorization/roleDefinitions",
      subscription,
    ],
  ])("%s is of type %s", (id, type, parent) => {
    expect([parseArmId(id)?.type, parseArmId(id)?.parent]).toEqual([type, parent]);
  });

  it.each([
    "",
    "/",
    "onestreamdev",
    `${groupId}/providers/Microsoft.X`,
    `${groupId}/providers/Microsoft.X/things`,
  ])("%j is none", (text) => expect(parseArmId(text)).toBeUndefined());

  it("compares whole parts, in any case", () => {
    expect(isWithin(registryId("onestreamdev").toUpperCase(), groupId)).toBe(true);
    expect(isWithin(registryId("onestreamdev2"), registryId("onestreamdev"))).toBe(false);
  });
});
