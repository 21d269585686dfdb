import type { Properties } from "../../azure/resource-type";
import { idOf, idOfObject, type GitHub } from "../../github/github";
import type { EnvironmentVariable } from "../../github/objects";
import { textOf } from "../../text";
import type { GitHubType } from "./github-type";

/** A variable of an environment. */
export function environmentVariable(gitHub: GitHub): GitHubType {
  const outputsOf = (variable: EnvironmentVariable): Properties => ({
    repository: variable.repository,
    environment: variable.environment,
    variableName: variable.name,
    value: variable.value,
    createdAt: variable.createdAt,
    updatedAt: variable.updatedAt,
    repositoryId: 1,
  });
  const put = ({ repository, environment, variableName, value }: Properties) =>
    gitHub.putVariable(
      textOf(repository),
      textOf(environment),
      { name: textOf(variableName), value: textOf(value) },
      new Date().toISOString(),
    );
  return {
    token: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
    required: ["repository", "environment", "variableName", "value"],
    replaceOn: ["repository", "environment", "variableName"],
    computed: ["createdAt", "updatedAt", "repositoryId"],
    idOf: ({ repository, environment, variableName }) =>
      idOf(textOf(repository), textOf(environment), textOf(variableName)),
    create(inputs) {
      const variable = put(inputs);
      return { id: idOfObject(variable), outputs: outputsOf(variable) };
    },
    read(id) {
      const found = gitHub.find("variable", id);
      return found && outputsOf(found);
    },
    update: (_id, inputs) => outputsOf(put(inputs)),
    remove: (id) => gitHub.remove("variable", id),
  };
}
