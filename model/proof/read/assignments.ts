import { type CellGrant, registryColumn, roleGuidFor } from "../../access/matrix";
import { roleGuidOf } from "../../access/roles";
import type { ReleaseGrant } from "../../access/release-access";
import { textOf, unknown } from "../../values";
import type { AssignmentFacts } from "../facts";
import { type Declared } from "./declared";

/** What the matrix asks for, to tell whether a role is meant to be narrowed. */
export interface MatrixView {
  readonly grants: () => readonly (CellGrant | ReleaseGrant)[];
  readonly subscriptionId: string;
  readonly organization: string;
}

/** An assignment on the registry of a column, or above it. `principal` is the identity's name in the matrix. */
export function assignmentFacts(
  { where, properties, unread }: Declared,
  column: string,
  matrix: MatrixView,
  principal?: string,
): AssignmentFacts {
  const roleId = textOf(properties.roleDefinitionId);
  const roleGuid = roleId === undefined ? undefined : roleGuidOf(roleId);
  const { condition } = properties;
  return {
    where,
    principal,
    roleGuid,
    condition:
      typeof condition === "string" && condition !== ""
        ? condition
        : unread || condition === unknown
          ? undefined
          : null,
    narrowedTo: roleGuid === undefined ? undefined : narrowing(roleGuid, column, matrix, principal),
  };
}

// Who holds it may not be known before an update: then it is narrowed when every cell that asks for the role is.
function narrowing(
  roleGuid: string,
  column: string,
  { grants, subscriptionId, organization }: MatrixView,
  principal: string | undefined,
): readonly string[] | null | undefined {
  const asked = grants().filter(
    ({ target, role, identity }) =>
      registryColumn(target) === column &&
      roleGuidFor(role, subscriptionId, organization).toLowerCase() === roleGuid &&
      (principal === undefined || identity === principal),
  );
  if (asked.length === 0) return undefined;
  const narrowed = asked.flatMap(({ patterns }) => (patterns === undefined ? [] : [patterns]));
  if (narrowed.length === 0) return null;
  return narrowed.length === asked.length ? [...new Set(narrowed.flat())] : undefined;
}
