import { signInOf, subjectsOf } from "../../model/federated-subject";

const github = { owner: "contoso", repository: "platform" };
const gitHubIssuer = "https://token.actions.githubusercontent.com";
const issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";
const subject =
  "/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc/44444444-4444-4444-8444-444444444444/55555555-5555-4555-8555-555555555555";

test("an application signs in from the environment that it states, else from one of its own name, or from a service connection", () => {
  const identities = {
    promoter: { kind: "application", githubEnvironment: "prod" },
    deployer: { kind: "application" },
    builder: { kind: "application", azureDevOps: { issuer, subject } },
    later: { kind: "application", azureDevOps: {} },
    sre: { kind: "group" },
  };
  expect([...subjectsOf({ github, identities })]).toEqual([
    ["repo:contoso/platform:environment:prod", { issuer: gitHubIssuer, identities: ["promoter"] }],
    ["repo:contoso/platform:environment:deployer", { issuer: gitHubIssuer, identities: ["deployer"] }],
    [subject, { issuer, identities: ["builder"] }],
  ]);
});

test("nobody signs in as an application whose service connection is not there yet", () => {
  expect(signInOf("later", { kind: "application", azureDevOps: {} }, github)).toBeUndefined();
});
