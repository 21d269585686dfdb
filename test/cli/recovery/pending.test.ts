import { explainPending, type Deployment } from "../../../cli/recovery/pending";

const subscription = "22222222-2222-4222-8222-222222222222";
const registry = `/subscriptions/${subscription}/resourceGroups/contoso-prod-rg/providers/Microsoft.ContainerRegistry/registries/contosoprod`;
const environment = "urn:pulumi:prod::contoso::airlock:index:EnvironmentRegistry::prod";
const again = "the next pulumi up does what is left of it";
const azureHasIt =
  'the next pulumi up makes it; where Azure has it already, and the engine says "cannot create already existing resource", run first:';

function pending(
  type: string,
  resource: Deployment["resources"] extends readonly (infer R)[] | undefined ? R : never,
) {
  return { pending_operations: [{ type, resource }] };
}

const logs = {
  urn: `${environment.replace(/::prod$/, "")}$azure-native:monitor:DiagnosticSetting::prod-logs`,
  type: "azure-native:monitor:DiagnosticSetting",
  inputs: { resourceUri: registry, name: "to-workspace" },
  parent: environment,
};

test("nothing in the air, nothing to say", () => {
  expect(explainPending({}, "prod", subscription)).toEqual([]);
});

test("airlock's own resources need no help", () => {
  const urn =
    "urn:pulumi:prod::contoso::airlock:index:PromotedImage$airlock:index:ImageImport::iam/auth-service@09ef";
  const resource = { urn, type: "airlock:index:ImageImport" };
  expect(explainPending(pending("creating", resource), "prod", subscription)).toEqual([
    {
      operation: "creating",
      type: "airlock:index:ImageImport",
      name: "iam/auth-service@09ef",
      urn,
      advice: "the next pulumi up goes on from what is there",
    },
  ]);
});

test.each(["updating", "deleting", "reading"])("%s is done again", (operation) => {
  const [found] = explainPending(pending(operation, logs), "prod", subscription);
  expect(found).toEqual({ operation, type: logs.type, name: "prod-logs", urn: logs.urn, advice: again });
});

describe("a resource of Azure that was being made", () => {
  test("comes with the import for the case that Azure has it", () => {
    const [found] = explainPending(pending("creating", logs), "prod", subscription);
    expect(found.advice).toBe(azureHasIt);
    expect(found.command).toBe(
      `pulumi import azure-native:monitor:DiagnosticSetting prod-logs ${registry}/providers/Microsoft.Insights/diagnosticSettings/to-workspace ` +
        `--parent its-parent=${environment} --protect=false --generate-code=false -s prod`,
    );
  });

  test("has no parent in the command when the stack is it, and is quoted for a shell", () => {
    const group = {
      urn: "urn:pulumi:prod::contoso::azure-native:resources:ResourceGroup::the group",
      type: "azure-native:resources:ResourceGroup",
      inputs: { resourceGroupName: "contoso-prod-rg" },
      parent: "urn:pulumi:prod::contoso::pulumi:pulumi:Stack::contoso-prod",
    };
    expect(explainPending(pending("creating", group), "prod", subscription)[0].command).toBe(
      `pulumi import azure-native:resources:ResourceGroup 'the group' /subscriptions/${subscription}/resourceGroups/contoso-prod-rg ` +
        "--protect=false --generate-code=false -s prod",
    );
  });

  test("leaves the id to the engine's message where nothing here knows it", () => {
    const account = { ...logs, type: "azure-native:batch:BatchAccount", inputs: { accountName: "b" } };
    expect(explainPending(pending("creating", account), "prod", subscription)[0].command).toContain(
      "prod-logs <the id in that message> --parent",
    );
    expect(explainPending(pending("creating", logs), "prod")[0].command).toContain(
      "prod-logs <the id in that message> --parent",
    );
  });
});

test("an object of Entra could be made twice", () => {
  const application = {
    urn: "urn:pulumi:shared::contoso::azuread:index/application:Application::sp-contoso-prod",
    type: "azuread:index/application:Application",
    inputs: { displayName: "sp-contoso-prod" },
  };
  expect(explainPending(pending("creating", application), "shared", subscription)[0].advice).toBe(
    'Entra may have made it, and the next pulumi up would make a second one: look for "sp-contoso-prod" there, and delete what no stack knows',
  );
});

describe("an object of Entra that is there once", () => {
  const access = "urn:pulumi:release-v1.0.0::shop::airlock:index:ReleaseAccess";
  const created = (type: string, name: string, inputs: object) => {
    const resource = {
      urn: `${access}$azuread:index/${type}::${name}`,
      type: `azuread:index/${type}`,
      inputs: { ...inputs },
      parent: `${access}::v1.0.0-uat`,
    };
    return explainPending(pending("creating", resource), "release-v1.0.0", subscription)[0].command;
  };
  const below = `--parent its-parent=${access}::v1.0.0-uat --protect=false --generate-code=false -s release-v1.0.0`;

  test("is imported by the id that the refusal names", () => {
    const application = { displayName: "v1.0.0-uat-gh-sa", preventDuplicateNames: true };
    expect(created("application:Application", "v1.0.0-uat", application)).toBe(
      `pulumi import azuread:index/application:Application v1.0.0-uat /applications/<the id in that message> ${below}`,
    );
    expect(
      created("servicePrincipal:ServicePrincipal", "v1.0.0-uat-principal", { clientId: "33333333" }),
    ).toBe(
      `pulumi import azuread:index/servicePrincipal:ServicePrincipal v1.0.0-uat-principal /servicePrincipals/<the id in that message> ${below}`,
    );
  });

  test("is taken away where it holds nothing: a federated credential", () => {
    const credential = { applicationId: "/applications/44444444", displayName: "github-environment" };
    const type = "applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
    expect(created(type, "v1.0.0-uat-github-environment", credential)).toBe(
      "az ad app federated-credential delete --id 44444444 --federated-credential-id github-environment",
    );
  });
});

test("of other clouds nothing is claimed", () => {
  const zone = { urn: "urn:pulumi:prod::contoso::aws:route53/zone:Zone::a", type: "aws:route53/zone:Zone" };
  expect(explainPending(pending("creating", zone), "prod", subscription)[0].advice).toBe(
    "it may be there already: look before the next pulumi up",
  );
});
