import { nodeGroupName } from "../cluster/node-group";
import { clusterName, networkName, resourceGroupName, signingVaultName } from "../physical-names";
import { registriesOn } from "../promotion-path";
import type { Settings } from "../settings";

/** What a text of a proof of concept names that is not its own; undefined when there is nothing. */
export function foreignIn(text: string, settings: Settings): string | undefined {
  return foreignId(text, settings) ?? foreignName(text, settings);
}

/** An ARM id, wherever in a text. */
const armId = /\/subscriptions\/([^/\s"',]+)(?:\/resourceGroups\/([^/\s"',]+))?([^\s"',]*)/gi;

function foreignId(text: string, settings: Settings): string | undefined {
  const groups = ownGroups(settings);
  for (const [, subscription, group, rest] of text.matchAll(armId)) {
    if (subscription.toLowerCase() !== settings.subscriptionId.toLowerCase()) {
      return `the subscription ${subscription}`;
    }
    if (group !== undefined && !groups.includes(group.toLowerCase())) return `the resource group ${group}`;
    // What stands in the subscription itself is a definition, which gives nobody anything.
    if (group === undefined && !/^\/providers\/Microsoft\.Authorization\/roleDefinitions\//i.test(rest)) {
      return "the whole subscription";
    }
  }
  return undefined;
}

/** Its resource groups, and those in which AKS keeps machines; in lower case. */
function ownGroups(settings: Settings): string[] {
  const environments = settings.path.environments.map(({ name }) => name);
  const clusters = Object.keys(settings.clusters ?? {});
  return [
    ...["shared", ...environments].map((name) => resourceGroupName(settings, name)),
    ...clusters.map((name) => nodeGroupName(clusterName(settings, { name }))),
  ].map((name) => name.toLowerCase());
}

/** Names that belong to one thing in all of Azure, or in the tenant. */
function foreignName(text: string, { poc }: Settings): string | undefined {
  if (poc === undefined) return undefined;
  const { production } = poc;
  const words = new Set(text.toLowerCase().split(/[^a-z0-9.:-]+/));
  const labels = new Set([...words].flatMap((word) => word.split(/[.:]/)));
  for (const { registry, host, customHost, column } of registriesOn(production.path)) {
    const hosts = [host, customHost].filter((one) => one !== undefined);
    // A login server may have a hash behind the name.
    const named = [...labels].some((label) => label === registry || label.startsWith(`${registry}-`));
    if (named || hosts.some((one) => words.has(one.toLowerCase())))
      return `${registry}, the registry of ${column}`;
  }
  const vault = signingVaultName(production);
  if (labels.has(vault)) return `the vault ${vault}`;
  const network = networkName(production);
  if (labels.has(network)) return `the network ${network}`;
  return undefined;
}

/** The project's identity of this name, in Entra ID. */
export function foreignIdentity(name: string, { poc }: Settings): string | undefined {
  const identities = Object.keys(poc?.production.identities ?? {});
  const same = identities.find((one) => one.toLowerCase() === name.trim().toLowerCase());
  return same === undefined ? undefined : `the identity ${same}`;
}
