import { listed } from "../sentence";
import { roleGrants } from "./actions";
import { evaluateCondition, readCondition, repositoryPatterns } from "./condition";
import type { GraphIndex, HeldRole } from "./graph-index";
import { modeIgnores } from "./operations";
import { heldRoleReason } from "./reasons";
import { conditionedRoleGuids } from "./roles";
import { describeScope } from "./scopes";
import type { AccessRequest, Decision, Reason } from "./types";

/**
 * What to make of a condition or role that can't be read. `enforced`: it grants nothing, as an enforcing party must
 * decide. `worstCase`: it narrows nothing, as an auditor must assume; the reason says so.
 */
export type Assumption = "enforced" | "worstCase";

/** One request, and how it is to be judged. */
export interface Question {
  readonly index: GraphIndex;
  readonly principalId: string;
  readonly request: AccessRequest;
  readonly assumption: Assumption;
  /** Whether any repository will do when the request names none. */
  readonly anyRepository: boolean;
  /** Whether a right on a part of the scope (one key of a vault) counts too. */
  readonly below: boolean;
}

/** Judges a request by the role assignments that reach its scope. */
export function judge(question: Question): Decision {
  const { index, principalId, request } = question;
  const registry = index.registryAt(request.scope);
  if (registry && modeIgnores(registry.mode, request.plane, request.action)) {
    return denied(
      `${registry.name} is in ${registry.mode} mode, which pays no attention to ${request.action}`,
    );
  }
  const granting: Reason[] = [];
  const near: Reason[] = [];
  for (const held of index.heldOn(principalId, request.scope, question.below)) {
    const verdict = weigh(question, held);
    if (verdict !== undefined) {
      const reason = heldRoleReason(index, principalId, held, request.scope, verdict.remark);
      (verdict.grants ? granting : near).push(reason);
    }
  }
  if (granting.length > 0) {
    return allowed(granting);
  }
  const nothing = `${index.principal(principalId).name} holds nothing on ${describeScope(request.scope)} that grants ${request.action}`;
  return { allowed: false, reasons: near.length > 0 ? near : [{ text: nothing }] };
}

/** What one assignment contributes; undefined when its role has nothing to do with the action. */
function weigh(question: Question, held: HeldRole): { grants: boolean; remark: string } | undefined {
  const { request, assumption } = question;
  const worstCase = assumption === "worstCase";
  if (!held.role) {
    return {
      grants: worstCase,
      remark: `, ${worstCase ? "counted as granting" : "which grants nothing"}: its definition is not known`,
    };
  }
  if (!roleGrants(held.role, request.plane, request.action)) {
    return undefined;
  }
  if (held.assignment.condition === undefined) {
    return { grants: true, remark: "" };
  }
  const condition = readCondition(held.assignment.condition);
  if (!condition) {
    const remark = worstCase
      ? ", counted as not narrowed: its condition can't be read"
      : ", but its condition can't be read";
    return { grants: worstCase, remark };
  }
  const aboutRepositories =
    request.plane === "data" && question.index.registryAt(request.scope) !== undefined;
  if (!aboutRepositories) {
    const holds = evaluateCondition(condition, request);
    const remark =
      holds === true ? " under a condition that holds" : " under a condition that does not hold for this";
    return holds === undefined && worstCase
      ? { grants: true, remark: " under a condition that may hold" }
      : { grants: holds === true, remark };
  }
  if (worstCase && !conditionedRoleGuids.includes(held.role.guid.toLowerCase())) {
    return { grants: true, remark: ", counted as not narrowed: Azure honours no condition on this role" };
  }
  const patterns = repositoryPatterns(condition, request);
  const holds =
    request.repository === undefined && question.anyRepository
      ? patterns.length > 0
      : evaluateCondition(condition, request);
  const names = listed(patterns.map(({ pattern }) => pattern));
  const remark = names === "*" ? "" : names === "" ? " for no repository" : ` for ${names}`;
  if (holds === true || (holds === undefined && worstCase)) {
    return { grants: true, remark };
  }
  return { grants: false, remark: names === "" ? remark : `${remark} alone` };
}

export function allowed(reasons: readonly Reason[]): Decision {
  return { allowed: true, reasons };
}

export function denied(text: string): Decision {
  return { allowed: false, reasons: [{ text }] };
}
