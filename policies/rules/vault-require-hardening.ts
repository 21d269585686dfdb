import { isAccessPolicy, isKey, isVault } from "../../model/azure/kinds";
import { vaultBody } from "../../model/azure/vault";
import { signingVaultName } from "../../model/physical-names";
import { azureResource, type AzureResource } from "../../model/azure/resource";
import { networkFindings, widestPrefix } from "../hardening/network";
import { says, stated } from "../hardening/resources";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import {
  isList,
  isObject,
  type Properties,
  propertyPath,
  textOf,
  textsOf,
  unknown,
  type Value,
} from "../values";

/** Shortest time for which a deleted vault can be brought back, in days; Azure's own default. */
const softDeleteDays = 90;
/** Shortest RSA key that may sign, in bits. */
const shortestRsa = 3072;

/** Where the key lives that says what "signed" means. */
export const vaultRequireHardening: ResourceRule = {
  name: "vault-require-hardening",
  displayName: "Hardened key vaults",
  description:
    "Key vaults take roles only, can't be purged, and hide from the internet where it counts; the signing key signs and verifies, and does nothing else.",
  severity: "high",
  remediationSteps: "Make the vault and its key with SigningVault.",
  looksAt: [
    `Key vaults in every form: RBAC authorisation instead of access policies, purge protection, ${softDeleteDays} days of soft delete.`,
    "The signing vault: Premium, since its keys then stay in hardware.",
    `Vaults of a protected environment and of the shared stack: public network access is disabled, or the rule set denies by default and lets in no range wider than a /${widestPrefix}.`,
    `Keys of the signing vault: an elliptic curve or RSA of at least ${shortestRsa} bits, operations \`sign\` and \`verify\` alone, not exportable.`,
    "Access policies as resources of their own (classic): refused, whatever they give.",
  ],
  why: 'Whoever may use the signing key decides what "signed" means. An access policy gives that right beside every role that the matrix knows, and a vault that can be purged takes the key with it.',
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    if (azure === undefined) return [];
    if (isVault(azure)) return vaultFindings(azure, resource.name, stack);
    if (isKey(azure)) return keyFindings(azure, stack);
    return isAccessPolicy(azure)
      ? [
          {
            what: "an access policy gives rights to keys and secrets beside all roles",
            property: "type",
            fix: "Switch the vault to RBAC authorisation and state the cell in `access`",
          },
        ]
      : [];
  },
};

function vaultFindings(azure: AzureResource, name: string, stack: StackFacts): Finding[] {
  const { body, at } = vaultBody(azure);
  const vaultName = textOf(azure.properties.vaultName);
  const called = `vault ${vaultName ?? name}`;
  const finding = (what: string, key: string, fix: string): Finding => ({
    what,
    property: propertyPath(at, key),
    fix,
  });
  const findings: Finding[] = [];
  const missing = (value: Value) => value !== true && (value !== unknown || stack.strict);
  if (missing(stated(body, "enableRbacAuthorization", "rbacAuthorizationEnabled"))) {
    findings.push(
      finding(
        `${called} takes access policies instead of roles`,
        "enableRbacAuthorization",
        "Set it to true",
      ),
    );
  }
  const policies = body.accessPolicies;
  if (isList(policies) && policies.length > 0) {
    findings.push(
      finding(
        `access policies of ${called} give rights beside all roles`,
        "accessPolicies",
        "State cells in `access` instead",
      ),
    );
  }
  if (missing(stated(body, "enablePurgeProtection", "purgeProtectionEnabled"))) {
    findings.push(
      finding(`${called} can be purged, with its keys`, "enablePurgeProtection", "Set it to true"),
    );
  }
  const days = stated(body, "softDeleteRetentionInDays", "softDeleteRetentionDays");
  if (body.enableSoftDelete === false || (typeof days === "number" && days < softDeleteDays)) {
    const what = `a deleted ${called} can be brought back for less than ${softDeleteDays} days`;
    findings.push(finding(what, "softDeleteRetentionInDays", `Set it to ${softDeleteDays}`));
  }
  if (
    vaultName?.toLowerCase() === signingVaultName(stack.settings) &&
    says(skuOf(body), "premium") === false
  ) {
    findings.push(finding(`the key in ${called} is kept in software`, "sku.name", "Set it to premium"));
  }
  if (stack.strict) findings.push(...networkFindings(body, { called, at, rules: "networkAcls" }));
  return findings;
}

function skuOf(body: Properties): Value {
  return isObject(body.sku) ? body.sku.name : (body.skuName ?? body.sku);
}

function keyFindings(azure: AzureResource, stack: StackFacts): Finding[] {
  const vault = signingVaultName(stack.settings);
  const named = azure.properties.vaultName;
  // A vault that is made in the same run may be the signing vault.
  if (named === unknown ? !stack.strict : textOf(named)?.toLowerCase() !== vault) return [];
  const { body, at } = vaultBody(azure);
  const finding = (what: string, key: string, fix: string): Finding => ({
    what,
    property: propertyPath(at, key),
    fix,
  });
  const findings: Finding[] = [];
  const operations = textsOf(stated(body, "keyOps", "keyOpts"));
  const more =
    operations === unknown
      ? ["something unknown"]
      : operations.filter((one) => !/^(?:sign|verify)$/i.test(one));
  if (operations !== unknown && operations.length === 0) {
    findings.push(
      finding("the signing key may be used for everything", "keyOps", "Set it to sign and verify"),
    );
  }
  if (more.length > 0) {
    findings.push(finding(`the signing key may also ${more.join(", ")}`, "keyOps", "Leave sign and verify"));
  }
  const type = stated(body, "kty", "keyType");
  const rsa = typeof type === "string" && /^RSA/i.test(type);
  const size = body.keySize;
  if (
    typeof type !== "string" ||
    !(/^EC/i.test(type) || (rsa && typeof size === "number" && size >= shortestRsa))
  ) {
    const fix = `Use EC with P-256, or RSA with ${shortestRsa} bits`;
    findings.push(finding("the signing key is too weak, or of an unknown kind", "kty", fix));
  }
  if (
    isObject(body.attributes) &&
    body.attributes.exportable !== false &&
    body.attributes.exportable !== undefined
  ) {
    findings.push(
      finding("the signing key can be taken out of the vault", "attributes.exportable", "Leave it out"),
    );
  }
  return findings;
}
