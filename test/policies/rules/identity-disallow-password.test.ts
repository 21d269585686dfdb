import { identityDisallowPassword } from "../../../policies/rules/identity-disallow-password";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const token = "azure-native:containerregistry:Token";
const check = (type: string, properties: Properties, name: "dev" | "prod" | "shared" = "dev") =>
  verdicts(identityDisallowPassword, stack(name), type, properties);
const fix = "Give it an end, 90 days from now at most, or do without a password";

test.each([
  ["applicationPassword:ApplicationPassword", "the application's password"],
  ["servicePrincipalPassword:ServicePrincipalPassword", "the service principal's password"],
  ["applicationCertificate:ApplicationCertificate", "the application's certificate"],
  ["servicePrincipalCertificate:ServicePrincipalCertificate", "the service principal's certificate"],
])("%s is refused in every stack, however short it lives", (kind, called) => {
  for (const name of ["dev", "prod", "shared"] as const) {
    expect(check(`azuread:index/${kind}`, { endDateRelative: "1h" }, name)).toEqual([
      `${called} works from anywhere, for whoever has it (it: type). Sign in with a federated credential or a managed identity, which have no password`,
    ]);
  }
});

test("a password inside of an application counts, one password or several", () => {
  const application = "azuread:index/application:Application";
  expect(check(application, { displayName: "x" }, "prod")).toEqual([]);
  expect(check(application, { password: null }, "prod")).toEqual([]);
  for (const name of ["dev", "prod"] as const) {
    expect(check(application, { password: { displayName: "ci" } }, name)).toEqual([
      "the application's password works from anywhere, for whoever has it (it: password). Sign in with a federated credential or a managed identity, which have no password",
    ]);
  }
  const leaks =
    "works from anywhere, for whoever has it (it: passwords[1]). Sign in with a federated credential or a managed identity, which have no password";
  expect(check(application, { passwords: [{ endDate: "2026-12-01T00:00:00Z" }, {}] })[1]).toBe(
    `the application's password ${leaks}`,
  );
});

test("a user's password is one", () => {
  const user = "azuread:index/user:User";
  expect(check(user, { userPrincipalName: "x" }, "prod")).toEqual([]);
  expect(check(user, { password: unknown }, "prod")).toEqual([
    "the user's password works from anywhere, for whoever has it (it: password). Sign in with a federated credential or a managed identity, which have no password",
  ]);
  expect(check(user, { password: "x" })).toEqual([
    "the user's password works from anywhere, for whoever has it (it: password). Sign in with a federated credential or a managed identity, which have no password",
  ]);
});

describe("registry tokens", () => {
  const passwords = (...list: Value[]): Properties => ({
    registryName: "contosodev",
    credentials: { passwords: list },
  });

  test("no credentials, or ones that end soon, pass in every stack", () => {
    for (const name of ["dev", "prod"] as const) {
      expect(check(token, { registryName: "contosodev" }, name)).toEqual([]);
      const short = passwords({ name: "password1", expiry: "2026-12-01T00:00:00Z" });
      expect(check(token, short, name)).toEqual([]);
    }
  });

  test("what lives on or has no end is refused in every stack", () => {
    for (const name of ["dev", "prod"] as const) {
      expect(
        check(token, passwords({ name: "password1" }, { expiry: "2028-01-01T00:00:00Z" }), name),
      ).toEqual([
        `the registry token's password has no end (it: credentials.passwords[0].expiry). ${fix}`,
        `the registry token's password lives for 406 days (it: credentials.passwords[1].expiry). ${fix}`,
      ]);
    }
    expect(check(token, { credentials: { certificates: [{ name: "certificate1" }] } })).toEqual([
      "the registry token's password has no end (it: credentials.certificates[0].expiry). Give it an end, 90 days from now at most, or do without a password",
    ]);
  });

  test("an end that is not known is refused in strict stacks", () => {
    const cases: [Properties, string][] = [
      [passwords({ expiry: unknown }), "credentials.passwords[0].expiry"],
      [{ credentials: unknown }, "credentials.expiry"],
    ];
    for (const [hidden, property] of cases) {
      expect(check(token, hidden, "prod")).toEqual([
        `when the registry token's password ends is not known before \`pulumi up\` (it: ${property}). ${fix}`,
      ]);
      expect(check(token, hidden)).toEqual([]);
    }
  });

  test("versioned, generic and classic tokens count", () => {
    const endless = passwords({ name: "password1" });
    expect(check("azure-native:containerregistry/v20230701:Token", endless)).toEqual([
      "the registry token's password has no end (it: credentials.passwords[0].expiry). Give it an end, 90 days from now at most, or do without a password",
    ]);
    expect(
      check("azure-native:resources:Resource", {
        resourceProviderNamespace: "Microsoft.ContainerRegistry",
        parentResourcePath: "registries/contosodev",
        resourceType: "tokens",
        resourceName: "ci",
        properties: { credentials: endless.credentials },
      }),
    ).toEqual([
      `the registry token's password has no end (it: properties.credentials.passwords[0].expiry). ${fix}`,
    ]);
    const classic = "azure:containerservice/registryTokenPassword:RegistryTokenPassword";
    expect(check(classic, { password1: {} })).toEqual([
      "the registry token's password has no end (it: password1.expiry). Give it an end, 90 days from now at most, or do without a password",
    ]);
    expect(check(classic, { password1: { expiry: "2026-12-01T00:00:00Z" } })).toEqual([]);
  });
});

test("managed identities and federated credentials pass", () => {
  for (const type of [
    "azure-native:managedidentity:UserAssignedIdentity",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    "azuread:index/servicePrincipal:ServicePrincipal",
    "kubernetes:core/v1:Secret",
  ]) {
    expect(check(type, {}, "prod")).toEqual([]);
  }
});
