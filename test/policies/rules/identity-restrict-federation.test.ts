import { identityRestrictFederation } from "../../../policies/rules/identity-restrict-federation";
import type { Resource } from "../../../policies/rule";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { stackFacts } from "../../../policies/stack-facts";
import { releaseStack, stack } from "../support/stacks";
import { judge, verdicts } from "../support/verdicts";

const type = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const flexible =
  "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential";
const subject = "repo:contoso/platform:environment:prod";
const credential = (more: Properties = {}): Properties => ({
  applicationId: "/applications/1",
  issuer: "https://token.actions.githubusercontent.com",
  audiences: ["api://AzureADTokenExchange"],
  subject,
  ...more,
});
const check = (properties: Properties, token = type, facts = stack("shared")) =>
  verdicts(identityRestrictFederation, facts, token, properties);
const fix =
  "Give the identity its own GitHub environment in `identities`, and pass on the subject that follows";

test("the subject of an identity's GitHub environment passes, in every form of a credential", () => {
  expect(check(credential())).toEqual([]);
  const { audiences: _, ...single } = credential({ audience: "api://AzureADTokenExchange" });
  expect(check(single, "azure:armmsi/federatedIdentityCredential:FederatedIdentityCredential")).toEqual([]);
  expect(check(credential(), "azure-native:managedidentity/v20230131:FederatedIdentityCredential")).toEqual(
    [],
  );
});

test("with ids in the configuration, the form with ids alone", () => {
  const facts = stack("shared", "contoso", {
    github: { owner: "contoso", repository: "platform", ownerId: 7, repositoryId: 8 },
  });
  expect(check(credential({ subject: "repo:contoso@7/platform@8:environment:prod" }), type, facts)).toEqual(
    [],
  );
  expect(check(credential(), type, facts)).toEqual([
    "repo:contoso/platform:environment:prod, which no identity of the configuration states, can sign in (it: subject). Give the identity its own GitHub environment in `identities`, and pass on the subject that follows",
  ]);
});

describe("a service connection of Azure DevOps", () => {
  const issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";
  const connection = (last: string) =>
    `/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc/44444444-4444-4444-8444-444444444444/${last}`;
  const stated = connection("55555555-5555-4555-8555-555555555555");
  const facts = stack("shared", "contoso", {
    identities: {
      "sp-contoso-prod-pipeline": { kind: "application", azureDevOps: { issuer, subject: stated } },
    },
    access: {},
  });

  test("passes where an identity states it, with its own issuer", () => {
    expect(check(credential({ issuer, subject: stated }), type, facts)).toEqual([]);
    expect(check(credential({ subject: stated }), type, facts)).toEqual([
      `the issuer is https://token.actions.githubusercontent.com (it: issuer). Set it to ${issuer}`,
    ]);
  });

  test("and no other one, nor an environment of GitHub beside it", () => {
    const other = connection("66666666-6666-4666-8666-666666666666");
    expect(check(credential({ issuer, subject: other }), type, facts)).toEqual([
      `the issuer is ${issuer} (it: issuer). Set it to https://token.actions.githubusercontent.com`,
      `${other}, which no identity of the configuration states, can sign in (it: subject). ${fix}`,
    ]);
    expect(check(credential(), type, facts)).toEqual([
      `${subject}, which no identity of the configuration states, can sign in (it: subject). ${fix}`,
    ]);
  });
});

test.each([
  ["repo:contoso/*", "every workflow that fits repo:contoso/*"],
  [
    "repo:contoso/platform:environment:pro?",
    "every workflow that fits repo:contoso/platform:environment:pro?",
  ],
  ["repo:contoso/platform:pull_request", "whoever opens a pull request (repo:contoso/platform:pull_request)"],
  [
    "repo:contoso/platform:ref:refs/heads/main",
    "every workflow on a branch or tag, without a gate (repo:contoso/platform:ref:refs/heads/main)",
  ],
  [
    "repo:evil/platform:environment:prod",
    "repo:evil/platform:environment:prod, which no identity of the configuration states,",
  ],
  [
    "repo:contoso/platform:environment:Prod",
    "repo:contoso/platform:environment:Prod, which no identity of the configuration states,",
  ],
  ["", "a token without a subject"],
])("%s is refused", (other, who) => {
  for (const name of ["shared", "dev"] as const) {
    expect(check(credential({ subject: other }), type, stack(name))).toEqual([
      `${who} can sign in (it: subject). ${fix}`,
    ]);
  }
});

