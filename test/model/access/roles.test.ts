import {
  assignableRoleGuids,
  customRoleGuid,
  customRoles,
  platformRole,
} from "../../../model/access/custom-roles";
import { assignmentName } from "../../../model/access/names";
import { builtInRoles, roleDefinitionId, roleGuidOf, roleGuids } from "../../../model/access/roles";
import { onestreamprod, subscriptionId } from "./world";

const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("no two built-in roles share a name or a GUID", () => {
  expect(new Set(builtInRoles.map(({ guid }) => guid)).size).toBe(builtInRoles.length);
  expect(new Set(builtInRoles.map(({ name }) => name)).size).toBe(builtInRoles.length);
});

test("a role definition's id and GUID", () => {
  const id = roleDefinitionId(subscriptionId, roleGuids.reader);
  expect(id).toBe(
    "/subscriptions/22222222-2222-4222-8222-222222222222/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
  );
  expect(roleGuidOf(id.toUpperCase())).toBe(roleGuids.reader);
});

test("no role of ours has a wildcard but the one that has to see all that stands in a group before it goes", () => {
  const all = [...customRoles("contoso"), platformRole("contoso", true)];
  expect(
    all.flatMap(({ key, actions, dataActions }) =>
      [...actions, ...dataActions].filter((action) => action.includes("*")).map((action) => [key, action]),
    ),
  ).toEqual([["groupTidier", "*/read"]]);
  expect(all.map(({ displayName }) => displayName)).toEqual([
    "contoso image importer",
    "contoso import source reader",
    "contoso image locker",
    "contoso image custodian",
    "contoso leftovers custodian",
    "contoso leftover groups custodian",
    "contoso signature verifier",
    "contoso platform",
  ]);
});

test("only where there is a proof of concept does the platform make clusters, or touch one", () => {
  const ofClusters = (makesClusters: boolean) =>
    platformRole("contoso", makesClusters).actions.filter((action) => /containerservice|^\*/i.test(action));
  expect(ofClusters(false)).toEqual([]);
  expect(ofClusters(true)).toEqual(
    ["read", "write", "delete"].map((verb) => `Microsoft.ContainerService/managedClusters/${verb}`),
  );
});

test("the platform role reaches no content, no credential but a token's and no deletion of what holds images or keys", () => {
  const { actions, dataActions } = platformRole("contoso", true);
  expect(dataActions).toEqual([]);
  expect(actions.filter((action) => action.startsWith("Microsoft.ContainerRegistry/"))).toEqual([
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.ContainerRegistry/registries/write",
    "Microsoft.ContainerRegistry/registries/operationStatuses/read",
    "Microsoft.ContainerRegistry/registries/replications/read",
    "Microsoft.ContainerRegistry/registries/replications/write",
    "Microsoft.ContainerRegistry/registries/replications/delete",
    "Microsoft.ContainerRegistry/registries/replications/operationStatuses/read",
    "Microsoft.ContainerRegistry/registries/scopeMaps/read",
    "Microsoft.ContainerRegistry/registries/scopeMaps/write",
    "Microsoft.ContainerRegistry/registries/scopeMaps/delete",
    "Microsoft.ContainerRegistry/registries/scopeMaps/operationStatuses/read",
    "Microsoft.ContainerRegistry/registries/tokens/read",
    "Microsoft.ContainerRegistry/registries/tokens/write",
    "Microsoft.ContainerRegistry/registries/tokens/delete",
    "Microsoft.ContainerRegistry/registries/tokens/operationStatuses/read",
    "Microsoft.ContainerRegistry/registries/generateCredentials/action",
    "Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action",
  ]);
  expect(actions.filter((action) => action.endsWith("/delete"))).toEqual([
    // A copy of a registry: what it holds stands elsewhere too.
    "Microsoft.ContainerRegistry/registries/replications/delete",
    // Who may pull or push with a password, and no image.
    "Microsoft.ContainerRegistry/registries/scopeMaps/delete",
    "Microsoft.ContainerRegistry/registries/tokens/delete",
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Network/virtualNetworks/subnets/delete",
    "Microsoft.Network/privateEndpoints/delete",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/delete",
    "Microsoft.Network/privateDnsZones/delete",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks/delete",
    // A cluster runs images and holds none.
    "Microsoft.Network/networkSecurityGroups/delete",
    "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
    "Microsoft.Insights/actionGroups/delete",
    "Microsoft.Insights/activityLogAlerts/delete",
    "Microsoft.Insights/diagnosticSettings/delete",
    "Microsoft.Authorization/roleDefinitions/delete",
    "Microsoft.Authorization/policyAssignments/delete",
    "Microsoft.ContainerService/managedClusters/delete",
  ]);
});

test("who tidies up deletes machines, disks and storage, and whole groups only by the role that nobody assigns by itself", () => {
  const deletions = (key: string) =>
    customRoles("contoso")
      .find((role) => role.key === key)!
      .actions.filter((action) => !action.endsWith("/read"));
  const contents = [
    "Microsoft.Compute/virtualMachines/delete",
    "Microsoft.Compute/disks/delete",
    "Microsoft.Storage/storageAccounts/delete",
    "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
  ];
  expect(deletions("tidier")).toEqual(contents);
  expect(deletions("groupTidier")).toEqual([
    "Microsoft.Resources/subscriptions/resourceGroups/delete",
    ...contents,
  ]);
});

test("the platform assigns no role that administers access", () => {
  const guids = assignableRoleGuids(subscriptionId, "contoso", ["abac", "rbac"]);
  const powerful = [
    roleGuids.owner,
    roleGuids.contributor,
    roleGuids.userAccessAdministrator,
    roleGuids.accessControlAdministrator,
    roleGuids.registryConfigurationAdministrator,
    customRoleGuid(subscriptionId, "contoso", "groupTidier"),
    customRoleGuid(subscriptionId, "contoso", "platform"),
  ];
  expect(guids.filter((guid) => powerful.includes(guid as never))).toEqual([]);
  expect(assignableRoleGuids(subscriptionId, "contoso", ["abac"])).not.toContain(roleGuids.acrPush);
});

test("names are the same in any spelling of case and differ in every part", () => {
  const name = assignmentName(onestreamprod, "principal", "role");
  expect(name).toMatch(uuid5);
  expect(assignmentName(onestreamprod.toUpperCase(), "PRINCIPAL", "Role")).toBe(name);
  const others = [
    assignmentName(`${onestreamprod}2`, "principal", "role"),
    assignmentName(onestreamprod, "principal2", "role"),
    assignmentName(onestreamprod, "principal", "role2"),
  ];
  expect(new Set([name, ...others]).size).toBe(4);
  expect(customRoleGuid(subscriptionId, "contoso", "importer")).not.toBe(
    customRoleGuid(subscriptionId, "onestream", "importer"),
  );
});
