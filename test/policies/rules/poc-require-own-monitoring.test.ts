import { pocRequireOwnMonitoring } from "../../../policies/rules/poc-require-own-monitoring";
import type { Properties } from "../../../policies/values";
import { pocStack, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(pocRequireOwnMonitoring);
const made = (type: string, properties: Properties = {}) => ({
  type: `azure-native:${type}`,
  name: type.split(":")[1],
  properties,
});
const group = made("resources:ResourceGroup");
const workspace = made("operationalinsights:Workspace");
const told = made("monitor:ActionGroup", { enabled: true, emailReceivers: [{ name: "team" }] });
const alert = made("monitor:ActivityLogAlert", { actions: { actionGroups: [{ actionGroupId: "told" }] } });

const noWorkspace = "no workspace of its own takes the logs (ResourceGroup: type). Make a Workspace";
const nobodyTold =
  "no action group tells anybody (ResourceGroup: type). Make an ActionGroup with a receiver, and enable it";
const noAlert =
  "no alert watches it (ResourceGroup: type). Make an ActivityLogAlert that names the action group";

test("a proof of concept that watches itself passes, an empty one and other stacks too", () => {
  expect(says([group, workspace, told, alert], pocStack())).toEqual([]);
  expect(says([workspace], pocStack())).toEqual([]);
  expect(says([group], stack("prod"))).toEqual([]);
});

test("what is missing is named", () => {
  expect(says([group], pocStack())).toEqual([noWorkspace, nobodyTold, noAlert]);
});

test.each([
  ["nobody receives it", [workspace, { ...told, properties: { enabled: true } }, alert], nobodyTold],
  [
    "the group is off",
    [workspace, { ...told, properties: { ...told.properties, enabled: false } }, alert],
    nobodyTold,
  ],
  [
    "the alert is off",
    [workspace, told, { ...alert, properties: { ...alert.properties, enabled: false } }],
    noAlert,
  ],
  [
    "the alert tells nobody",
    [workspace, told, { ...alert, properties: { actions: { actionGroups: [] } } }],
    noAlert,
  ],
])("%s: it does not count", (_, others, expected) => {
  expect(says([group, ...others], pocStack())).toEqual([expected]);
});