test.each([undefined, null, 7])("a subject that is %p is refused", (other) => {
  expect(check(credential({ subject: other }))).toEqual([
    "a token without a subject can sign in (it: subject). Give the identity its own GitHub environment in `identities`, and pass on the subject that follows",
  ]);
});

test("issuer and audience are GitHub's and Entra's", () => {
  expect(check(credential({ issuer: "https://token.actions.githubusercontent.com/" }))).toEqual([
    "the issuer is https://token.actions.githubusercontent.com/ (it: issuer). Set it to https://token.actions.githubusercontent.com",
  ]);
  expect(check(credential({ audiences: ["api://AzureADTokenExchange", "x"] }))).toEqual([
    "the audience is api://AzureADTokenExchange, x (it: audiences). Set it to api://AzureADTokenExchange",
  ]);
  expect(check(credential({ audiences: [] }))).toEqual([
    "the audience is left out (it: audiences). Set it to api://AzureADTokenExchange",
  ]);
  expect(check(credential({ audiences: undefined }))).toEqual([
    "the audience is undefined (it: audience). Set it to api://AzureADTokenExchange",
  ]);
});

test("what is not known is refused in strict stacks", () => {
  const hidden = credential({ issuer: unknown, audiences: [unknown], subject: unknown });
  expect(check(hidden)).toEqual([
    "the issuer is not known before `pulumi up` (it: issuer). Set it to https://token.actions.githubusercontent.com",
    "the audience is not known before `pulumi up` (it: audiences). Set it to api://AzureADTokenExchange",
    `who may sign in is not known before \`pulumi up\` (it: subject). ${fix}`,
  ]);
  expect(check(hidden, type, stack("dev"))).toEqual([]);
  expect(check(credential({ audiences: unknown }))).toEqual([
    "the audience is not known before `pulumi up` (it: audiences). Set it to api://AzureADTokenExchange",
  ]);
});

test("a managed identity's credential in the generic form counts", () => {
  const generic = (other: string): Properties => ({
    resourceProviderNamespace: "Microsoft.ManagedIdentity",
    parentResourcePath: "userAssignedIdentities/kubelet",
    resourceType: "federatedIdentityCredentials",
    resourceName: "github",
    resourceGroupName: "contoso-prod-rg",
    properties: credential({ subject: other }),
  });
  expect(check(generic(subject), "azure-native:resources:Resource")).toEqual([]);
  expect(check(generic("repo:contoso/*"), "azure-native:resources:Resource")).toEqual([
    `every workflow that fits repo:contoso/* can sign in (it: properties.subject). ${fix}`,
  ]);
});

test.each([
  ["claims['sub'] matches 'repo:contoso/platform:*'", "every workflow that fits"],
  [`claims['sub'] eq '${subject}' or claims['sub'] eq 'x'`, "whoever fits"],
  [
    "claims['job_workflow_ref'] eq 'contoso/platform/.github/workflows/promote.yml@refs/heads/main'",
    "whoever fits",
  ],
  ["claims['sub'] eq 'repo:contoso/platform:*'", "every workflow that fits"],
  [`claims['sub'] eq '${subject}'`, undefined],
  [
    `claims['sub'] eq '${subject}' and claims['job_workflow_ref'] eq 'contoso/platform/promote.yml@refs/heads/main'`,
    undefined,
  ],
])("flexible: %s", (claimsMatchingExpression, who) => {
  const { audiences: _, subject: __, ...rest } = credential();
  const properties = { ...rest, audience: "api://AzureADTokenExchange", claimsMatchingExpression };
  const said = `${who} ${claimsMatchingExpression} can sign in (it: claimsMatchingExpression). ${fix}`;
  expect(check(properties, flexible)).toEqual(who === undefined ? [] : [said]);
});

