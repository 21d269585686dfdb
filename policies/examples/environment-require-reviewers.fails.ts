import * as github from "@pulumi/github";

new github.RepositoryEnvironment("prod", {
  repository: "platform",
  environment: "prod",
  preventSelfReview: true,
  canAdminsBypass: false,
  deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
});
