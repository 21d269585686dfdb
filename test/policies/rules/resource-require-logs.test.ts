import type { Resource } from "../../../policies/rule";
import { resourceRequireLogs } from "../../../policies/rules/resource-require-logs";
import { type Properties, unknown } from "../../../policies/values";
import { registryId } from "../support/stacks";
import { registry } from "../support/registry";
import { asking } from "../support/verdicts";

const says = asking(resourceRequireLogs);

const own = registry();
const setting = (more: Properties = {}): Resource => ({
  type: "azure-native:monitor:DiagnosticSetting",
  name: "logs",
  properties: {
    resourceUri: registryId("prod"),
    workspaceId: "/workspace",
    logs: ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"].map((category) => ({
      category,
      enabled: true,
    })),
    ...more,
  },
});
const message =
  "the events of registry go nowhere (registry: diagnosticSettings). Add a diagnostic setting that sends ContainerRegistryRepositoryEvents and ContainerRegistryLoginEvents to the workspace";

test.each<[string, readonly Resource[], string[]]>([
  ["with its setting", [own, setting()], []],
  ["with a group of categories", [own, setting({ logs: [{ categoryGroup: "allLogs", enabled: true }] })], []],
  ["with a setting whose resource nobody knows yet", [own, setting({ resourceUri: unknown })], []],
  ["without a setting", [own], [message]],
  ["with another registry's", [own, setting({ resourceUri: registryId("staging") })], [message]],
  ["without a workspace", [own, setting({ workspaceId: undefined })], [message]],
  [
    "with half of the events",
    [own, setting({ logs: [{ category: "ContainerRegistryLoginEvents", enabled: true }] })],
    [message],
  ],
  [
    "with the events switched off",
    [own, setting({ logs: [{ categoryGroup: "audit", enabled: false }] })],
    [message],
  ],
])("%s", (_, resources, messages) => {
  expect(says(resources)).toEqual(messages);
});

test("one setting of an unknown resource serves one registry", () => {
  const other = { ...registry({ registryName: "contosother" }), name: "other" };
  expect(says([own, other, setting({ resourceUri: unknown })])).toEqual([
    "the events of other go nowhere (other: diagnosticSettings). Add a diagnostic setting that sends ContainerRegistryRepositoryEvents and ContainerRegistryLoginEvents to the workspace",
  ]);
});
