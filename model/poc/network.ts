import { azureResource, type AzureResource } from "../azure/resource";
import { ipv4Range, type Ipv4Range } from "../ipv4-range";
import { isWithin, overlap } from "../network/ranges";
import { sharedNetwork } from "../network/shared";
import type { Settings } from "../settings";
import { isList, isObject, propertyPath, type Properties, textOf, unknown, type Value } from "../values";
import type { PocFinding, PocResource } from "./finding";

/** What of a resource of a proof of concept connects its network to another one, or has another one's addresses. */
export function networkFindings(resource: PocResource, settings: Settings): PocFinding[] {
  const azure = azureResource(resource, settings.subscriptionId);
  return azure === undefined ? [] : [...connectionFindings(azure), ...rangeFindings(azure, settings)];
}

const connecting =
  /peering|gatewayconnection|connection$|virtualhub|virtualwan|vpn|expressroute|networkmanager|routeserver/i;
/** A private endpoint's side of its own target. */
const harmless = /^PrivateEndpointConnection$/;

function connectionFindings({ module, kind, properties, root }: AzureResource): PocFinding[] {
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

function rangeFindings({ module, kind, properties, root }: AzureResource, settings: Settings): PocFinding[] {
  const at = (key: string) => propertyPath(root, key);
  if (module === "network" && kind === "VirtualNetwork") {
    const space = isObject(properties.addressSpace)
      ? properties.addressSpace.addressPrefixes
      : (properties.addressSpaces ?? properties.addressSpace);
    return insideFindings(space, at("addressSpace"), settings);
  }
  if (module === "network" && kind === "Subnet") {
    const { addressPrefix, addressPrefixes } = properties;
    return insideFindings(addressPrefixes ?? addressPrefix, at("addressPrefix"), settings);
  }
  if (module !== "containerservice" || kind !== "ManagedCluster" || !isObject(properties.networkProfile))
    return [];
  return clusterRanges(properties.networkProfile).flatMap(([key, range]) =>
    outsideFindings(range, at(`networkProfile.${key}`), settings),
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

function insideFindings(stated: Value, property: string, settings: Settings): PocFinding[] {
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

function outsideFindings(stated: Value, property: string, settings: Settings): PocFinding[] {
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
