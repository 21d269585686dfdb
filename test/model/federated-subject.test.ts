import { subjectsOf } from "../../model/federated-subject";

test("an application signs in from the environment that it states, else from one of its own name", () => {
  const github = { owner: "contoso", repository: "platform" };
  const identities = {
    promoter: { kind: "application", githubEnvironment: "prod" },
    deployer: { kind: "application" },
    sre: { kind: "group" },
  };
  expect([...subjectsOf({ github, identities })]).toEqual([
    ["repo:contoso/platform:environment:prod", ["promoter"]],
    ["repo:contoso/platform:environment:deployer", ["deployer"]],
  ]);
});
