import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";

new RepositoryEnvironment("smoke-test", {
  repository: "platform",
  environment: "smoke-test",
  deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
});
