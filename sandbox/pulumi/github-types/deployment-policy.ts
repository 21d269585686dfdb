import type { Properties } from "../../azure/resource-type";
import { idOfObject, type GitHub } from "../../github/github";
import type { DeploymentPolicy } from "../../github/objects";
import { textOf } from "../../text";
import type { GitHubType } from "./github-type";

/** A branch or a tag that may deploy to an environment. */
export function deploymentPolicy(gitHub: GitHub): GitHubType {
  const outputsOf = (policy: DeploymentPolicy): Properties => ({
    repository: policy.repository,
    environment: policy.environment,
    [policy.target === "tag" ? "tagPattern" : "branchPattern"]: policy.pattern,
    policyId: policy.number,
    repositoryId: 1,
  });
  const put = (inputs: Properties, number?: number): DeploymentPolicy => {
    const { repository, environment, branchPattern, tagPattern } = inputs;
    const target = tagPattern === undefined ? "branch" : "tag";
    const pattern = textOf(tagPattern ?? branchPattern);
    return gitHub.putPolicy(textOf(repository), textOf(environment), { target, pattern }, number);
  };
  return {
    token: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
    required: ["repository", "environment"],
    replaceOn: ["repository", "environment"],
    computed: ["policyId", "repositoryId"],
    check: ({ branchPattern, tagPattern }) =>
      (branchPattern === undefined) === (tagPattern === undefined)
        ? [{ property: "tagPattern", reason: "exactly one of branchPattern and tagPattern is needed" }]
        : [],
    create(inputs) {
      const policy = put(inputs);
      return { id: idOfObject(policy), outputs: outputsOf(policy) };
    },
    read(id) {
      const found = gitHub.find("policy", id);
      return found && outputsOf(found);
    },
    update: (id, inputs) => outputsOf(put(inputs, gitHub.find("policy", id)?.number)),
    remove: (id) => gitHub.remove("policy", id),
  };
}
