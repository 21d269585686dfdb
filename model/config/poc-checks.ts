import { clusterColumn } from "../access/cluster-columns";
import { roomRefusal } from "../cluster/addresses";
import { clusterFindings } from "../cluster/judge";
import { nodeGroupName } from "../cluster/node-group";
import { gitHubEnvironmentOf, subjectsOf } from "../federated-subject";
import { ipv4Range } from "../ipv4-range";
import { type NetworkPlan, networkFindings } from "../network/plan";
import { isPrivate, overlap } from "../network/ranges";
import { sharedNetwork } from "../network/shared";
import { clusterName, networkName, resourceGroupName } from "../physical-names";
import { registriesOn, standardColumn } from "../promotion-path";
import type { ClusterSettings, PocSettings, Settings } from "../settings";
import { imageFindings, signerFindings } from "./checks";
import type { Finding } from "./finding";
import { suggestion } from "./nearest";

type Clusters = Readonly<Record<string, ClusterSettings>>;
type Network = NetworkPlan & { readonly subnets: { readonly aks: string } };

const below = (path: Finding["path"], what: string, fix: string): Finding => ({
  path: ["poc", ...path],
  what,
  fix,
});

/** What has the same name, or the same sign-in, as something of the project. */
export function isolationFindings(own: Settings, production: Settings): Finding[] {
  const registries = registriesOn(production.path);
  const prefix =
    own.organization === production.organization
      ? [below(["organization"], `${own.organization} is the project's own prefix`, "Give it another one")]
      : [];
  return [
    ...prefix,
    ...own.path.environments.flatMap(({ registry }, index) =>
      registries
        .filter((theirs) => theirs.registry === registry)
        .map(({ column }) => {
          const fix = "Give the proof of concept a registry of its own";
          return below(["path", index], `${registry} is the registry of ${column}`, fix);
        }),
    ),
    ...Object.keys(own.identities)
      .filter((name) => Object.hasOwn(production.identities, name))
      .map((name) =>
        below(["identities", name], `${name} is an identity of the project`, "Give it another name"),
      ),
    ...(prefix.length > 0 ? [] : groupFindings(own, production)),
    ...signInFindings(own, production),
  ];
}

/** What stands in one of its resource groups is its own, down to deleting it. Azure tells no capitals apart. */
function groupFindings(own: Settings, production: Settings): Finding[] {
  const environments = own.path.environments.map(({ name }) => name);
  const taken = new Map(groupsOf(production).map(([group, called]) => [group.toLowerCase(), called]));
  return [
    ...["shared", ...environments].map((name) => resourceGroupName(own, name)),
    ...Object.keys(own.clusters ?? {}).map((name) => nodeGroupName(clusterName(own, { name }))),
  ].flatMap((group) => {
    const called = taken.get(group.toLowerCase());
    if (called === undefined) return [];
    return [below(["organization"], `${group} is the resource group of ${called}`, "Give it another one")];
  });
}

/** Resource groups of the project, with those in which somebody else's registries, clusters and nodes stand. */
function groupsOf(production: Settings): [group: string, called: string][] {
  const { environments } = production.path;
  return [
    ...["shared", ...environments.map(({ name }) => name)].map((name): [string, string] => [
      resourceGroupName(production, name),
      name,
    ]),
    ...environments.flatMap(({ name, standard, cluster }): [string, string][] => {
      const registries = standard?.existing ? [standard.existing.resourceGroup] : [];
      const clusters = cluster ? [cluster.resourceGroup, nodeGroupName(cluster.name)] : [];
      return [
        ...registries.map((group): [string, string] => [group, standardColumn(name)]),
        ...clusters.map((group): [string, string] => [group, clusterColumn(name)]),
      ];
    }),
  ];
}

function signInFindings(own: Settings, production: Settings): Finding[] {
  const theirs = subjectsOf(production);
  return [...subjectsOf(own)].flatMap(([subject, { identities }]) => {
    const [holder] = theirs.get(subject)?.identities ?? [];
    if (holder === undefined) return [];
    return identities.map((name) => {
      const stated = own.identities[name];
      if (stated.azureDevOps !== undefined) {
        const fix = "Give it a service connection of its own";
        return below(["identities", name, "azureDevOps"], `it is the service connection of ${holder}`, fix);
      }
      return below(
        ["identities", name, "githubEnvironment"],
        `${gitHubEnvironmentOf(name, stated)} is the GitHub environment of ${holder}`,
        "Give it a GitHub environment of its own",
      );
    });
  });
}

/** Ranges that Azure refuses, or that the project's network has. */
export function rangeFindings(network: NetworkPlan, production: Settings): Finding[] {
  const others = { [networkName(production)]: sharedNetwork.range };
  return networkFindings({ ...network, others }).map(({ path, what, fix }) =>
    below(["network", ...path], what, fix),
  );
}

/** Images of an environment that isn't there, or that nobody could tell apart or verify. */
export function pocImageFindings(images: PocSettings["images"], { path, signing }: Settings): Finding[] {
  const environments = path.environments.map(({ name }) => name);
  return Object.entries(images).flatMap(([name, entries]) =>
    environments.includes(name)
      ? [...imageFindings(entries, {}), ...signerFindings(entries, signing)].map((finding) => ({
          ...finding,
          path: ["poc", "images", name, ...finding.path.slice(1)],
        }))
      : [
          below(
            ["images", name],
            `unknown environment "${name}"`,
            suggestion(name, environments, "environments"),
          ),
        ],
  );
}

/** Clusters that AKS would not make, or that do not fit into their subnet. */
export function clusterPlanFindings(network: Network, clusters: Clusters, { path }: Settings): Finding[] {
  const environments = path.environments.map(({ name }) => name);
  const aks = ipv4Range(network.subnets.aks);
  const room = aks && roomRefusal(aks, network.subnets.aks, clusters);
  return [
    ...Object.entries(clusters).flatMap(([name, cluster]) => [
      ...(environments.includes(name)
        ? []
        : [
            below(
              ["clusters", name],
              `unknown environment "${name}"`,
              suggestion(name, environments, "environments"),
            ),
          ]),
      ...clusterFindings(cluster).map(({ key, what, fix }) => below(["clusters", name, key], what, fix)),
      ...serviceFindings(network, name, cluster),
    ]),
    ...(room ? [below(["network", "subnets", "aks"], room.what, room.fix)] : []),
  ];
}

/** Azure refuses services inside of the cluster's own network; in another network's range they would hide it. */
function serviceFindings(network: NetworkPlan, name: string, { serviceRange }: ClusterSettings): Finding[] {
  const finding = (what: string, fix: string): Finding[] => [
    below(["clusters", name, "serviceRange"], what, fix),
  ];
  const range = ipv4Range(serviceRange);
  if (range === undefined || !isPrivate(range)) {
    return finding(`${serviceRange} is no private IPv4 range`, "Take one such as 10.101.0.0/16");
  }
  if (Number(serviceRange.split("/")[1]) > 24) {
    return finding(`${serviceRange} has too few addresses for services`, "Take /24 at least");
  }
  const taken = [network.range, sharedNetwork.range].find((other) => {
    const theirs = ipv4Range(other);
    return theirs !== undefined && overlap(range, theirs);
  });
  return taken === undefined
    ? []
    : finding(`${serviceRange} overlaps with the network ${taken}`, "Take a range that no network has");
}
