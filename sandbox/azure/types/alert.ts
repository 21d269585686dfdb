import { badRequest } from "../arm-error";
import { objectsAt } from "../body-shape";
import type { ResourceType } from "../resource-type";
import { objectAt, requireName, requireResource, stringsAt } from "./rules";
import { textOf } from "../../text";

/** Who is told. The sandbox tells nobody. */
export const actionGroup: ResourceType = {
  token: "azure-native:monitor:ActionGroup",
  armType: "Microsoft.Insights/actionGroups",
  apiVersion: "2024-10-01-preview",
  path: ["resourceGroupName", "actionGroupName"],
  shape: "flat",
  required: ["groupShortName", "enabled"],
  computed: ["name", "type"],
  validate(body) {
    const short = textOf(body.properties.groupShortName);
    if (short.length < 1 || short.length > 12) {
      throw badRequest("InvalidGroupShortName", `The short name '${short}' has more than 12 characters.`);
    }
    const names = objectsAt(body.properties, "emailReceivers").map(({ name }) => textOf(name));
    if (new Set(names).size < names.length) {
      throw badRequest("DuplicateReceiverName", "Two receivers of an action group have the same name.");
    }
  },
};

/** Something of the activity log that people are told of. */
export const activityLogAlert: ResourceType = {
  token: "azure-native:monitor:ActivityLogAlert",
  armType: "Microsoft.Insights/activityLogAlerts",
  apiVersion: "2023-01-01-preview",
  path: ["resourceGroupName", "activityLogAlertName"],
  shape: "flat",
  required: ["scopes", "condition", "actions"],
  computed: ["name", "type"],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[^*#&+:<>?@%{}\\/|]{1,259}[^*#&+:<>?@%{}\\/|. ]$/,
      "an alert's name has 1-260 characters",
    );
    if (stringsAt(body.properties, "scopes").length === 0) {
      throw badRequest("BadRequest", `The alert '${id.name}' watches nothing.`);
    }
    const conditions = objectsAt(objectAt(body.properties, "condition"), "allOf");
    if (!conditions.some(({ field }) => field === "category")) {
      throw badRequest("BadRequest", `The condition of '${id.name}' has no category.`);
    }
    for (const { actionGroupId } of objectsAt(objectAt(body.properties, "actions"), "actionGroups")) {
      requireResource(context, "action group", actionGroupId, id.name);
    }
  },
};
