#!/usr/bin/env node
// Azure DevOps as `az` shows it, with its state in a file or in memory. Takes the options that the real commands have, and no others.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const common = ["--organization", "--project", "--output"];
/**
 * Read in `az <command> --help` of the Azure CLI 2.91 with the extension azure-devops 1.0.7, and `repos policy create` in its documentation
 * and source. `pipelines queue list` was found in neither: docs/unverified.md.
 */
export const options = {
  "devops service-endpoint create": ["--service-endpoint-configuration", "--encoding", ...common],
  "devops service-endpoint list": common,
  "devops user show": ["--user", "--organization", "--output"],
  "pipelines create": [
    ...[
      "--name",
      "--branch",
      "--description",
      "--folder-path",
      "--queue-id",
      "--repository",
      "--repository-type",
    ],
    ...["--service-connection", "--skip-first-run", "--yml-path", ...common],
  ],
  "pipelines list": [
    "--folder-path",
    "--name",
    "--query-order",
    "--repository",
    "--repository-type",
    "--top",
    ...common,
  ],
  "pipelines queue list": ["--action", "--queue-name", ...common],
  "repos create": ["--name", ...common],
  "repos list": common,
  "repos policy build create": [
    ...[
      "--blocking",
      "--branch",
      "--build-definition-id",
      "--display-name",
      "--enabled",
      "--manual-queue-only",
    ],
    ...[
      "--queue-on-source-update-only",
      "--repository-id",
      "--valid-duration",
      "--branch-match-type",
      "--path-filter",
      ...common,
    ],
  ],
  "repos policy create": ["--policy-configuration", ...common],
  "repos policy list": ["--branch", "--repository-id", ...common],
  rest: ["--body", "--headers", "--method", "--resource", "--uri-parameters", "--url", "--output"],
};

export const empty = () => ({
  next: 1,
  repositories: [],
  pipelines: [],
  // Pools are made by people: they need agents.
  queues: ["branches", "publish", "promotion", "staging"].map((name, index) => ({
    id: 900 + index,
    name: `contoso-poc-${name}`,
  })),
  policies: [],
  endpoints: [],
  environments: [],
  checks: [],
  permissions: {},
});

const guid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const tenantSubject = "/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc";

/** One call. @returns what the real command would print */
export function handle(words, state) {
  const start = words.findIndex((word) => word.startsWith("--"));
  const command = words.slice(0, start).join(" ");
  const given = {};
  for (let index = start; index < words.length; index += 2) {
    if (!options[command]?.includes(words[index]))
      throw new Error(`unrecognized: az ${command} ${words[index]}`);
    given[words[index]] = words[index + 1];
  }
  const id = () => state.next++;
  const add = (list, one) => (list.push(one), one);
  const flag = (name) => given[name] === "true";
  const policy = (type, settings) =>
    add(state.policies, {
      id: id(),
      type: { id: type },
      isEnabled: flag("--enabled"),
      isBlocking: flag("--blocking"),
      settings: {
        ...settings,
        scope: [{ repositoryId: given["--repository-id"], refName: `refs/heads/${given["--branch"]}` }],
      },
    });
  switch (command) {
    case "repos list":
      return state.repositories;
    case "repos create":
      return add(state.repositories, { id: guid(id()), name: given["--name"], project: { id: guid(0) } });
    case "pipelines list":
      return state.pipelines;
    case "pipelines queue list":
      return state.queues;
    case "pipelines create": {
      const { "--name": name, "--repository": repository, "--branch": branch, "--yml-path": file } = given;
      if (state.pipelines.some((one) => one.name === name))
        throw new Error(`Pipeline with name ${name} already exists.`);
      if (!flag("--skip-first-run")) throw new Error("a run was started");
      return add(state.pipelines, { id: id(), name, repository, branch, file });
    }
    case "repos policy list":
      return state.policies;
    case "repos policy create":
      return add(state.policies, {
        id: id(),
        ...JSON.parse(readFileSync(given["--policy-configuration"], "utf8")),
      });
    case "repos policy build create":
      return policy("0609b952-1397-4640-95ec-e00a01b2c241", {
        buildDefinitionId: Number(given["--build-definition-id"]),
        manualQueueOnly: flag("--manual-queue-only"),
      });
    case "devops user show":
      // Entra ID minds no case in a mail address.
      return {
        id: guid(
          [...given["--user"].toLowerCase()].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 0) %
            1e12,
        ),
      };
    case "devops service-endpoint list":
      return state.endpoints;
    case "devops service-endpoint create": {
      const stated = JSON.parse(readFileSync(given["--service-endpoint-configuration"], "utf8"));
      const own = guid(id());
      const parameters = {
        ...stated.authorization.parameters,
        workloadIdentityFederationIssuer: `https://login.microsoftonline.com/${stated.authorization.parameters.tenantid}/v2.0`,
        workloadIdentityFederationSubject: `${tenantSubject}/${guid(999)}/${own}`,
      };
      return add(state.endpoints, {
        ...stated,
        id: own,
        authorization: { ...stated.authorization, parameters },
      });
    }
    case "rest":
      return restCall(
        given["--method"],
        new URL(given["--url"]),
        given["--body"] && JSON.parse(given["--body"]),
        state,
        id,
        add,
      );
    default:
      throw new Error(`'${command}' is misspelled or not recognized by the system.`);
  }
}

function restCall(method, { pathname, searchParams }, body, state, id, add) {
  const path = pathname.split("/_apis/")[1];
  const call = `${method} ${path.split("/").slice(0, 3).join("/")}`;
  const [, , type, resourceId] = path.split("/");
  const permissions = () => (state.permissions[`${type}/${resourceId}`] ??= { pipelines: [] });
  switch (call.replace(/^(\w+ pipelines\/pipelinepermissions)\/.*/, "$1")) {
    case "get distributedtask/environments":
      return { value: state.environments.filter(({ name }) => name.startsWith(searchParams.get("name"))) };
    case "post distributedtask/environments":
      return add(state.environments, { id: id(), ...body });
    case "get pipelines/checks/configurations": {
      const [wanted, of] = [searchParams.get("resourceType"), searchParams.get("resourceId")];
      return { value: state.checks.filter(({ resource }) => resource.type === wanted && resource.id === of) };
    }
    case "post pipelines/checks/configurations":
      return add(state.checks, { id: id(), ...body });
    case "get pipelines/pipelinepermissions":
      return permissions();
    case "patch pipelines/pipelinepermissions": {
      const now = permissions();
      for (const one of body.pipelines) {
        now.pipelines = [
          ...now.pipelines.filter((other) => other.id !== one.id),
          ...(one.authorized ? [one] : []),
        ];
      }
      if (body.allPipelines) now.allPipelines = body.allPipelines;
      return now;
    }
    default:
      throw new Error(`no such resource: ${call}`);
  }
}

if (basename(process.argv[1] ?? "") === "az") {
  const { FAKE_AZ_STATE: file, FAKE_AZ_LOG: log } = process.env;
  const words = process.argv.slice(2);
  appendFileSync(log, `${JSON.stringify(words)}\n`);
  const state = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : empty();
  try {
    console.log(JSON.stringify(handle(words, state)));
    writeFileSync(file, JSON.stringify(state));
  } catch (error) {
    console.error(`ERROR: ${error.message}`);
    process.exitCode = 1;
  }
}
