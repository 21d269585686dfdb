import { isAssignment, isCacheRule, isRegistry, isReplication, isToken } from "../../model/azure/kinds";
import type { Declared } from "../../model/proof/read/declared";
import { credentialOwner, isCredential } from "../../model/proof/read/identities";
import { forbidsTokens, leadsToRegistry } from "../../model/proof/read/registry";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { declaredOf } from "./declared";

/** Resources that are judged together with later ones, by what they have in common. */
interface Recalled {
  /** How many of the list are in here. */
  read: number;
  assignments: number;
  readonly kin: Map<unknown, Declared[]>;
}

const recalled = new WeakMap<readonly Resource[], Recalled>();

/** Role assignments among the earlier resources. Eligible ones count: they are assignments once somebody activates them. */
export function assignmentsBefore(earlier: readonly Resource[], stack: StackFacts): number {
  return indexOf(earlier, stack).assignments;
}

/** The earlier resources that decide together with this one. */
export function kinOf(
  declared: Declared,
  earlier: readonly Resource[],
  stack: StackFacts,
): readonly Declared[] {
  const { kin } = indexOf(earlier, stack);
  // A token stands alone, but for what forbids it.
  if (isToken(declared)) return kin.get(prohibitions) ?? [];
  if (forbidsTokens(declared)) return kin.get(tokens) ?? [];
  const bond = bondOf(declared);
  return bond === undefined ? [] : (kin.get(bond) ?? []);
}

/** Whether later resources are judged together with this one. */
export function isRecalled(declared: Declared): boolean {
  return isAssignment(declared) || bondOf(declared) !== undefined;
}

const networked = Symbol("a registry and what belongs to it");
const tokens = Symbol("tokens");
const prohibitions = Symbol("what forbids tokens");

function bondOf(declared: Declared): unknown {
  if (isToken(declared)) return tokens;
  if (forbidsTokens(declared)) return prohibitions;
  if (isCredential(declared)) return credentialOwner(declared);
  const ofRegistry = [isRegistry, isReplication, isCacheRule, leadsToRegistry];
  return ofRegistry.some((is) => is(declared)) ? networked : undefined;
}

// The engine appends to one list, so each resource is read once and not at every resource that follows it.
function indexOf(earlier: readonly Resource[], stack: StackFacts): Recalled {
  const known = recalled.get(earlier);
  const index: Recalled =
    known && known.read <= earlier.length
      ? known
      : { read: 0, assignments: 0, kin: new Map<unknown, Declared[]>() };
  recalled.set(earlier, index);
  for (; index.read < earlier.length; index.read++) {
    const declared = declaredOf(earlier[index.read], stack);
    if (declared === undefined) continue;
    if (isAssignment(declared)) index.assignments++;
    const bond = bondOf(declared);
    if (bond === undefined) continue;
    const kin = index.kin.get(bond);
    if (kin) kin.push(declared);
    else index.kin.set(bond, [declared]);
  }
  return index;
}
