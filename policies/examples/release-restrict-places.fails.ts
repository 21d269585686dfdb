import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";

// Jobs of the release run here, and every branch deploys into it.
new RepositoryEnvironment("release", { repository: "platform", environment: "v0.0.1" });
