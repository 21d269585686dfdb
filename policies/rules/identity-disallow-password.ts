import { isToken } from "../../model/azure/kinds";
import { daysLeft, longestPassword } from "../access/lifetime";
import { azureResource } from "../../model/azure/resource";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, isObject, type Properties, propertyPath, unknown, type Value } from "../values";

/** No standing credential: what signs in without a password can't leak one. */
export const identityDisallowPassword: ResourceRule = {
  name: "identity-disallow-password",
  displayName: "No passwords",
  description: `No identity has a password or a certificate, and those of registry tokens end within ${longestPassword} days.`,
  severity: "critical",
  remediationSteps:
    "Sign in with a federated credential (PipelineIdentity) or a managed identity; both work without a password.",
  looksAt: [
    "Passwords and certificates of applications and service principals (azuread), a password inside of `Application`, and passwords of users.",
    "They are refused in every stack: there is one directory, and dev's program can reach the promoter's application. Where a password is unavoidable, an exemption says until when.",
    `Passwords and certificates of **registry tokens** end within ${longestPassword} days in every stack; what a token may do is [registry-disallow-prod-push](registry-disallow-prod-push.md)'s matter. A token that states no credentials passes: its password is generated later, with an end of its own.`,
    "An end that is not known before `pulumi up` is refused for a token in a protected environment and in the shared stack; in other stacks the update judges it.",
    "What it can't see is a password that was made outside of the program.",
  ],
  reachesFurther: true,
  why: "A password works from anywhere, for whoever has it, and nobody notices a copy. A workflow's token works for minutes, for one job.",
  check: (resource, stack) => [
    ...directoryCredentials(resource).flatMap((one) => directoryFindings(one)),
    ...tokenCredentials(resource, stack).flatMap((one) => lifetimeFindings(one, stack)),
  ],
};

interface Credential {
  /** As a finding speaks of it. */
  readonly called: string;
  readonly properties: Properties;
  /** Where it stands in the resource: "" for the whole of it. */
  readonly at: string;
}

/** Resources that are a password or certificate of an identity → how a finding speaks of them. */
const credentialKinds: ReadonlyMap<string, string> = new Map([
  ["ApplicationPassword", "the application's password"],
  ["ServicePrincipalPassword", "the service principal's password"],
  ["ApplicationCertificate", "the application's certificate"],
  ["ServicePrincipalCertificate", "the service principal's certificate"],
  ["ServicePrincipalTokenSigningCertificate", "the certificate that signs tokens for the service principal"],
]);

function directoryCredentials({ type, properties }: Resource): Credential[] {
  if (!type.startsWith("azuread:")) return [];
  const kind = type.split(":").pop() ?? "";
  const called = credentialKinds.get(kind);
  if (called !== undefined) return [{ called, properties, at: "" }];
  if (kind === "User") {
    const given = properties.password !== undefined && properties.password !== null;
    return given ? [{ called: "the user's password", properties: {}, at: "password" }] : [];
  }
  if (kind !== "Application") return [];
  return ["password", "passwords"].flatMap((key) =>
    listed(properties[key], key).map(({ value, at }) => ({
      called: "the application's password",
      properties: isObject(value) ? value : { endDate: value },
      at,
    })),
  );
}

function directoryFindings(credential: Credential): Finding[] {
  const { called, at } = credential;
  return [
    {
      what: `${called} works from anywhere, for whoever has it`,
      property: at === "" ? "type" : at,
      fix: "Sign in with a federated credential or a managed identity, which have no password",
    },
  ];
}

/** Passwords and certificates that a registry's token is declared with. */
function tokenCredentials(resource: Resource, { settings }: StackFacts): Credential[] {
  const azure = azureResource(resource, settings.subscriptionId);
  if (azure?.module !== "containerregistry") return [];
  const { properties, root } = azure;
  const ofToken = (value: Value, at: string): Credential => ({
    called: "the registry token's password",
    properties: isObject(value) ? value : { expiry: value },
    at,
  });
  if (azure.kind === "RegistryTokenPassword") {
    return ["password1", "password2"]
      .flatMap((key) => listed(properties[key], key))
      .map(({ value, at }) => ofToken(value, at));
  }
  if (!isToken(azure)) return [];
  const at = propertyPath(root, "credentials");
  const { credentials } = properties;
  if (credentials === unknown) return [ofToken(unknown, at)];
  return isObject(credentials)
    ? ["passwords", "certificates"]
        .flatMap((key) => listed(credentials[key], propertyPath(at, key)))
        .map((one) => ofToken(one.value, one.at))
    : [];
}

/** A value and where it stands; the items of a list. */
function listed(value: Value, at: string): { readonly value: Value; readonly at: string }[] {
  if (value === undefined || value === null) return [];
  if (!isList(value)) return [{ value, at }];
  return value.map((item, index) => ({ value: item, at: propertyPath(at, index) }));
}

function lifetimeFindings({ called, properties, at }: Credential, { today, strict }: StackFacts): Finding[] {
  const days = daysLeft(properties, today);
  const key = ["endDate", "expiry", "endDateRelative"].find((one) => properties[one] !== undefined);
  const property = propertyPath(at, key ?? (called.startsWith("the registry") ? "expiry" : "endDate"));
  const fix = `Give it an end, ${longestPassword} days from now at most, or do without a password`;
  if (days === unknown) {
    return strict ? [{ what: `when ${called} ends is not known before \`pulumi up\``, property, fix }] : [];
  }
  if (days === undefined) return [{ what: `${called} has no end`, property, fix }];
  if (days <= longestPassword) return [];
  return [{ what: `${called} lives for ${Math.ceil(days)} days`, property, fix }];
}
