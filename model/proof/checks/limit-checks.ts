import { broken, eachEnvironment, hidden, holds, open, type Check, type Verdict } from "../check";
import { limits } from "../limits";

const { Basic, Standard, Premium } = limits.registryTokens;
const tokenLimits = `${Basic} (Basic), ${Standard} (Standard) or ${Premium} (Premium)`;

/** Azure's limits, none of which support can raise. */
export const limitChecks: readonly Check[] = [
  {
    id: "index-size",
    title: "An image is small enough to import",
    why: `An import copies ${limits.importedManifests} manifests of an image at most`,
    source: "container-registry-import-images",
    check: eachEnvironment(({ name, imports, images = [] }) =>
      imports === false
        ? []
        : images.map(({ where, repository, manifests }): Verdict => {
            const place = { environment: name, where, property: "digest" };
            if (manifests === undefined)
              return open(
                place,
                `how many manifests the index of ${repository} lists is not known before a preview`,
              );
            return manifests <= limits.importedManifests
              ? holds(place)
              : broken(
                  place,
                  `${repository} lists ${manifests} manifests, and Azure imports ${limits.importedManifests} of an image at most`,
                  "Split the index: publish one image for each group of platforms",
                );
          }),
    ),
  },
  {
    id: "federated-credentials",
    title: "An identity has few enough federated credentials",
    why: `Entra ID takes ${limits.federatedCredentials} federated credentials on one application or managed identity`,
    source: "workload-identity-federation-considerations",
    check: ({ identities = [] }) =>
      identities.map(({ identity, where, federatedCredentials: count }): Verdict => {
        const place = { where };
        if (count === undefined)
          return open(place, `how many federated credentials ${identity} has is not known`);
        return count <= limits.federatedCredentials
          ? holds(place)
          : broken(
              place,
              `${identity} has ${count} federated credentials; Entra ID allows ${limits.federatedCredentials}`,
              "Shard it: one identity for each group of workflows, with the same cells",
            );
      }),
  },
  {
    id: "scope-map-actions",
    title: "A scope map is small enough",
    why: `A scope map holds ${limits.scopeMapActions} actions at most`,
    source: "container-registry-skus",
    check: eachEnvironment(({ name, scopeMaps = [] }) =>
      scopeMaps.map(({ where, actions }): Verdict => {
        const place = { environment: name, where, property: "actions" };
        if (actions === undefined) return hidden(place, `the actions of scope map ${where} are not known`);
        return actions.length <= limits.scopeMapActions
          ? holds(place)
          : broken(
              place,
              `scope map ${where} has ${actions.length} actions; Azure allows ${limits.scopeMapActions}`,
              "Write namespace/* instead of single repositories, or use a token for each half",
            );
      }),
    ),
  },
  {
    id: "scope-map-wildcards",
    title: "Azure understands a scope map's actions",
    why: "An action is repositories/<name>/content/<verb> or …/metadata/<verb>; a wildcard is `*` alone or one `/*` at the end of the name",
    source: "container-registry-token-based-repository-permissions",
    check: eachEnvironment(({ name, scopeMaps = [] }) =>
      scopeMaps.map(({ where, actions }): Verdict => {
        const place = { environment: name, where, property: "actions" };
        if (actions === undefined) return hidden(place, `the actions of scope map ${where} are not known`);
        const wrong = actions.filter((action) => !isAction(action));
        const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
        return wrong.length === 0
          ? holds(place)
          : broken(
              place,
              `Azure refuses the action ${wrong[0]} of scope map ${where}${more}`,
              "Name a repository, namespace/*, or * for all of them",
            );
      }),
    ),
  },
  {
    id: "registry-tokens",
    title: "A registry has room for its tokens",
    why: `A registry takes ${tokenLimits} tokens, and as many scope maps; a release has one of each in each of its stages`,
    source: "container-registry-skus",
    check: eachEnvironment(({ name, registry, tokens = [] }) => {
      if (tokens.length === 0) return [];
      const place = { environment: name, where: registry?.where ?? name };
      const most = registry?.sku === undefined ? undefined : tokensOf(registry.sku);
      if (most === undefined)
        return [
          open(place, `the SKU of the registry of ${name} is not known, so neither how many tokens it takes`),
        ];
      return tokens.length <= most
        ? [holds(place)]
        : [
            broken(
              place,
              `the registry of ${name} has ${tokens.length} tokens; its SKU allows ${most}`,
              "Delete the accounts of releases that ended: airlock release sweep",
            ),
          ];
    }),
  },
  {
    id: "condition-length",
    title: "A role assignment's condition is short enough",
    why: `A condition has ${limits.conditionBytes} bytes at most; each repository and each namespace adds some to it`,
    source: "conditions-faq",
    check: eachEnvironment(({ name, assignments = [] }) =>
      assignments.flatMap(({ where, condition }): Verdict[] => {
        if (typeof condition !== "string") return [];
        const place = { environment: name, where, property: "condition" };
        const bytes = new TextEncoder().encode(condition).length;
        return bytes <= limits.conditionBytes
          ? [holds(place)]
          : [
              broken(
                place,
                `the condition of ${where} has ${bytes} bytes; Azure allows ${limits.conditionBytes}`,
                "Name a namespace instead of its repositories, or give some of them to another identity or release",
              ),
            ];
      }),
    ),
  },
  {
    id: "role-assignments",
    title: "The subscription has room for role assignments",
    why: `A subscription holds ${limits.roleAssignments} role assignments, those on its groups and resources included`,
    source: "troubleshoot-limits",
    check: ({ subscription }) => {
      if (subscription === undefined) return [];
      const { id, declared, standing } = subscription;
      const place = { where: `subscription ${id}` };
      const count = Math.max(declared, standing ?? 0);
      const what = `${place.where} has ${count} of ${limits.roleAssignments} role assignments`;
      const fix =
        "Assign roles to groups instead of their members, or give an environment a subscription of its own";
      if (count >= limits.roleAssignments) return [broken(place, what, fix)];
      if (count >= limits.manyRoleAssignments) return [{ ...place, status: "warning", what, fix }];
      return standing === undefined
        ? [
            open(
              place,
              `this project declares ${declared} of ${limits.roleAssignments} role assignments of ${place.where}; how many others stand there is not known`,
            ),
          ]
        : [holds(place)];
    },
  },
];

function tokensOf(sku: string): number | undefined {
  const found = Object.entries(limits.registryTokens).find(
    ([name]) => name.toLowerCase() === sku.toLowerCase(),
  );
  return found?.[1];
}

const repositoryAction =
  /^repositories\/([^\s]+)\/(?:content\/(?:read|write|delete)|metadata\/(?:read|write))$/;

function isAction(action: string): boolean {
  const name = repositoryAction.exec(action)?.[1];
  if (name === undefined) return false;
  const stem = name.endsWith("/*") ? name.slice(0, -2) : name;
  return name === "*" || (stem !== "" && !stem.includes("*"));
}
