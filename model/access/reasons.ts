import type { GraphIndex, HeldRole } from "./graph-index";
import { describeScope, normalizeScope } from "./scopes";
import type { Reason } from "./types";

/** `sp-x is in group y, which holds "Reader" on …/registries/z` with what narrows it. */
export function heldRoleReason(
  index: GraphIndex,
  principalId: string,
  held: HeldRole,
  requestScope: string,
  remark = "",
): Reason {
  const { assignment, via } = held;
  const role = held.role?.name ?? `unknown role ${assignment.roleGuid}`;
  return {
    assignmentId: assignment.id,
    role,
    scope: assignment.scope,
    ...(via.length > 0 ? { via: via.map((group) => index.principal(group).name) } : {}),
    ...(assignment.condition === undefined ? {} : { condition: assignment.condition }),
    text: `${chain(index, principalId, held)} "${role}" on ${where(held, requestScope)}${remark}`,
  };
}

function chain(index: GraphIndex, principalId: string, { via }: HeldRole): string {
  const groups = via.map((group) => `in group ${index.principal(group).name}, which`);
  const links = groups.map((link) => `is ${link}`).join(" ");
  return [index.principal(principalId).name, links, "holds"].filter((part) => part !== "").join(" ");
}

function where({ assignment }: HeldRole, requestScope: string): string {
  const held = describeScope(assignment.scope);
  const above = normalizeScope(requestScope).startsWith(normalizeScope(assignment.scope));
  const same = normalizeScope(requestScope) === normalizeScope(assignment.scope);
  return above && !same ? `${held}, inherited by ${describeScope(requestScope)}` : held;
}
