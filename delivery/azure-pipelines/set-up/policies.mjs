import { Problem } from "./az.mjs";

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
    const wanted = { minimumApproverCount: reviewers, creatorVoteCounts: false, allowDownvotes: false, resetOnSourcePush: true };
    ensure(`${name}: reviews on main`, repository, reviews, wanted, () => [
      "approver-count",
      ...["--minimum-approver-count", String(reviewers), "--creator-vote-counts", "false"],
      ...["--allow-downvotes", "false", "--reset-on-source-push", "true"],
    ]);
  }
  ensure(`${service}: main is built before a merge`, ofService, build, { buildDefinitionId: pipeline?.id, manualQueueOnly: false }, () => [
    "build",
    ...["--build-definition-id", String(pipeline.id), "--display-name", "build", "--manual-queue-only", "false"],
    ...["--queue-on-source-update-only", "true", "--valid-duration", "720"],
  ]);

  function ensure(what, repository, type, wanted, words) {
    const found = there.filter((one) => one.type.id === type && isOnMain(one, repository?.id));
    if (found.some((one) => one.isEnabled && one.isBlocking && hasAll(one.settings, wanted))) return;
    if (found.length > 0) throw new Problem(`another policy than "${what}" is there. Remove it in Azure DevOps, and run this again`);
    make(what, () => {
      const [kind, ...more] = words();
      return call(["repos", "policy", kind, "create", "--repository-id", repository.id, ...flags, ...more, ...at]);
    });
  }
}

const isOnMain = ({ settings }, repositoryId) =>
  (settings.scope ?? []).some((scope) => scope.repositoryId === repositoryId && scope.refName === "refs/heads/main");
const hasAll = (settings, wanted) => Object.entries(wanted).every(([key, value]) => settings[key] === value);
