import { azureResource, type AzureResource } from "../../model/azure/resource";
import { ipv4Range, type Ipv4Range } from "../../model/ipv4-range";
import { isWithin, overlap } from "../../model/network/ranges";
import { sharedNetwork } from "../../model/network/shared";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, isObject, propertyPath, type Properties, textOf, unknown, type Value } from "../values";

/** A network that nothing connects to, and whose addresses no other has. */
export const pocRestrictNetwork: ResourceRule = {
  name: "poc-restrict-network",
  displayName: "A proof of concept has a network of its own",
  description:
    "Nothing connects the network of a proof of concept to another one, and its address ranges are those of the configuration.",
  severity: "critical",
  remediationSteps: "Make the network with IsolatedNetwork, and leave out whatever connects it.",
  looksAt: [
    "**The stack with `kind: poc`**; other stacks are not judged.",
    "Peerings, of whichever provider, also inside of a network; connections of gateways, virtual hubs and WANs, ExpressRoute, network managers. A peering works only when both sides declare it, so this one side is enough.",
    "Ranges of networks and subnets lie inside of `poc.network.range`. Services and pods of clusters have ranges that neither this network nor the project's has: a range of both would hide one of them.",
    "A range that is not known before `pulumi up` is refused.",
  ],
  absolute: true,
  why: "Isolation that is only promised ends with the first peering that somebody needs for an afternoon. And ranges that overlap keep the two networks from ever being told apart in a log.",
  check: (resource, stack) => {
    if (stack.settings.kind !== "poc") return [];
    const azure = azureResource(resource, stack.settings.subscriptionId);
    if (azure === undefined) return [];
    return [...connectionFindings(azure), ...rangeFindings(azure, stack)];
  },
};

const connecting =
  /peering|gatewayconnection|connection$|virtualhub|virtualwan|vpn|expressroute|networkmanager|routeserver/i;
/** A private endpoint's side of its own target. */
const harmless = /^PrivateEndpointConnection$/;

function connectionFindings({ module, kind, properties, root }: AzureResource): Finding[] {
  const fix = "Take it out: a proof of concept is connected to nothing";
  if (module === "network" && connecting.test(kind) && !harmless.test(kind)) {
    return [{ what: `${kind} connects the network to another one`, property: root || "type", fix }];
  }
  const { virtualNetworkPeerings: peerings } = properties;
  const none = peerings === undefined || peerings === null || (isList(peerings) && peerings.length === 0);
  if (none) return [];
  return [
    {
      what: "the network is joined to another one",
      property: propertyPath(root, "virtualNetworkPeerings"),
      fix,
    },
  ];
}

function rangeFindings({ module, kind, properties, root }: AzureResource, stack: StackFacts): Finding[] {
  const at = (key: string) => propertyPath(root, key);
  if (module === "network" && kind === "VirtualNetwork") {
    const space = isObject(properties.addressSpace)
      ? properties.addressSpace.addressPrefixes
      : (properties.addressSpaces ?? properties.addressSpace);
    return insideFindings(space, at("addressSpace"), stack);
  }
  if (module === "network" && kind === "Subnet") {
    const { addressPrefix, addressPrefixes } = properties;
    return insideFindings(addressPrefixes ?? addressPrefix, at("addressPrefix"), stack);
  }
  if (module !== "containerservice" || kind !== "ManagedCluster" || !isObject(properties.networkProfile))
    return [];
  return clusterRanges(properties.networkProfile).flatMap(([key, range]) =>
    outsideFindings(range, at(`networkProfile.${key}`), stack),
  );
}

function clusterRanges(profile: Properties): [key: string, range: Value][] {
  const lists = ["serviceCidrs", "podCidrs"].flatMap((key) => {
    const ranges = profile[key];
    return (isList(ranges) ? ranges : []).map((range): [string, Value] => [key, range]);
  });
  const single = ["serviceCidr", "podCidr"].flatMap((key): [string, Value][] =>
    profile[key] === undefined || profile[key] === null ? [] : [[key, profile[key]]],
  );
  // Left out, AKS takes 10.0.0.0/16 for services.
  const usual: [string, Value][] = single.some(([key]) => key === "serviceCidr")
    ? []
    : [["serviceCidr", "10.0.0.0/16"]];
  return [...single, ...usual, ...lists];
}

function insideFindings(stated: Value, property: string, { settings }: StackFacts): Finding[] {
  const { range } = settings.poc!.network;
  const fix = `Take a part of ${range}, the range of the configuration`;
  const ranges: readonly Value[] = isList(stated) ? stated : [stated];
  return ranges.flatMap((one) => {
    const read = rangeOf(one);
    if (read === undefined) return [{ what: `the range ${named(one)}`, property, fix }];
    return isWithin(read, ipv4Range(range)!)
      ? []
      : [{ what: `${named(one)} is outside of ${range}`, property, fix }];
  });
}

function outsideFindings(stated: Value, property: string, { settings }: StackFacts): Finding[] {
  const read = rangeOf(stated);
  const fix = "Take a range that no network has, such as 10.101.0.0/16";
  if (read === undefined) return [{ what: `the range ${named(stated)}`, property, fix }];
  const taken = [settings.poc!.network.range, sharedNetwork.range].find((other) =>
    overlap(read, ipv4Range(other)!),
  );
  return taken === undefined
    ? []
    : [{ what: `${named(stated)} overlaps with the network ${taken}`, property, fix }];
}

const rangeOf = (value: Value): Ipv4Range | undefined => ipv4Range(textOf(value) ?? "");

function named(value: Value): string {
  if (value === unknown) return "is not known before `pulumi up`";
  return textOf(value) ?? "is left out";
}
