import { patternCovers } from "../../repository-pattern";
import { broken, eachEnvironment, holds, open, type Check, type Place, type Verdict } from "../check";
import type { EnvironmentFacts, PullerFacts } from "../facts";

/** Whether somebody can do what a promotion and a deployment need. */
export const access: readonly Check[] = [
  {
    id: "promoter",
    title: "Somebody can promote into the environment",
    why: "An import needs importImage on the target and ARM read with pull on the source (linked scope); airlock also reads what arrived, and locks it",
    source: "container-registry-import-images",
    check: eachEnvironment((environment) => {
      const { name, imports, promoters } = environment;
      if (imports === false) return [];
      const place: Place = { environment: name, where: "access" };
      if (imports === undefined || promoters === undefined)
        return [open(place, `who imports into ${name} is not known`)];
      if (promoters.length === 0) {
        const what = `nobody can import into ${name}: no image is ever promoted there`;
        return [broken(place, what, `Give one identity [pull, import, lock] in the column ${name}`)];
      }
      return promoters.map((promoter) => {
        const { identity, where } = promoter;
        const missing = [
          ...(promoter.readsSource === false ? ["reads the registry before it"] : []),
          ...(promoter.pulls === false ? ["pulls what arrived, to verify it"] : []),
          ...(environment.locks && promoter.locks === false ? ["locks what arrived"] : []),
        ];
        const own = { environment: name, where };
        if (missing.length > 0) {
          return broken(
            own,
            `${identity} imports into ${name}, but neither it nor a role of it ${missing.join(" nor ")}`,
            `Give it [pull, import, lock] in the column ${name}; import brings the right to read the source along`,
          );
        }
        const needed = [promoter.readsSource, promoter.pulls, !environment.locks || promoter.locks];
        return needed.includes(undefined)
          ? open(own, `whether ${identity} holds all that a promotion into ${name} needs is not known`)
          : holds(own);
      });
    }),
  },
  {
    id: "import-not-narrowed",
    title: "Who imports is trusted with the whole registry",
    why: "importImage is an action of the registry: no condition narrows it to a repository, so who may import one namespace can import into all of them",
    source: "container-registry-rbac-built-in-roles-overview",
    check: eachEnvironment(({ name, promoters = [] }) =>
      promoters.map(({ identity, where, namespaces }): Verdict => {
        const place = { environment: name, where };
        return namespaces === undefined
          ? holds(place)
          : broken(
              place,
              `${identity} is trusted with ${namespaces.join(", ")} alone, and imports into all of ${name}: an import can't be narrowed`,
              "Give import to an identity without a team, or use a registry of its own for the namespace",
            );
      }),
    ),
  },
  {
    id: "puller",
    title: "Somebody can pull what runs",
    why: "A deployment pulls as its own identity: an image in a repository that no puller reaches never starts",
    source: "container-registry-rbac-built-in-roles-overview",
    check: eachEnvironment(pullVerdicts),
  },
  {
    id: "tokens-forbidden",
    title: "Registry tokens are allowed",
    why: "Built-in Azure Policy definitions deny repository-scoped tokens or switch them off, and a landing zone may assign them",
    source: "ContainerRegistry_RepositoryToken policy definitions (ff05e24e…, a9b426fe…)",
    check: eachEnvironment(({ name, tokens = [], tokensForbidden }) =>
      tokens.map((where): Verdict => {
        const place = { environment: name, where };
        if (tokensForbidden === undefined)
          return open(place, `whether an Azure Policy above ${name} forbids registry tokens is not known`);
        return tokensForbidden
          ? broken(
              place,
              `an Azure Policy assignment of this project forbids registry tokens, and ${where} is one`,
              "Exempt the registry from that policy, or use federated identities instead of tokens",
            )
          : holds(place);
      }),
    ),
  },
];

function pullVerdicts({ name, pullers, images }: EnvironmentFacts): Verdict[] {
  const place: Place = { environment: name, where: "access" };
  if (pullers === undefined) return [open(place, `who pulls from ${name} is not known`)];
  if (pullers.length === 0) {
    const what = `nobody can pull from ${name}: nothing is ever deployed from it`;
    return [broken(place, what, `Give the deployer [pull] in the column ${name}`)];
  }
  const lost = (images ?? []).filter(
    ({ repository }) => !pullers.some((puller) => reaches(puller, repository)),
  );
  return lost.length === 0
    ? [holds(place)]
    : lost.map(({ where, repository }) =>
        broken(
          { environment: name, where },
          `${name} runs ${repository}, which nobody there can pull`,
          `Give the deployer pull for ${repository} in the column ${name}`,
        ),
      );
}

function reaches({ patterns }: PullerFacts, repository: string): boolean {
  return patterns === "everywhere" || patterns.some((pattern) => patternCovers(pattern, repository));
}
