import { isDigest, isRepository, isTag } from "../../image-reference";
import { isRegistryName } from "../../promotion-path";
import { broken, holds, type Check, type Verdict } from "../check";

interface NameRule {
  readonly accepts: (name: string) => boolean;
  /** What is accepted, after "expected". */
  readonly expected: string;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The kinds of name that Azure, Entra ID and the registries have a rule for. */
export const nameRules = {
  registry: { accepts: isRegistryName, expected: "5 to 50 lower-case letters and digits" },
  resourceGroup: rule(
    /^[-\w.()]{0,89}[-\w()]$/,
    '1 to 90 letters, digits, "-_.()", without a dot at the end',
  ),
  vault: rule(
    /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    "3 to 24 letters, digits and single dashes, with a letter first and no dash last",
  ),
  vaultKey: rule(/^[a-zA-Z0-9-]{1,127}$/, "1 to 127 letters, digits and dashes"),
  roleAssignment: rule(guid, "a GUID"),
  roleDefinition: rule(guid, "a GUID"),
  scopeMap: rule(/^[a-zA-Z0-9_-]{5,50}$/, '5 to 50 letters, digits, "-" and "_"; a dot is none of them'),
  token: rule(/^[a-zA-Z0-9-]{5,50}$/, "5 to 50 letters, digits and dashes; a dot is none of them"),
  federatedCredential: rule(
    /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/,
    '3 to 120 letters, digits, "-" and "_", with a letter or digit first',
  ),
  workspace: rule(/^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/, "4 to 63 letters, digits and dashes"),
  virtualNetwork: rule(/^[a-zA-Z0-9][\w.-]{0,62}\w$/, '2 to 64 letters, digits, "-", "_" and "."'),
  privateEndpoint: rule(/^[a-zA-Z0-9][\w.-]{0,62}\w$/, '2 to 64 letters, digits, "-", "_" and "."'),
  repository: { accepts: isRepository, expected: "lower-case path components joined by slashes" },
  digest: { accepts: isDigest, expected: '"sha256:" and 64 lower-case hexadecimal digits' },
  tag: { accepts: isTag, expected: 'at most 128 letters, digits, "_", "." and "-"' },
} as const satisfies Readonly<Record<string, NameRule>>;

export type NameKind = keyof typeof nameRules;

const words: Readonly<Record<NameKind, string>> = {
  registry: "registry name",
  resourceGroup: "resource group name",
  vault: "vault name",
  vaultKey: "key name",
  roleAssignment: "name of a role assignment",
  roleDefinition: "id of a role definition",
  scopeMap: "scope map name",
  token: "token name",
  federatedCredential: "federated credential name",
  workspace: "workspace name",
  virtualNetwork: "network name",
  privateEndpoint: "private endpoint name",
  repository: "repository",
  digest: "digest",
  tag: "tag",
};

export const names: readonly Check[] = [
  {
    id: "names",
    title: "Azure accepts every name",
    why: "Azure refuses a name that breaks its rule, in the middle of an update",
    source: "resource-name-rules",
    check: ({ names: all = [] }) =>
      all.map(({ kind, name, ...place }): Verdict => {
        const { accepts, expected } = nameRules[kind];
        if (accepts(name)) return holds(place);
        return broken(place, `${words[kind]} ${JSON.stringify(name)} is not usable`, `Expected ${expected}`);
      }),
  },
];

function rule(pattern: RegExp, expected: string): NameRule {
  return { accepts: (name) => pattern.test(name), expected };
}
