import { isDigest, isRepository, isTag } from "../image-reference";
import { isRegistryName } from "../promotion-path";

interface NameRule {
  /** As a finding speaks of it. */
  readonly called: string;
  readonly accepts: (name: string) => boolean;
  /** What is accepted, after "expected". */
  readonly expected: string;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The kinds of name that Azure, Entra ID and the registries have a rule for. */
export const nameRules = {
  registry: {
    called: "registry name",
    accepts: isRegistryName,
    expected: "5 to 50 lower-case letters and digits",
  },
  resourceGroup: rule(
    "resource group name",
    /^[-\w.()]{0,89}[-\w()]$/,
    '1 to 90 letters, digits, "-_.()", without a dot at the end',
  ),
  vault: rule(
    "vault name",
    /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    "3 to 24 letters, digits and single dashes, with a letter first and no dash last",
  ),
  vaultKey: rule("key name", /^[a-zA-Z0-9-]{1,127}$/, "1 to 127 letters, digits and dashes"),
  roleAssignment: rule("name of a role assignment", guid, "a GUID"),
  roleDefinition: rule("id of a role definition", guid, "a GUID"),
  scopeMap: rule(
    "scope map name",
    /^[a-zA-Z0-9_-]{5,50}$/,
    '5 to 50 letters, digits, "-" and "_"; a dot is none of them',
  ),
  token: rule(
    "token name",
    /^[a-zA-Z0-9-]{5,50}$/,
    "5 to 50 letters, digits and dashes; a dot is none of them",
  ),
  federatedCredential: rule(
    "federated credential name",
    /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/,
    '3 to 120 letters, digits, "-" and "_", with a letter or digit first',
  ),
  workspace: rule(
    "workspace name",
    /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
    "4 to 63 letters, digits and dashes",
  ),
  virtualNetwork: rule(
    "network name",
    /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
    '2 to 64 letters, digits, "-", "_" and "."',
  ),
  privateEndpoint: rule(
    "private endpoint name",
    /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
    '2 to 64 letters, digits, "-", "_" and "."',
  ),
  repository: {
    called: "repository",
    accepts: isRepository,
    expected: "lower-case path components joined by slashes",
  },
  digest: { called: "digest", accepts: isDigest, expected: '"sha256:" and 64 lower-case hexadecimal digits' },
  tag: { called: "tag", accepts: isTag, expected: 'at most 128 letters, digits, "_", "." and "-"' },
} as const satisfies Readonly<Record<string, NameRule>>;

export type NameKind = keyof typeof nameRules;

function rule(called: string, pattern: RegExp, expected: string): NameRule {
  return { called, accepts: (name) => pattern.test(name), expected };
}
