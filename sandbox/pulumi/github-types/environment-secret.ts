import type { Properties } from "../../azure/resource-type";
import { idOf, idOfObject, type GitHub } from "../../github/github";
import type { EnvironmentSecret } from "../../github/objects";
import { textOf } from "../../text";
import type { GitHubType } from "./github-type";

/** The ways to give a value; the sandbox has no key that something could be encrypted for. */
const values = ["value", "plaintextValue"];

/** A secret of an environment. Its value goes in and never comes out. */
export function environmentSecret(gitHub: GitHub): GitHubType {
  const outputsOf = (secret: EnvironmentSecret): Properties => ({
    repository: secret.repository,
    environment: secret.environment,
    secretName: secret.name,
    createdAt: secret.createdAt,
    updatedAt: secret.updatedAt,
    remoteUpdatedAt: secret.updatedAt,
    repositoryId: 1,
  });
  const put = ({ repository, environment, secretName, value, plaintextValue }: Properties) =>
    gitHub.putSecret(
      textOf(repository),
      textOf(environment),
      { name: textOf(secretName), value: textOf(value ?? plaintextValue) },
      new Date().toISOString(),
    );
  return {
    token: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
    required: ["repository", "environment", "secretName"],
    replaceOn: ["repository", "environment", "secretName"],
    computed: ["createdAt", "updatedAt", "remoteUpdatedAt", "repositoryId"],
    unread: [...values, "secretName"],
    check: (inputs) =>
      values.filter((name) => inputs[name] !== undefined).length === 1
        ? []
        : [{ property: "value", reason: "exactly one of value and plaintextValue is needed" }],
    idOf: ({ repository, environment, secretName }) =>
      idOf(textOf(repository), textOf(environment), textOf(secretName)),
    create(inputs) {
      const secret = put(inputs);
      return { id: idOfObject(secret), outputs: outputsOf(secret) };
    },
    read(id) {
      const found = gitHub.find("secret", id);
      return found && outputsOf(found);
    },
    update: (_id, inputs) => outputsOf(put(inputs)),
    remove: (id) => gitHub.remove("secret", id),
  };
}
