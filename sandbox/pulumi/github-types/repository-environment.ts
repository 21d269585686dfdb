import type { Properties } from "../../azure/resource-type";
import { idOf, type GitHub } from "../../github/github";
import { textOf } from "../../text";
import type { GitHubType } from "./github-type";

/** An environment of a repository. */
export function repositoryEnvironment(gitHub: GitHub): GitHubType {
  const read = (id: string): Properties | undefined => {
    const found = gitHub.find("environment", id);
    return (
      found && {
        canAdminsBypass: true,
        preventSelfReview: false,
        ...found.settings,
        repository: found.repository,
        environment: found.environment,
        repositoryId: 1,
      }
    );
  };
  const put = ({ repository, environment, ...settings }: Properties): string => {
    gitHub.putEnvironment(textOf(repository), textOf(environment), settings);
    return idOf(textOf(repository), textOf(environment));
  };
  return {
    token: "github:index/repositoryEnvironment:RepositoryEnvironment",
    required: ["repository", "environment"],
    replaceOn: ["repository", "environment"],
    computed: ["repositoryId"],
    idOf: ({ repository, environment }) => idOf(textOf(repository), textOf(environment)),
    create(inputs) {
      const id = put(inputs);
      return { id, outputs: read(id)! };
    },
    read,
    update: (_id, inputs) => read(put(inputs))!,
    remove: (id) => gitHub.remove("environment", id),
  };
}
