import { wordsOf } from "../../model/access/cells";
import { signingColumn } from "../../model/access/matrix";
import { roleGuids } from "../../model/access/roles";
import { signingVaultId, signingVaultName } from "../../model/physical-names";
import type { Settings } from "../../model/settings";
import { assignmentIn, roleProperty } from "../access/assignment";
import type { Resource, StackRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath, textOf } from "../values";

/** Four eyes are two when whoever brings an image in can also sign it. */
export const accessDiscloseSigning: StackRule = {
  name: "access-disclose-signing",
  displayName: "A promoter that can sign shows",
  description:
    "Every identity that may sign with the vault's key and also brings images into an environment is named: it could sign what it promotes.",
  severity: "high",
  advice: true,
  remediationSteps:
    "Write `verify` into the promoter's cells instead of `sign`, or nothing at all: by default it verifies with the exported public key.",
  looksAt: [
    "**Stacks that assign Key Vault Crypto User on the signing vault**, in every form of an assignment: the shared one, and that of a proof of concept.",
    "Each identity whose cells say `sign` in the column `signing`, and `import` or `push` in the column of a registry that is protected.",
    "Crypto User verifies, and signs as well: the role has both. That is what the cell gives away when it is meant for verifying.",
    "It is advice: the cell is available, and a run doesn't fail for it. An assignment that no cell accounts for is [access-restrict-matrix](access-restrict-matrix.md)'s matter, and that one fails.",
  ],
  why: "A signature says that somebody else than the promoter has built the image. With the key in its hands the promoter, or whoever gets hold of its job, signs any image and brings it in by itself.",
  checkStack: (resources, stack) => {
    const assignments = resources.flatMap((resource) => signingRole(resource, resources, stack) ?? []);
    if (assignments.length === 0) return [];
    const vault = signingVaultName(stack.settings);
    return signingPromoters(stack.settings).map(({ identity, columns }) => ({
      ...(assignments.find(({ resource }) => resource.name.includes(identity)) ?? assignments[0]),
      what: `${identity} signs with the key of ${vault} and brings images into ${columns.join(", ")}: it could sign what it promotes`,
      fix: "Give it `verify` instead of `sign`, or neither: the exported public key verifies too",
    }));
  },
};

/** The assignment of the role that signs, on the signing vault. */
function signingRole(
  resource: Resource,
  all: readonly Resource[],
  stack: StackFacts,
): { resource: Resource; property: string } | undefined {
  const assignment = assignmentIn(resource, stack, all);
  if (assignment?.guid !== roleGuids.cryptoUser) return undefined;
  const { properties, root } = assignment;
  const scope = textOf(properties.scope)?.toLowerCase();
  return scope === signingVaultId(stack.settings).toLowerCase()
    ? { resource, property: propertyPath(root, roleProperty(properties)) }
    : undefined;
}

/** Who may sign, and what enters a protected registry by their hand. */
function signingPromoters({ access, path }: Settings): { identity: string; columns: string[] }[] {
  const guarded = path.environments.filter((one) => one.protected).map(({ name }) => name);
  return Object.entries(access).flatMap(([identity, cells]) => {
    const says = (column: string, words: readonly string[]) =>
      wordsOf(cells[column] ?? []).some(([word]) => words.includes(word));
    const columns = guarded.filter((column) => says(column, ["import", "push"]));
    return says(signingColumn, ["sign"]) && columns.length > 0 ? [{ identity, columns }] : [];
  });
}