describe("one subject, one identity", () => {
  const named = (name: string, applicationId: Properties[string], token = type): Resource => ({
    type: token,
    name,
    properties: credential({ applicationId }),
  });
  const two = `2 applications trust ${subject}, but it is the subject of 1: sp-contoso-prod-pipeline (b: subject). Leave it to the one identity that it belongs to`;

  test("two applications with the same subject are refused, known or not", () => {
    for (const [one, other] of [
      ["/applications/1", "/applications/2"],
      [unknown, unknown],
    ] as Value[][]) {
      const program = [named("a", one), named("b", other)];
      expect(judge(identityRestrictFederation, stack("shared"), program)).toEqual([two]);
    }
  });

  test("a managed identity counts like an application", () => {
    const other = {
      ...named("b", undefined, "azure-native:managedidentity:FederatedIdentityCredential"),
      properties: credential({ applicationId: undefined, resourceGroupName: "g", resourceName: "id" }),
    };
    expect(
      judge(identityRestrictFederation, stack("shared"), [named("a", "/applications/1"), other]),
    ).toEqual([two]);
  });

  test("twice on the same application is one, and two identities may share an environment", () => {
    const same = [named("a", "/applications/1"), named("b", "/APPLICATIONS/1")];
    expect(judge(identityRestrictFederation, stack("shared"), same)).toEqual([]);
    const shared = stack("shared", "contoso", {
      identities: {
        one: { kind: "application", githubEnvironment: "prod" },
        two: { kind: "application", githubEnvironment: "prod" },
      },
      access: {},
    });
    expect(judge(identityRestrictFederation, shared, [named("a", unknown), named("b", unknown)])).toEqual([]);
  });
});

describe("in the stack of a release, with GitHub's ids", () => {
  const { settings, today } = releaseStack();
  const github = { ...settings.github, ownerId: 7, repositoryId: 9 };
  const facts = stackFacts({ ...settings, github }, today);
  const trusting = (form: string, applicationId: Value): Resource => ({
    type,
    name: `${form} ${String(applicationId)}`,
    properties: credential({ applicationId, subject: `repo:${form}:environment:v0.0.1-staging` }),
  });
  const [named, numbered] = ["contoso/platform", "contoso@7/platform@9"];
  const said = (...resources: Resource[]) => judge(identityRestrictFederation, facts, resources);

  test("one application has both forms of the subject, known or not", () => {
    expect(said(trusting(named, unknown), trusting(numbered, unknown))).toEqual([]);
    expect(said(trusting(named, "/applications/1"), trusting(numbered, "/applications/1"))).toEqual([]);
  });

  test.each<[string, Value]>([
    ["is to be made", unknown],
    ["is there", "/applications/1"],
  ])("the release's own, which %s, has one form and a foreign one the other", (_, own) => {
    expect(said(trusting(named, own), trusting(numbered, "/applications/promoter"))).toEqual([
      expect.stringMatching(
        /^2 applications trust repo:contoso@7\/platform@9:environment:v0\.0\.1-staging, but it is the subject of 1: v0\.0\.1-staging-gh-sa /,
      ),
    ]);
  });
});

test("other types are left alone", () => {
  expect(check({}, "azure-native:managedidentity:UserAssignedIdentity")).toEqual([]);
  expect(check({}, "azuread:index/application:Application")).toEqual([]);
});

describe("managed identities and other stacks", () => {
  const type = "azure-native:managedidentity:FederatedIdentityCredential";
  const cluster = "11111111-1111-4111-8111-111111111111/33333333-3333-4333-8333-333333333333";
  const pod = {
    resourceGroupName: "contoso-prod-rg",
    resourceName: "api",
    issuer: `https://eastus2.oic.prod-aks.azure.com/${cluster}/`,
    subject: "system:serviceaccount:iam:api",
    audiences: ["api://AzureADTokenExchange"],
  };

  test("one service account of an AKS cluster signs in as a managed identity, and no application trusts one", () => {
    const check = (more: object, token = type) =>
      verdicts(identityRestrictFederation, stack("prod"), token, { ...pod, ...more });
    expect(check({})).toEqual([]);
    expect(check({ subject: "system:serviceaccount:iam:*" })).not.toEqual([]);
    expect(check({ issuer: `https://oic.prod-aks.azure.com.example.com/${cluster}/` })).not.toEqual([]);
    expect(check({ audiences: ["other"] })).not.toEqual([]);
    expect(check({ claimsMatchingExpression: { value: "claims['sub'] eq 'x'" } })).not.toEqual([]);
    const application =
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
    expect(check({ applicationId: "/applications/x" }, application)).not.toEqual([]);
  });

  test("an application's credential is made in the shared stack alone, where its id is", () => {
    const application =
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
    const credential = {
      applicationId: "/applications/promoter",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/platform:environment:dev",
      audiences: ["api://AzureADTokenExchange"],
    };
    expect(verdicts(identityRestrictFederation, stack("shared"), application, credential)).toEqual([]);
    expect(verdicts(identityRestrictFederation, stack("dev"), application, credential)).toEqual([
      "a program of dev lets repo:contoso/platform:environment:dev sign in, and nobody can see as whom (it: subject). Make identities and their credentials in the shared stack, with PipelineIdentity",
    ]);
  });
});
