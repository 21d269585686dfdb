import * as github from "@pulumi/github";

new github.RepositoryEnvironment("prod", {
  repository: "platform",
  environment: "prod",
  // Teams by id; one of them is the backup.
  reviewers: [{ teams: [4021, 4022] }],
  preventSelfReview: true,
  canAdminsBypass: false,
  deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
});
