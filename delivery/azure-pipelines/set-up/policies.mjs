import { Problem, withFile } from "./az.mjs";

const reviews = "fa4e907d-c16b-4a4c-9dfa-4906e5d171dd";
const build = "0609b952-1397-4640-95ec-e00a01b2c241";

/** main takes pull requests alone: reviewed by others than their author, and built where a pipeline builds. */
export function branchPolicies({ service, templates, reviewers }, { ofService, ofTemplates, build: pipeline }, { call, at, make }) {
  const there = call(["repos", "policy", "list", ...at]);
  const flags = ["--blocking", "true", "--enabled", "true", "--branch", "main"];
  for (const [name, repository] of [
    [service, ofService],
    [templates, ofTemplates],
  ]) {
    // The last to push may be another than the author: neither's vote counts.
    const votes = { creatorVoteCounts: false, allowDownvotes: false, blockLastPusherVote: true };
    const wanted = { minimumApproverCount: reviewers, ...votes, resetOnSourcePush: true };
    ensure(`${name}: reviews on main`, repository, reviews, wanted, () => {
      const scope = [{ repositoryId: repository.id, refName: "refs/heads/main", matchKind: "exact" }];
      const policy = { isEnabled: true, isBlocking: true, type: { id: reviews }, settings: { ...wanted, scope } };
      // The command of its own for this kind knows no blockLastPusherVote.
      return withFile(policy, (file) => call(["repos", "policy", "create", "--policy-configuration", file, ...at]));
    });
  }
  ensure(`${service}: main is built before a merge`, ofService, build, { buildDefinitionId: pipeline?.id, manualQueueOnly: false }, () => {
    const rules = ["--manual-queue-only", "false", "--queue-on-source-update-only", "true", "--valid-duration", "720"];
    const of = ["--repository-id", ofService.id, "--build-definition-id", String(pipeline.id), "--display-name", "build"];
    return call(["repos", "policy", "build", "create", ...of, ...flags, ...rules, ...at]);
  });

  function ensure(what, repository, type, wanted, create) {
    const found = there.filter((one) => one.type.id === type && isOnMain(one, repository?.id));
    if (found.some((one) => one.isEnabled && one.isBlocking && hasAll(one.settings, wanted))) return;
    if (found.length > 0) throw new Problem(`another policy than "${what}" is there. Remove it in Azure DevOps, and run this again`);
    make(what, create);
  }
}

const isOnMain = ({ settings }, repositoryId) =>
  (settings.scope ?? []).some((scope) => scope.repositoryId === repositoryId && scope.refName === "refs/heads/main");
/** A policy for some files alone leaves out the others. */
const hasAll = ({ filenamePatterns, ...settings }, wanted) =>
  !filenamePatterns?.length && Object.entries(wanted).every(([key, value]) => settings[key] === value);
