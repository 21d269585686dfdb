import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { requireName } from "./rules";
import { textOf } from "../../text";

const modes = ["Default", "DoNotEnforce", "Enroll"];
const definition = /\/providers\/Microsoft\.Authorization\/policy(?:Set)?Definitions\/[^/]+$/i;

/**
 * Azure Policy on a scope. It is kept, and judges nothing here: neither resources nor what clusters take in. The rules are those of
 * Microsoft.Authorization's reference (2025-01-01).
 */
export const policyAssignment: ResourceType = {
  token: "azure-native:authorization:PolicyAssignment",
  armType: "Microsoft.Authorization/policyAssignments",
  apiVersion: "2025-01-01",
  path: ["scope", "policyAssignmentName"],
  shape: "flat",
  required: ["policyDefinitionId"],
  computed: ["name", "type", "systemData"],
  validate(body, id) {
    const { policyDefinitionId, enforcementMode } = body.properties;
    requireName(
      id.name,
      /^[^<>*%&:?+/\\#]{0,63}[^<>*%&:?+/\\# .]$/,
      "an assignment's name has 1-64 characters, none of < > * % & : ? + / \\ #, and no dot or space at its end",
    );
    if (!definition.test(textOf(policyDefinitionId))) {
      throw badRequest(
        "InvalidPolicyDefinitionId",
        `The policy definition ID '${textOf(policyDefinitionId)}' is not that of a policy or of an initiative.`,
      );
    }
    if (enforcementMode !== undefined && !modes.includes(textOf(enforcementMode))) {
      throw badRequest(
        "InvalidEnforcementMode",
        `The enforcement mode '${textOf(enforcementMode)}' is not one of ${modes.join(", ")}.`,
      );
    }
  },
};
