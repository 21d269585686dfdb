import { badRequest, conflict } from "../arm-error";
import { idKey, parseArmId } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { ResourceType } from "../resource-type";
import { requireName } from "./rules";
import { textOf } from "../../text";

/** Log categories of the types that can be watched here. */
const categories: Record<string, readonly string[]> = {
  "microsoft.containerregistry/registries": [
    "ContainerRegistryRepositoryEvents",
    "ContainerRegistryLoginEvents",
  ],
  "microsoft.keyvault/vaults": ["AuditEvent", "AzurePolicyEvaluationDetails"],
  "microsoft.containerservice/managedclusters": [
    ...["kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler"],
    ...["cluster-autoscaler", "cloud-controller-manager", "guard", "csi-azuredisk-controller"],
    ...["csi-azurefile-controller", "csi-snapshot-controller", "fleet-member-agent"],
  ],
};

export const diagnosticSetting: ResourceType = {
  token: "azure-native:monitor:DiagnosticSetting",
  armType: "Microsoft.Insights/diagnosticSettings",
  apiVersion: "2021-05-01-preview",
  path: ["resourceUri", "name"],
  shape: "flat",
  computed: ["type", "systemData"],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[^<>*%&:?+/\\]{1,259}$/,
      "a setting's name has 1-260 characters, none of < > * % & : ? + / \\",
    );
    const { properties } = body;
    const logs = objectsAt(properties, "logs");
    const metrics = objectsAt(properties, "metrics");
    const sinks = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"];
    if (!sinks.some((sink) => properties[sink] !== undefined)) {
      throw badRequest("BadRequest", "At least one data sink needs to be specified.");
    }
    if (logs.length + metrics.length === 0) {
      throw badRequest("BadRequest", "At least one log or metric category needs to be specified.");
    }
    const workspaceId = properties.workspaceId;
    if (workspaceId !== undefined && !context.resource(textOf(workspaceId))) {
      throw badRequest("ResourceNotFound", `The workspace '${textOf(workspaceId)}' was not found.`);
    }
    const watched = parseArmId(id.parent!)!.type.toLowerCase();
    const known = categories[watched];
    for (const { category, categoryGroup } of logs) {
      if ((category === undefined) === (categoryGroup === undefined)) {
        throw badRequest("BadRequest", "A log needs either a category or a categoryGroup.");
      }
      if (known && category !== undefined && !known.includes(textOf(category))) {
        throw badRequest(
          "BadRequest",
          `Category '${textOf(category)}' is not supported; supported: ${known.join(", ")}.`,
        );
      }
    }
    const twin = context
      .resourcesOf(diagnosticSetting.armType)
      .find(
        (other) =>
          idKey(other.id) !== idKey(id.text) &&
          idKey(parseArmId(other.id)!.parent!) === idKey(id.parent!) &&
          workspaceId !== undefined &&
          idKey(textOf(other.properties.workspaceId)) === idKey(textOf(workspaceId)),
      );
    if (twin) {
      throw conflict(
        "Conflict",
        `Data sink '${textOf(workspaceId)}' is already used in diagnostic setting '${twin.name}'.`,
      );
    }
  },
};
