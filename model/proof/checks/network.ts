import { broken, eachRegistry, hidden, holds, open, type Check } from "../check";
import type { EnvironmentFacts, RegistryFacts } from "../facts";

/** What lets an import through a registry's network rules. */
export const network: readonly Check[] = [
  {
    id: "trusted-services",
    title: "Imports pass the network rules",
    why: "An import runs inside Azure, not on the runner: into or out of a registry with network rules it passes only as a trusted service",
    source: "allow-access-trusted-services",
    check: eachRegistry((registry, environment, at) => {
      const place = at("networkRuleBypassOptions");
      const { name } = environment;
      if (registry.trustedServices === true || moves(environment) === false) return holds(place);
      const restricted = isRestricted(registry);
      if (restricted === false) return holds(place);
      if (registry.trustedServices === undefined || restricted === undefined)
        return hidden(place, `whether an import passes the network rules of ${name} is not known`);
      if (moves(environment) === undefined)
        return open(place, `whether images are imported into or out of ${name} is not known`);
      return broken(
        place,
        `trusted services may not bypass the network rules of ${name}, so no image is imported into or out of its registry`,
        "Set networkRuleBypassOptions to AzureServices",
      );
    }),
  },
  {
    id: "service-endpoints",
    title: "No registry is restricted by service endpoints",
    why: "Trusted services don't reach a registry that is restricted by service endpoints, so imports fail there",
    source: "allow-access-trusted-services",
    check: eachRegistry(({ subnetRules }, environment, at) => {
      const place = at("networkRuleSet.virtualNetworkRules");
      const { name } = environment;
      if (subnetRules === undefined)
        return hidden(place, `whether ${name} admits subnets by service endpoint is not known`);
      if (subnetRules === 0 || moves(environment) === false) return holds(place);
      return broken(
        place,
        `the registry of ${name} is restricted by service endpoints, which an import does not pass`,
        "Take the subnet rules away and use a private endpoint, or IP rules",
      );
    }),
  },
];

/** Whether an import touches the environment's registry, as its source or its target. */
function moves({ imports, isSource }: EnvironmentFacts): boolean | undefined {
  if (imports || isSource) return true;
  return imports === undefined || isSource === undefined ? undefined : false;
}

function isRestricted({
  publicNetwork,
  deniesByDefault,
  privateEndpoints,
}: RegistryFacts): boolean | undefined {
  if (publicNetwork === false || deniesByDefault || (privateEndpoints ?? 0) > 0) return true;
  return [publicNetwork, deniesByDefault, privateEndpoints].includes(undefined) ? undefined : false;
}
