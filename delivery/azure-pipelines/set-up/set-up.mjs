import { Problem, rest, withFile } from "./az.mjs";
import { approval, holds, isSameKind, mainOnly, oneAtATime, templateOnly } from "./checks.mjs";
import { branchPolicies } from "./policies.mjs";

/**
 * Makes what is missing, and nothing twice: each thing is looked for first, so a run that was killed is run again.
 * A resource is behind its checks before any pipeline may use it.
 * @param call the Azure CLI; @param say told of each thing that is made; @param dryRun looks, and makes nothing
 * @returns {Record<string, { issuer: string, subject: string } | undefined>} service connection → how its jobs sign in
 */
export function setUp(configuration, clientIds, { call, say, dryRun = false }) {
  const { organization, project, approvers, service, templates, pipelines, pools, environments, connections } = configuration;
  const at = ["--organization", organization, "--project", project];
  const api = (path) => `${organization}/${encodeURIComponent(project)}/_apis/${path}`;
  const version = "api-version=7.1-preview.1";

  const make = (what, how) => {
    say(`+ ${what}`);
    return dryRun ? undefined : how();
  };
  const named = (list, name) => list.find((one) => one.name === name);

  // What only people can make is looked at before anything is made.
  const people = approvers.map((mail) => call(["devops", "user", "show", "--user", mail, "--organization", organization]).id);
  if (new Set(people).size < people.length) throw new Problem("two of the approvers are one person. Name another, and run this again");
  const queues = call(["pipelines", "queue", "list", ...at]);
  const without = Object.keys(pools).find((name) => !named(queues, name));
  if (without) throw new Problem(`no agent pool ${without} in ${project}. Make it, with agents new for each job, and run this again`);

  const repositories = call(["repos", "list", ...at]);
  const [ofService, ofTemplates] = [service, templates].map(
    (name) => named(repositories, name) ?? make(`repository ${name}`, () => call(["repos", "create", "--name", name, ...at])),
  );

  const there = call(["pipelines", "list", ...at]);
  const made = Object.fromEntries(
    Object.entries(pipelines).map(([pipeline, file]) => {
      const name = `${service}-${pipeline}`;
      const words = ["--name", name, "--repository", service, "--repository-type", "tfsgit", "--branch", "main"];
      const create = () => call(["pipelines", "create", ...words, "--yml-path", file, "--skip-first-run", "true", ...at]);
      return [pipeline, named(there, name) ?? make(`pipeline ${name} (${file})`, create)];
    }),
  );
  branchPolicies(configuration, { ofService, ofTemplates, build: made.build }, { call, at, make });

  // An agent keeps what its jobs leave behind: whoever signs in has agents that no branch's own code runs on.
  for (const [name, { template, pipelines: users }] of Object.entries(pools)) {
    const { id } = named(queues, name);
    guard("queue", name, id, [mainOnly, templateOnly(configuration, template)]);
    allow("queue", name, id, users);
  }

  for (const [name, { pipelines: users, approval: asks }] of Object.entries(environments)) {
    const told = `A job of ${users.join(", ")} is to change ${name}. Read what its run has shown so far, a preview first.`;
    const url = api("distributedtask/environments");
    const found = rest(call, "get", `${url}?name=${encodeURIComponent(name)}&${version}`).value;
    const environment =
      named(found, name) ?? make(`environment ${name}`, () => rest(call, "post", `${url}?${version}`, { name, description: "" }));
    guard("environment", name, environment?.id, [oneAtATime, mainOnly, ...(asks ? [approval(people, told)] : [])]);
    allow("environment", name, environment?.id, users);
  }

  const endpoints = call(["devops", "service-endpoint", "list", ...at]);
  const signIns = {};
  for (const [name, { identity, template, pipelines: users, approval: asks }] of Object.entries(connections)) {
    const clientId = clientIds[identity];
    const create = () =>
      withFile(endpointOf(configuration, name, clientId), (file) =>
        call(["devops", "service-endpoint", "create", "--service-endpoint-configuration", file, ...at]),
      );
    const endpoint = named(endpoints, name) ?? make(`service connection ${name} of ${identity}`, create);
    if (endpoint) refuseOther(endpoint, name, clientId);
    const told = `A job of ${users.join(", ")} signs in as ${identity}. Nothing has run as that identity yet.`;
    guard("endpoint", name, endpoint?.id, [mainOnly, templateOnly(configuration, template), ...(asks ? [approval(people, told)] : [])]);
    allow("endpoint", name, endpoint?.id, users);
    const { workloadIdentityFederationIssuer: issuer, workloadIdentityFederationSubject: subject } =
      endpoint?.authorization.parameters ?? {};
    signIns[name] = issuer && subject ? { issuer, subject } : undefined;
  }
  // The templates are read by pipelines of another repository.
  allow("repository", templates, ofTemplates && `${ofTemplates.project.id}.${ofTemplates.id}`, Object.keys(pipelines));
  return signIns;

  /** Puts checks before a resource. @throws Problem where one is there that asks for less */
  function guard(type, name, id, wanted) {
    const url = api("pipelines/checks/configurations");
    const found =
      id === undefined ? [] : rest(call, "get", `${url}?resourceType=${type}&resourceId=${id}&$expand=settings&${version}`).value;
    for (const { what, ...check } of wanted) {
      const present = found.filter((one) => isSameKind(one, check));
      if (present.some((one) => holds(one, check))) continue;
      if (present.length > 0) throw new Problem(`${name} has another check than "${what}". Remove it in Azure DevOps, and run this again`);
      make(`${name}: ${what}`, () => rest(call, "post", `${url}?${version}`, { ...check, resource: { type, id: String(id) } }));
    }
  }

  /** Lets these pipelines use a resource, and no other. */
  function allow(type, name, id, users) {
    const url = api(`pipelines/pipelinepermissions/${type}/${id}?${version}`);
    const now = id === undefined ? {} : rest(call, "get", url);
    const wanted = users.map((user) => made[user]?.id);
    const authorized = (now.pipelines ?? []).filter((one) => one.authorized).map((one) => one.id);
    const change = [
      ...wanted.filter((one) => !authorized.includes(one)).map((one) => ({ id: one, authorized: true })),
      ...authorized.filter((one) => !wanted.includes(one)).map((one) => ({ id: one, authorized: false })),
    ];
    const all = now.allPipelines?.authorized === true;
    if (change.length === 0 && !all) return;
    make(`${name}: for ${users.join(", ")} alone`, () =>
      rest(call, "patch", url, { pipelines: change, ...(all && { allPipelines: { authorized: false } }) }),
    );
  }
}

/** A connection without a secret: Entra ID takes Azure DevOps' own token for it. */
function endpointOf({ tenantId, subscriptionId, subscriptionName }, name, clientId) {
  return {
    name,
    type: "azurerm",
    url: "https://management.azure.com/",
    owner: "library",
    isShared: false,
    isReady: true,
    authorization: { scheme: "WorkloadIdentityFederation", parameters: { tenantid: tenantId, serviceprincipalid: clientId } },
    data: { subscriptionId, subscriptionName, environment: "AzureCloud", scopeLevel: "Subscription", creationMode: "Manual" },
  };
}

function refuseOther({ authorization }, name, clientId) {
  const { scheme, parameters } = authorization;
  if (scheme !== "WorkloadIdentityFederation")
    throw new Problem(`${name} signs in by ${scheme}, which needs a secret. Remove it, and run this again`);
  const other = parameters.serviceprincipalid;
  if (other !== clientId) throw new Problem(`${name} signs in as ${other}, not as ${clientId}. Remove it, and run this again`);
}
