import { isCluster } from "../../model/azure/kinds";
import { azureResource, type AzureResource } from "../../model/azure/resource";
import { ipv4Range } from "../../model/ipv4-range";
import { widestPrefix } from "../hardening/network";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, isObject, propertyPath, textOf, unknown, type Properties, type Value } from "../values";

/** Who gets into a cluster, and by which way. */
export const clusterRequireHardening: ResourceRule = {
  name: "cluster-require-hardening",
  displayName: "Hardened clusters",
  description:
    "Clusters know no local accounts, take Azure's roles, hide their API from the internet, and keep pods apart.",
  severity: "high",
  remediationSteps: "Make the cluster with Cluster.",
  looksAt: [
    "AKS clusters of azure-native of every version, and generic ones: local accounts off, sign-in with Entra ID, Azure's roles inside of the cluster.",
    `The API: a private cluster, or authorised ranges none of which is wider than a /${widestPrefix}; commands through Azure (\`disableRunCommand\`) off, since they need no network.`,
    "Tokens for workloads (OIDC issuer and workload identity), the Azure Policy add-on, a network policy.",
    "A managed identity, and no service principal with a password.",
    "What nodes may pull is [access-restrict-matrix](access-restrict-matrix.md)'s matter: the kubelet has one assignment, on the registry of its own environment.",
    "A cluster of the classic provider is refused: this pack doesn't read it. A setting that is not known before `pulumi up` is refused in a protected environment, in the shared stack and in a proof of concept.",
  ],
  why: "A local administrator's credential is a password that every reader of the cluster can fetch, and that no matrix shows. Admission rules hold only as long as nobody walks around them.",
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    if (azure === undefined) return [];
    if (azure.module === "containerservice" && /^KubernetesCluster$/i.test(azure.kind)) {
      const fix = "Make it with Cluster, or with azure-native's ManagedCluster";
      return [{ what: "a cluster of this provider can't be judged", property: "type", fix }];
    }
    return isCluster(azure) ? findings(azure, stack) : [];
  },
};

/** Settings that have one right value: where they stand, what a cluster without them is like. */
const required: readonly (readonly [path: string, wrong: string])[] = [
  ["disableLocalAccounts", "has local accounts, whose credential is in no matrix"],
  ["aadProfile.managed", "signs nobody in with Entra ID"],
  ["aadProfile.enableAzureRBAC", "takes no roles of Azure"],
  ["apiServerAccessProfile.disableRunCommand", "runs commands that come through Azure, from any network"],
  ["oidcIssuerProfile.enabled", "issues no tokens for workloads"],
  ["securityProfile.workloadIdentity.enabled", "lets no workload sign in by its token"],
  ["addonProfiles.azurepolicy.enabled", "has no Azure Policy inside"],
];

function findings({ properties, root }: AzureResource, stack: StackFacts): Finding[] {
  const at = (path: string) => propertyPath(root, path);
  const wrong = required.flatMap(([path, what]): Finding[] => {
    const value = valueAt(properties, path);
    if (value === true || (value === unknown && !stack.strict)) return [];
    return [{ what: `the cluster ${what}`, property: at(path), fix: "Set it to true" }];
  });
  return [...wrong, ...apiFindings(properties, at, stack), ...otherFindings(properties, at, stack)];
}

type At = (path: string) => string;

function apiFindings(properties: Properties, at: At, { strict }: StackFacts): Finding[] {
  const isPrivate = valueAt(properties, "apiServerAccessProfile.enablePrivateCluster");
  if (isPrivate === true) return [];
  const path = "apiServerAccessProfile.authorizedIPRanges";
  const ranges = valueAt(properties, path);
  const fix = "Set enablePrivateCluster, or name the public addresses of runners and offices";
  if (isPrivate === unknown || ranges === unknown) {
    const what = "who reaches the API is not known before `pulumi up`";
    return strict ? [{ what, property: at(path), fix }] : [];
  }
  if (!isList(ranges) || ranges.length === 0) {
    return [{ what: "the API can be reached from the whole internet", property: at(path), fix }];
  }
  return ranges.flatMap((range, index) =>
    isNarrow(range)
      ? []
      : [
          {
            what: `the API lets in ${textOf(range) ?? "addresses that are not known yet"}, which is more than a /${widestPrefix}`,
            property: propertyPath(at(path), index),
            fix,
          },
        ],
  );
}

function isNarrow(range: Value): boolean {
  const addresses = ipv4Range(textOf(range) ?? "");
  return addresses !== undefined && addresses.last - addresses.first < 2 ** (32 - widestPrefix);
}

function otherFindings(properties: Properties, at: At, { strict }: StackFacts): Finding[] {
  const policy = valueAt(properties, "networkProfile.networkPolicy");
  const known = textOf(policy)?.toLowerCase();
  const open = policy === unknown ? strict : known === undefined || known === "none";
  const { servicePrincipalProfile: principal } = properties;
  const client = isObject(principal) ? textOf(principal.clientId) : undefined;
  return [
    ...(open
      ? [
          {
            what: "every pod of the cluster reaches every other",
            property: at("networkProfile.networkPolicy"),
            fix: "Set it to cilium",
          },
        ]
      : []),
    ...(principal !== undefined && principal !== null && client?.toLowerCase() !== "msi"
      ? [
          {
            what: "the cluster acts as a service principal, which has a password",
            property: at("servicePrincipalProfile"),
            fix: "Give it a managed identity",
          },
        ]
      : []),
  ];
}

function valueAt(properties: Properties, path: string): Value {
  return path
    .split(".")
    .reduce<Value>(
      (value, key) => (isObject(value) ? value[key] : value === unknown ? unknown : undefined),
      properties,
    );
}
