/** What stands before a resource, as Azure DevOps' API calls it. An id says which kind of check it is, for good. */
const kinds = {
  approval: "8c6f20a7-a545-4486-9777-f762fafe0d4d",
  task: "fe1de3ee-a436-41b4-bb20-f6eb4cb879a7",
  template: "4020e66e-b0f3-47e1-bc88-48f3cc59b5f3",
  lock: "2ef31ad6-baa0-403a-8b45-2cbc9b4e5563",
};
/** Of the checks that run a task, the one that looks at the branch. */
const branchControl = { id: "86b05a0c-73e6-4f7d-b3cf-e38f3b39a75b", name: "evaluatebranchProtection", version: "0.0.1" };
const days = (count) => count * 24 * 60;

/** One of these people, and not whoever started the run. They are told what they approve. */
export const approval = (approvers, instructions) => ({
  what: "approval by a person or the backup",
  type: { id: kinds.approval, name: "Approval" },
  timeout: days(7),
  settings: {
    approvers: approvers.map((id) => ({ id })),
    minRequiredApprovers: 1,
    requesterCannotBeApprover: true,
    instructions,
  },
});

/** Nothing but what was reviewed: main, which has branch policies. */
export const mainOnly = {
  what: "main alone",
  type: { id: kinds.task },
  timeout: days(1),
  settings: {
    displayName: "main alone",
    definitionRef: branchControl,
    inputs: { allowedBranches: "refs/heads/main", ensureProtectionOfBranch: "true", allowUnknownStatusBranch: "false" },
  },
};

/** A pipeline's own steps never run with the connection: it extends this template. */
export const templateOnly = ({ project, templates }, path) => ({
  what: `template ${path} alone`,
  type: { id: kinds.template },
  settings: {
    extendsChecks: [
      { repositoryType: "git", repositoryName: `${project}/${templates}`, repositoryRef: "refs/heads/main", templatePath: path },
    ],
  },
});

/** One run at a time. */
export const oneAtATime = { what: "one run at a time", type: { id: kinds.lock }, settings: {} };

/** Whether a check that is there is of the same kind as a wanted one. */
export function isSameKind(there, wanted) {
  const task = (check) => check.settings?.definitionRef?.id;
  return there.type?.id === wanted.type.id && task(there) === task(wanted);
}

/** Whether a check that is there asks for all that is wanted of it; what Azure DevOps adds doesn't matter. */
export function holds(there, wanted) {
  return there.isDisabled !== true && contains(there.settings ?? {}, wanted.settings);
}

function contains(there, wanted) {
  if (typeof wanted !== "object" || wanted === null) return there === wanted;
  if (Array.isArray(wanted))
    return Array.isArray(there) && there.length === wanted.length && wanted.every((one, index) => contains(there[index], one));
  return typeof there === "object" && there !== null && Object.entries(wanted).every(([key, value]) => contains(there[key], value));
}
