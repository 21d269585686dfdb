import { networkFindings } from "../../model/poc/network";
import type { ResourceRule } from "../rule";

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
  check: (resource, { settings }) => (settings.kind === "poc" ? networkFindings(resource, settings) : []),
};
